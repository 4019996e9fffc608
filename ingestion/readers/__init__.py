"""Readers of real formats, each a function from a batch of files to staged Parquet."""
