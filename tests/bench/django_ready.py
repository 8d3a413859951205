"""Importing this sets Django up, for scripts that import rows of the store at their top.

Knows the settings' name. Playwright keeps an event loop in its thread, which Django would take for
asynchronous code: it is told that it is none.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "papi.store.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
django.setup()
