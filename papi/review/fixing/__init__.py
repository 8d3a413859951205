"""Mend pages the machine could not settle."""
