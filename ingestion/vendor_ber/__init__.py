"""Profiles of BER that no standard describes; what reads it is readers/vendor."""
