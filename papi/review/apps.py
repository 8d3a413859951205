"""The Django app of the web application; it has no tables of its own."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Keying, page fixing, supervision."""

    name = "papi.review"
    label = "review"
    verbose_name = "PAPI"
