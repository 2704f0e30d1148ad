"""Addresses of the money desk."""

from __future__ import annotations

from django.urls import path

from webapp.money import views

app_name = "money"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("outcomes/<str:provider_key>/", views.state_outcome, name="state"),
    path("statements/<int:statement_id>/", views.answer, name="answer"),
    path("stuck/<int:incident_id>/", views.go_on, name="go-on"),
    path("findings/<int:finding_id>/", views.close_finding, name="close"),
    path("returns/", views.report_return, name="return"),
    path("proposals/<int:proposal_id>/", views.answer_proposal, name="proposal"),
]
