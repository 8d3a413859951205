"""The live error estimate and thresholds."""
