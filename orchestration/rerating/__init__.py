"""Months that are closed, and what late usage or a corrected tariff changes in them afterwards.

What belongs here: writing snapshots and adjustments to the landing, and the order of the steps.
What is due and what it is worth is decided in `models/rating`.
"""
