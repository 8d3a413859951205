"""The click group: one file a command, no logic."""
