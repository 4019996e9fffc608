"""Usage in, priced rows out: the files around the pricing models when there is no warehouse.

What belongs here: reading usage, finding who has which plan, writing results. Prices do not.
"""
