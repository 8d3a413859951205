"""PAPI: barcoded paper verification forms out, trustworthy records back."""

__version__ = "0.1.0"
