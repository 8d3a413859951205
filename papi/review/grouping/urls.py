"""Addresses: Grids of like snips."""

from __future__ import annotations

from django.urls import URLPattern, path

from papi.review.grouping import views

app_name = "grouping"
urlpatterns: list[URLPattern] = [
    path("", views.start, name="start"),
    path("take/", views.take, name="take"),
    path("undo/", views.undo, name="undo"),
    path("leave/", views.leave, name="leave"),
    path("<slug:token>/", views.show, name="grid"),
    path("<slug:token>/answer/", views.answer, name="answer"),
    path("<slug:token>/<int:number>.jpg", views.picture, name="picture"),
]
