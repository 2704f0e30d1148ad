"""As little of Django as viewflow needs."""

from __future__ import annotations

import os

from webapp.environment import database

SECRET_KEY = "benchmarks have nothing to hide"  # noqa: S105
DATABASES = {"default": database(os.environ["DATABASE_URL"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "viewflow",
    "viewflow.workflow",
    "benchmarks.contestants.viewflow_own",
]
