"""The Django app of the web application; it has no tables of its own."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Keying, page fixing, supervision."""

    name = "papi.review"
    label = "review"
    verbose_name = "PAPI"

    def ready(self) -> None:
        """Write down who logs in and out."""
        from papi.review.people import traces  # noqa: PLC0415  models must be loaded first

        traces.connect()
