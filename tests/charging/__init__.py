"""Charging data records made by hand or at random, and what pycrate says they hold."""
