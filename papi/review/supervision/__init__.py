"""Where everything stands, and approval."""
