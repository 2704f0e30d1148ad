"""A case: which one it is, what it waits for, what stands in its way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, Subquery

from processes import clock
from processes.contract import Actor
from processes.models import Incident, Job, ProcessInstance, UserTask

from .drawings import drawing_of


@dataclass(frozen=True, kw_only=True)
class InstanceRow:
    """A case's process instance."""

    id: int
    business_key: str
    process_key: str
    version: int
    name: str
    """Of the process, as drawn."""
    status: str
    tenant: str
    variables: Mapping[str, Any]
    """The search variables."""
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class WaitRow:
    """One thing a case waits for."""

    kind: str
    """`user_task`, `service_task`, `message` or `timer`."""
    element_id: str
    name: str
    names: Mapping[str, str]
    token_id: str
    due_at: datetime | None
    remaining: timedelta | None
    """Of a timer that pauses: how long is left; it is due at no moment then."""
    attached_to_element: str
    """Of a timer drawn on an activity: that activity."""
    interrupting: bool
    message: str
    topic: str


@dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """Something that cannot go on until a person acts."""

    id: int
    kind: str
    element_id: str
    element_name: str
    message: str
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str
    note: str


def case_instance(business_key: str, *, process_key: str = "") -> InstanceRow | None:
    """The instance with this business key, of the process if it is named; the newest."""
    found = ProcessInstance.objects.select_related("definition").defer(
        "state", "definition__drawing"
    )
    found = found.filter(business_key=business_key)
    if process_key:
        found = found.filter(definition_key=process_key)
    instance = found.order_by("-id").first()
    return _instance_row(instance) if instance else None


def waits_of(instance_id: int) -> list[WaitRow]:
    """All that a case waits for now: people first, then machines, messages and moments."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, {"i": instance_id})
        rows = cursor.fetchall()
    element_of = {token: element for _kind, element, token, *_rest in rows}
    return [_wait_row(row, element_of) for row in rows]


def incidents(instance_id: int) -> list[IncidentRow]:
    """Of one case, the newest first, resolved ones too."""
    found = Incident.objects.filter(instance_id=instance_id).order_by("-id")
    rows = list(found.select_related("instance").defer("instance__state"))
    return [_incident_row(row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class StuckJob:
    """A service task that a person must look at, whichever case it is of."""

    incident_id: int
    business_key: str
    tenant: str
    topic: str
    message: str
    opened_at: datetime


def stuck_jobs(
    topics: str, *, keys: Collection[str] | None = None, limit: int = 200
) -> list[StuckJob]:
    """Open incidents of service tasks whose topic begins with `topics`, the oldest first;
    of the cases with these business keys, when they are given."""
    topic = Job.objects.filter(instance_id=OuterRef("instance_id"), token=OuterRef("subject"))
    found = Incident.objects.filter(kind=Incident.Kind.JOB, resolved_at=None)
    if keys is not None:
        found = found.filter(instance__business_key__in=list(keys))
    found = found.annotate(topic=Subquery(topic.values("topic")[:1])).filter(
        topic__startswith=topics
    )
    rows = found.order_by("raised_at", "pk").values_list(
        "pk", "instance__business_key", "tenant", "topic", "sentence", "raised_at"
    )
    return [
        StuckJob(
            incident_id=number,
            business_key=key,
            tenant=tenant,
            topic=topic_,
            message=sentence,
            opened_at=raised_at,
        )
        for number, key, tenant, topic_, sentence, raised_at in rows[:limit]
    ]


def overdue_keys(actor: Actor, *, everywhere: bool = False, limit: int = 500) -> list[str]:
    """Business keys of cases with an open task past its due date, in the actor's tenant or
    offered to the actor, or `everywhere`; the longest overdue first."""
    mine = Q() if everywhere else Q(tenant=actor.tenant) | Q(assignee=actor.name)
    if actor.groups and not everywhere:
        mine |= Q(audiences__overlap=sorted(actor.groups))
    late = UserTask.objects.filter(mine, closed_at=None, due_at__lt=clock.now())
    keys = late.order_by("due_at").values_list("business_key", flat=True)[:limit]
    return list(dict.fromkeys(keys))


def _instance_row(instance: ProcessInstance) -> InstanceRow:
    return InstanceRow(
        id=instance.pk,
        business_key=instance.business_key,
        process_key=instance.definition_key,
        version=instance.definition.version,
        name=instance.definition.name,
        status=instance.status,
        tenant=instance.tenant,
        variables=instance.variables,
        started_at=instance.started_at,
        ended_at=instance.ended_at,
    )


def _wait_row(row: tuple[Any, ...], element_of: Mapping[str, str]) -> WaitRow:
    kind, element_id, token, due_at, remaining, attached_to, *more, definition = row
    interrupting, message, topic = more
    drawn = drawing_of(definition).elements.get(element_id)
    return WaitRow(
        kind=kind,
        element_id=element_id,
        name=drawn.name if drawn else element_id,
        names=drawn.names if drawn else {},
        token_id=token,
        due_at=due_at,
        remaining=remaining,
        attached_to_element=element_of.get(attached_to, ""),
        interrupting=interrupting,
        message=message,
        topic=topic,
    )


def _incident_row(row: Incident) -> IncidentRow:
    drawing = drawing_of(row.instance.definition_id)
    return IncidentRow(
        id=row.pk,
        kind=row.kind,
        element_id=row.element_id,
        element_name=drawing.name_of(row.element_id),
        message=row.sentence,
        opened_at=row.raised_at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        note=row.note,
    )


_WAITS = """
SELECT w.*, i.definition_id FROM (
    SELECT 'user_task' AS kind, element_id, token, due_at, NULL::interval AS remaining,
        '' AS attached_to, true AS interrupting, '' AS message, '' AS topic
    FROM processes_usertask WHERE instance_id = %(i)s AND closed_at IS NULL
    UNION ALL
    SELECT 'service_task', element_id, token, NULL, NULL, '', true, '', topic
    FROM processes_job WHERE instance_id = %(i)s
    UNION ALL
    SELECT 'message', element_id, token, NULL, NULL, '', true, name, ''
    FROM processes_messagesubscription WHERE instance_id = %(i)s
    UNION ALL
    SELECT 'timer', element_id, token, due, remaining, attached_to, interrupting, '', ''
    FROM processes_timer WHERE instance_id = %(i)s
) w JOIN processes_processinstance i ON i.id = %(i)s"""
