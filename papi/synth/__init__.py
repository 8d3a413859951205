"""Fill and degrade printed forms, for demo, training and tests."""
