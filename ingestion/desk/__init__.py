"""The quarantine desk: what did not land, tried again or written off, and who did it.

What belongs here: decisions of people about records and files that were set aside. Rules that set
them aside do not.
"""
