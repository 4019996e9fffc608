"""Readers of real formats: one per family, each a function from a batch of files to staged Parquet."""
