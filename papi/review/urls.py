"""Every address of the web application: one include a screen area.

Knows the areas. Must not know views beyond home and language.
"""

from __future__ import annotations

from django.urls import include, path

from papi.review.home import home
from papi.review.language import switch_language

urlpatterns = [
    path("", home, name="home"),
    path("language/", switch_language, name="language"),
    path("", include("papi.review.people.urls")),
    path("key/", include("papi.review.keying.urls")),
    path("group/", include("papi.review.grouping.urls")),
    path("fix/", include("papi.review.fixing.urls")),
    path("office/", include("papi.review.supervision.urls")),
    path("quality/", include("papi.review.quality.urls")),
    path("audit/", include("papi.review.audit.urls")),
]
