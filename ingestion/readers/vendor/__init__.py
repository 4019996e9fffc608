"""BER of vendors, read as a profile describes it."""
