"""Addresses: Mend pages the machine could not settle."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "fixing"
urlpatterns: list[URLPattern] = []
