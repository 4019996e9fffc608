"""A tariff as tables: a folder of CSV or Parquet, or another engine's, read and judged as a whole.

What belongs here: reading, typing and refusing tariffs. Pricing does not.
"""
