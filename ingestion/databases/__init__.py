"""Orders and customers read from an operator's own database, into files that land like any other.

What belongs here: profiles, connections, what is read and how far. Landing the files does not.
"""
