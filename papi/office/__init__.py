"""USE CASES: the only place that joins pipeline and store."""
