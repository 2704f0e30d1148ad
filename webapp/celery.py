"""The Celery application: a hint rings here, the tables say what there is to do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

app = Celery("afterflow")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["processes"], related_name="worker")


@worker_ready.connect
def tell_that_we_listen(**_event: Any) -> None:
    """Leave a mark for who waits for a worker that takes hints: the supervisor, tests."""
    mark = os.environ.get("WORKER_READY_FILE")
    if mark:
        Path(mark).touch()
