"""PRINT: pre-list row + template -> PDF. Must not know scans, readings or databases."""
