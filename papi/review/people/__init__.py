"""Login, password, and who works here."""
