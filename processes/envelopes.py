"""What Celery would send to ring a worker, made without Celery's cost for each message.

Celery makes the first one; the others differ from it in who and what. The form is Celery's
message protocol 2, in kombu's envelope for Redis. What is sent is in `hints`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import uuid4

import orjson

_NO_MORE = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}


def envelope(jobs: Sequence[int]) -> bytes:
    """A message that rings for these jobs, or for whatever is ready."""
    number = str(uuid4())
    body = [[list(jobs)], {}, _NO_MORE]
    headers, properties = _first()
    message = {
        "body": b64encode(orjson.dumps(body)).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {**headers, "id": number, "root_id": number, "argsrepr": repr((list(jobs),))},
        "properties": {**properties, "correlation_id": number, "delivery_tag": str(uuid4())},
    }
    return orjson.dumps(message)


@lru_cache(maxsize=1)
def queue() -> str:
    """The list that workers take messages from."""
    conf = _task().app.conf
    prefix = conf.broker_transport_options.get("global_keyprefix", "")
    return f"{prefix}{conf.task_default_queue}"


@lru_cache(maxsize=1)
def _first() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    task = _task()
    made = task.app.amqp.as_task_v2("", task.name, ([],), {}, ignore_result=True)
    properties = {
        **made.properties,
        "delivery_mode": 2,
        "delivery_info": {"exchange": "", "routing_key": task.app.conf.task_default_queue},
        "priority": 0,
        "body_encoding": "base64",
    }
    headers: Mapping[str, Any] = json.loads(json.dumps(made.headers))
    return headers, properties


def _task() -> Any:
    from .worker import ring  # worker imports the runtime, which imports hints

    return ring
