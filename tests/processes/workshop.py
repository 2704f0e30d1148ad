"""A Celery worker of its own process for tests, with the topics of these tests.

Started by `celery -A tests.processes.workshop worker`. A case whose variables say
`deadly` kills its worker the first time it is worked on.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from webapp.celery import app

settings.JOB_LEASE_SECONDS = 1
django.setup()

from processes.contract import Call, handles  # noqa: E402  # after the settings

__all__ = ["app"]


@handles("test.pay")
def pay(call: Call) -> Mapping[str, Any]:
    """Pay, once; leave a mark so that the test sees who worked."""
    marks = Path(os.environ["WORKSHOP"])
    with (marks / call.business_key).open("a") as file:
        file.write(f"{call.attempt} {call.idempotency_key}\n")
    if call.inputs["amount"] == 666 and call.attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"ref": call.business_key}
