"""Addresses of the buyers' pages."""

from __future__ import annotations

from django.urls import path

from webapp.portal import answers, views

app_name = "portal"
urlpatterns = [
    path("orders/", views.orders_page, name="orders"),
    path("orders/<str:order_no>/", views.order_page, name="order"),
    path("orders/<str:order_no>/refund/", views.apply, name="apply"),
    path("refunds/", views.cases_page, name="cases"),
    path("refunds/<str:case_no>/", views.case_page, name="case"),
    path("refunds/<str:case_no>/withdraw/", answers.withdraw, name="withdraw"),
    path("refunds/<str:case_no>/evidence/", answers.add_evidence, name="add-evidence"),
    path("refunds/<str:case_no>/evidence/<int:evidence_id>/", views.evidence, name="evidence"),
    path("refunds/<str:case_no>/tasks/<int:task_id>/", answers.answer, name="task"),
    path("refunds/<str:case_no>/tasks/<int:task_id>/draft/", answers.draft, name="draft"),
]
