"""Addresses of the staff's case pages."""

from __future__ import annotations

from django.urls import path

from webapp.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("<str:case_no>/", views.case_page, name="case"),
    path("<str:case_no>/evidence/", views.add_evidence, name="add-evidence"),
    path("<str:case_no>/evidence/<int:evidence_id>/", views.evidence, name="evidence"),
    path("<str:case_no>/incidents/<int:incident_id>/", views.retry, name="retry"),
]
