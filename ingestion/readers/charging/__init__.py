"""3GPP charging data records: TS 32.297 files and TS 32.298 BER records (FORMATS section 3)."""
