"""What a changed tariff would have earned: a published month rated again, in a scratch database.

What belongs here: scenarios, the proof that the live tariff reproduces the ledger, comparisons.
Prices are the models'; nothing here writes the warehouse.
"""
