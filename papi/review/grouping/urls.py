"""Addresses: Grids of like snips."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "grouping"
urlpatterns: list[URLPattern] = []
