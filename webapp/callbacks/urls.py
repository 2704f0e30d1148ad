"""Addresses that providers call."""

from __future__ import annotations

from django.urls import path

from webapp.callbacks import views

app_name = "callbacks"
urlpatterns = [path("refunds/<slug:provider>/", views.refund, name="refund")]
