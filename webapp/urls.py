"""All addresses: one part for each kind of visitor."""

from __future__ import annotations

from django.urls import include, path

from webapp.accounts.views import home
from webapp.clockpage.views import move

urlpatterns = [
    path("", home, name="home"),
    path("", include("webapp.health")),
    path("", include("webapp.live")),
    path("", include("webapp.accounts.urls")),
    path("inbox/", include("webapp.inbox.urls")),
    path("cases/", include("webapp.cases.urls")),
    path("money/", include("webapp.money.urls")),
    path("my/", include("webapp.portal.urls")),
    path("news/", include("webapp.notices.urls")),
    path("callbacks/", include("webapp.callbacks.urls")),
    path("clock/", move, name="clock"),
]

handler400 = "webapp.errorpages.bad_request"
handler403 = "webapp.errorpages.forbidden"
handler404 = "webapp.errorpages.not_found"
handler500 = "webapp.errorpages.server_error"
