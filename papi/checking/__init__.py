"""DECIDE: all evidence of one form + its pre-list row -> readings, record, findings. Pure."""
