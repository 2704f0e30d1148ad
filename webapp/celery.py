"""The Celery application: a hint rings here, the tables say what there is to do."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

app = Celery("afterflow")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["processes"], related_name="worker")
