"""The settings as mypy's Django plugin loads them: those of the tests."""

from __future__ import annotations

import os

os.environ.setdefault("AFTERFLOW_ENV", "test")

from webapp.settings import *  # noqa: F403 - a settings module is a namespace
