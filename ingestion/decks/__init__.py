"""Rate decks: price lists as partners and tariff departments send them, from file to live prices.

What belongs here: what is peculiar to decks. The tables they become are those of `tariff`.
"""
