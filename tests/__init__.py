"""Every layer's tests; nothing here is needed at run time."""
