"""Addresses: key from image, one field at a time; settle what is left open."""

from __future__ import annotations

from django.urls import path

from papi.review.keying import keying_views, pictures, settling_views

app_name = "keying"
urlpatterns = [
    path("", keying_views.start, name="start"),
    path("work/", keying_views.work, name="work"),
    path("next/", keying_views.next_items, name="next"),
    path("answers/", keying_views.answers, name="answers"),
    path("undo/", keying_views.undo, name="undo"),
    path("release/", keying_views.release, name="release"),
    path("snip/<int:item>/", pictures.snip, name="snip"),
    path("page/<int:item>/", pictures.page, name="page"),
    path("settle/", settling_views.arbitration, name="arbitration"),
    path("settle/next/", settling_views.next_conflicts, name="conflicts_next"),
    path("settle/answers/", settling_views.settle, name="conflicts_answers"),
    path("settle/questions/", settling_views.questions, name="questions"),
    path("settle/questions/next/", settling_views.next_questions, name="questions_next"),
    path("settle/questions/answers/", settling_views.reply, name="questions_answers"),
]
