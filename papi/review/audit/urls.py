"""Addresses: Who saw and did what."""

from __future__ import annotations

from django.urls import URLPattern, path

from papi.review.audit.chain import chain, heads
from papi.review.audit.search import listing, search

app_name = "audit"
urlpatterns: list[URLPattern] = [
    path("", search, name="search"),
    path("events.csv", listing, name="csv"),
    path("chain/", chain, name="chain"),
    path("chain/heads.json", heads, name="heads"),
]
