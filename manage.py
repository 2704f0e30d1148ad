#!/usr/bin/env python
"""Django's commands. Unset, AFTERFLOW_ENV means production; `make` sets what it needs."""

from __future__ import annotations

import os
import sys

_UNSAID = (
    " Unset, AFTERFLOW_ENV means production: for what `make run` started say AFTERFLOW_ENV=demo."
)


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        unsaid = "" if "AFTERFLOW_ENV" in os.environ else _UNSAID
        sys.exit(f"{error}{unsaid}")
    except OperationalError as error:
        sys.exit(f"The database cannot be reached. {str(error).splitlines()[0]}")


if __name__ == "__main__":
    main()
