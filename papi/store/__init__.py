"""PERSIST: the Django app: models, migrations, repository modules, kept originals.

Knows Django, SQLite and PostgreSQL. Must not know how a page is read or decided.
Repository modules (prelists, layouts, issued, scans, results, people) take and give the nouns of
`papi.model` and plain values; no query set leaves this package.
"""
