"""Grids of like snips."""
