"""`make bench`: ratios inside one run, on data the bench makes itself.

Here stand measurements, never assertions: a slow machine is no failing test.
"""
