"""Addresses: Key from image: one field at a time."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "keying"
urlpatterns: list[URLPattern] = []
