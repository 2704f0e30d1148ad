"""Start one contestant: `python -m benchmarks.contestants whole`."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from .line import serve

if "DJANGO_SETTINGS_MODULE" in os.environ:
    import django

    django.setup()
serve(import_module(f"benchmarks.contestants.{sys.argv[1]}").VERBS)
