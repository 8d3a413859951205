"""PERSIST: the Django app: models, migrations, repository."""
