"""The Django app of the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Everything PAPI keeps: pre-list, printed forms, scans, results, people."""

    name = "papi.store"
    label = "store"
    verbose_name = "PAPI"
    default_auto_field = "django.db.models.BigAutoField"
