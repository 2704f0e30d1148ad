"""Addresses of the news."""

from __future__ import annotations

from django.urls import path

from webapp.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="list"),
    path("read/", views.read_all, name="read"),
]
