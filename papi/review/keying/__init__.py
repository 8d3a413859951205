"""Key from image: one field at a time."""
