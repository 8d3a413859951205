"""SERVE: the web application of clerks and supervisors."""
