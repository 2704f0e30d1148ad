"""The pages, for any WSGI server."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from webapp.embedded import lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
if os.environ.get("AFTERFLOW_SUPERVISED") == "1":
    # The server's worker process: when the server itself is killed, nobody else ends it.
    lifeline.die_with_parent()

application = get_wsgi_application()
