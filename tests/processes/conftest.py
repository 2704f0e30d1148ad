"""The actors, diagrams and cases that these tests speak of. Everything runs on PostgreSQL."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import redis
from django.db import connection

from processes import contract, deployment, hints, runtime
from processes.contract import Actor, Call
from processes.envelopes import queue
from processes.models import Job, ProcessInstance, UserTask
from tests.processes import diagrams

SHOP = Actor(name="shop", via="api")
FORMS = {"review": {"type": "default", "components": [{"type": "textfield", "key": "decision"}]}}


@pytest.fixture
def sofia() -> Actor:
    """A clerk of the seller."""
    return Actor(name="sofia", tenant="lingyue", groups=frozenset({"lingyue/seller"}), via="ui")


@pytest.fixture
def marco() -> Actor:
    """Her colleague."""
    return Actor(name="marco", tenant="lingyue", groups=frozenset({"lingyue/seller"}), via="ui")


@pytest.fixture
def qing() -> Actor:
    """A clerk of another seller."""
    return Actor(name="qing", tenant="qinghe", groups=frozenset({"qinghe/seller"}), via="ui")


class Provider:
    """Stands behind the topics of these tests; says what it was told to say."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answer: Callable[[Call], Mapping[str, Any]] = lambda _call: {"ref": "R-1"}

    def __call__(self, call: Call) -> Mapping[str, Any]:
        self.calls.append(call)
        return self.answer(call)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The handler of topics `test.pay` and `test.remind`."""
    provider = Provider()
    monkeypatch.setitem(contract._handlers, "test.pay", provider)
    monkeypatch.setitem(contract._handlers, "test.remind", provider)
    return provider


@pytest.fixture(autouse=True)
def no_hints(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Hints are best effort: without a broker in the test there are none."""
    heard = "valkey" in request.fixturenames
    monkeypatch.setattr(hints, "_quiet_until", 0.0 if heard else float("inf"))
    monkeypatch.setattr(hints, "_lost", False)


@pytest.fixture
def rung(valkey: redis.Redis) -> Callable[[], list[int]]:
    """What workers were told so far: call it for the jobs of all messages in their queue."""

    def jobs() -> list[int]:
        bodies = [json.loads(message)["body"] for message in valkey.lrange(queue(), 0, -1)]
        return [job for body in bodies for job in json.loads(b64decode(body))[0][0]]

    return jobs


def sources(**drawn: bytes) -> deployment.Sources:
    """Diagrams by the name of their file, with the forms of these tests."""
    resources = {f"{name}.bpmn": data for name, data in drawn.items()}
    return deployment.Sources(resources=resources, forms=FORMS)


@pytest.fixture
def deploy(provider: Provider) -> Callable[..., list[Any]]:
    """Deploy diagrams given by name."""

    def deploy_drawn(**drawn: bytes) -> list[Any]:
        return deployment.deploy(sources(**drawn), actor=SHOP)

    return deploy_drawn


@pytest.fixture
def begin(deploy: Callable[..., Any]) -> Callable[..., ProcessInstance]:
    """Start a case of one of the diagrams here."""
    known: set[str] = set()

    def start(key: str, business_key: str = "AF-1", **variables: Any) -> ProcessInstance:
        if key not in known:
            deploy(**{key: getattr(diagrams, key.upper())})
            known.add(key)
        number = runtime.start_process(
            key=key,
            business_key=business_key,
            variables={"case_no": business_key, "amount": 1250} | variables,
            tenant="lingyue",
            region="cn-east",
            actor=SHOP,
        )
        return ProcessInstance.objects.get(pk=number)

    return start


@pytest.fixture
def review(begin: Callable[..., ProcessInstance]) -> ProcessInstance:
    """A case that waits for a clerk's review."""
    return begin("review")


@pytest.fixture
def paying(review: ProcessInstance, sofia: Actor, provider: Provider) -> ProcessInstance:
    """A case that waits for the machine that pays."""
    runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)
    return review


def the_task(instance: ProcessInstance) -> UserTask:
    """The one open task of a case."""
    return UserTask.objects.get(instance=instance, closed_at=None)


def the_job(instance: ProcessInstance) -> Job:
    """The one job of a case."""
    return Job.objects.get(instance=instance)


def stands_at(instance: ProcessInstance) -> set[str]:
    """The elements at which a case waits, by its open rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT element_id FROM processes_usertask WHERE instance_id = %(i)s
                AND closed_at IS NULL
            UNION SELECT element_id FROM processes_job WHERE instance_id = %(i)s
            UNION SELECT element_id FROM processes_timer WHERE instance_id = %(i)s
            UNION SELECT element_id FROM processes_messagesubscription WHERE instance_id = %(i)s
            """,
            {"i": instance.pk},
        )
        return {element_id for (element_id,) in cursor.fetchall()}
