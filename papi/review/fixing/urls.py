"""Addresses: Mend pages the machine could not settle."""

from __future__ import annotations

from django.urls import URLPattern, path

from papi.review.fixing.listing import list_pages
from papi.review.fixing.page import fix, picture

app_name = "fixing"
urlpatterns: list[URLPattern] = [
    path("", list_pages, name="list"),
    path("<int:number>/", fix, name="page"),
    path("<int:number>/picture/<str:size>", picture, name="picture"),
]
