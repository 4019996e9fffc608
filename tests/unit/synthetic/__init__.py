"""Tests of the synthetic operator."""
