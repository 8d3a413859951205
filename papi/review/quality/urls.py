"""Addresses: The live error estimate and thresholds."""

from __future__ import annotations

from django.urls import URLPattern, path

from papi.review.quality import views

app_name = "quality"
urlpatterns: list[URLPattern] = [
    path("", views.overview, name="overview"),
    path("progress/", views.show_progress, name="progress"),
    path("classes.csv", views.lines_csv, name="lines_csv"),
    path("clerks.csv", views.clerks_csv, name="clerks_csv"),
    path("decide/", views.decide, name="decide"),
    path("raise/<slug:name>/", views.choose_threshold, name="raise"),
    path("raise/<slug:name>/change/", views.change_threshold, name="change"),
]
