"""PRICE: the pricing rules, once, as dbt functions in SQL, beside an independent Decimal oracle.

`sql/` holds the function bodies, `macros/` how each engine spells them, `oracle.py` the same rules
in slow plain Python for tests. Nothing here reads a table; nothing in production calls the oracle.
"""
