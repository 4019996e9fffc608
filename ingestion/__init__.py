"""LAND: the outside world's files become typed Parquet with a ledger that proves nothing was lost.

Here live the readers of real formats, the file ledger, quarantine, pseudonymisation, expectations,
the synthetic operator and the reference seeds. Nothing here knows a price, a mart or a page.
"""
