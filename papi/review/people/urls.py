"""Addresses: login, password, and who works here."""

from __future__ import annotations

from django.urls import path

from papi.review.people.login import login, logout
from papi.review.people.password import change_password
from papi.review.people.staff import (
    add_person,
    edit_person,
    give_password,
    list_people,
    switch_account,
)

app_name = "people"
urlpatterns = [
    path("login/", login, name="login"),
    path("logout/", logout, name="logout"),
    path("password/", change_password, name="password"),
    path("people/", list_people, name="list"),
    path("people/add/", add_person, name="add"),
    path("people/<int:key>/", edit_person, name="edit"),
    path("people/<int:key>/password/", give_password, name="give_password"),
    path("people/<int:key>/account/", switch_account, name="switch"),
]
