"""Addresses: Where everything stands, and approval."""

from __future__ import annotations

from django.urls import URLPattern, path

from papi.review.supervision import approval, figures, forms

app_name = "supervision"
urlpatterns: list[URLPattern] = [
    path("", figures.show_overview, name="overview"),
    path("clerks/", figures.show_clerks, name="clerks"),
    path("scanning/", figures.show_scanning, name="scanning"),
    path("table/<slug:name>.csv", figures.table_csv, name="table"),
    path("forms/", forms.find, name="forms"),
    path("forms/approve/", approval.approve_many, name="approve-many"),
    path("forms/<slug:form_id>/", forms.show, name="form"),
    path("forms/<slug:form_id>/page/<int:page>.jpg", forms.page_picture, name="page"),
    path("forms/<slug:form_id>/snip/<int:page>.jpg", forms.snip, name="snip"),
    path("forms/<slug:form_id>/approve/", approval.approve_one, name="approve"),
    path("forms/<slug:form_id>/return/", approval.return_one, name="return"),
    path("returned/", forms.returned, name="returned"),
]
