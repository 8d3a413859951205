"""Addresses: login, password, and who works here."""

from __future__ import annotations

from django.urls import path

from papi.review.people.login import login, logout
from papi.review.people.password import change_password

app_name = "people"
urlpatterns = [
    path("login/", login, name="login"),
    path("logout/", logout, name="logout"),
    path("password/", change_password, name="password"),
]
