"""Addresses of the inbox."""

from __future__ import annotations

from django.urls import path

from webapp.inbox import views

app_name = "inbox"
urlpatterns = [
    path("", views.inbox, name="list"),
    path("<int:task_id>/", views.task, name="task"),
    path("<int:task_id>/claim/", views.claim, name="claim"),
    path("<int:task_id>/release/", views.release, name="release"),
    path("<int:task_id>/draft/", views.draft, name="draft"),
]
