"""What cannot go on until a person acts."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from django.db import transaction
from django.db.models import Min
from django.db.models.functions import Now

from processes import hints
from processes.contract import SYSTEM, Actor
from processes.engine import EngineError
from processes.errors import NoSuchIncident, ProcessError
from processes.history import Happening, Kind
from processes.models import Incident, Job, Message, ProcessInstance, Timer
from processes.plain import plain

from . import locked
from .locked import Locked
from .saving import save
from .stepping import observe

logger = logging.getLogger(__name__)

TIMERS = "timers"
"""Subject of the one incident that a case's timers can have."""


def sentence_of(error: Exception) -> str:
    """What an incident says of a failure; one that nobody foresaw is logged as well."""
    if isinstance(error, EngineError | ProcessError):
        return str(error)
    logger.error("A case failed in a way that nobody foresaw", exc_info=error)
    return f"{type(error).__name__}: {error}".replace("\0", "")


def raise_job_incident(
    case: Locked, *, token: str, element_id: str, sentence: str, actor: Actor
) -> None:
    """Take the job out of circulation and say why. The case is locked."""
    Job.objects.filter(instance_id=case.id, token=token).update(
        state=Job.State.INCIDENT, lease_until=None, lease_owner="", last_error=sentence
    )
    _raise(case, Incident.Kind.JOB, token, element_id, sentence, actor)


def raise_timer_incident(case: Locked, *, sentence: str) -> None:
    """Hold up the case's due timers and say why. The case is locked."""
    Timer.objects.filter(instance_id=case.id, due__lte=case.now).update(blocked=True)
    ProcessInstance.objects.filter(pk=case.id).update(next_due=None)
    held_up = replace(case, next_due=None)
    _raise(held_up, Incident.Kind.TIMER, TIMERS, "", sentence, SYSTEM)


def raise_message_incident(
    case: Locked, *, message_id: int, element_id: str, sentence: str, actor: Actor
) -> None:
    """Put the message aside and say why. The case is locked."""
    Message.objects.filter(pk=message_id).update(state=Message.State.STUCK)
    _raise(case, Incident.Kind.MESSAGE, str(message_id), element_id, sentence, actor)


@transaction.atomic(durable=True)
def resolve_incident(*, incident_id: int, actor: Actor, note: str) -> None:
    """Let what was held up be tried again; `note` says what was done about it.

    Raises:
        BadVariables: the note is no text that the database can hold.
        NoSuchIncident: it is resolved, or never was.
    """
    plain({"note": note})
    found = Incident.objects.filter(pk=incident_id, resolved_at=None).first()
    case = locked.case(found.instance_id) if found else None
    if found is None or case is None:
        raise NoSuchIncident
    resolved = Incident.objects.filter(pk=incident_id, resolved_at=None).update(
        resolved_at=max(case.now, found.raised_at), resolved_by=actor.name, note=note
    )
    if not resolved:  # somebody was faster while we waited for the lock
        raise NoSuchIncident
    case = _try_again(found, case)
    happening = Happening(
        kind=Kind.INCIDENT_RESOLVED,
        actor=actor.name,
        via=actor.via,
        element_id=found.element_id,
        note={"incident": found.kind, "subject": found.subject, "note": note},
    )
    save([observe(case, happening, actor)])


def _try_again(incident: Incident, case: Locked) -> Locked:
    match incident.kind:
        case Incident.Kind.JOB:
            job = Job.objects.filter(instance_id=case.id, token=incident.subject)
            job.update(state=Job.State.READY, attempts=0, crashes=0, run_at=Now(), rung_at=Now())
            numbers = tuple(job.values_list("pk", flat=True))
            transaction.on_commit(partial(hints.send_soon, numbers, ()), robust=True)
        case Incident.Kind.TIMER:
            timers = Timer.objects.filter(instance_id=case.id)
            timers.update(blocked=False)
            return replace(case, next_due=timers.aggregate(due=Min("due"))["due"])
        case Incident.Kind.MESSAGE:
            stuck = Message.objects.filter(pk=incident.subject, state=Message.State.STUCK)
            stuck.update(state=Message.State.BUFFERED)
    return case


def _raise(
    case: Locked,
    kind: Incident.Kind,
    subject: str,
    element_id: str,
    sentence: str,
    actor: Actor,
) -> None:
    """One open incident says it: a second of the same subject is not raised."""
    same = {"instance_id": case.id, "kind": kind, "subject": subject}
    if Incident.objects.filter(**same, resolved_at=None).exists():
        return
    Incident.objects.create(
        **same,
        tenant=case.tenant,
        region=case.region,
        shard=case.shard,
        element_id=element_id,
        sentence=sentence,
        raised_at=case.now,
    )
    happening = Happening(
        kind=Kind.INCIDENT_RAISED,
        actor=actor.name,
        via=actor.via,
        element_id=element_id,
        note={"incident": str(kind), "subject": subject, "sentence": sentence},
    )
    save([observe(case, happening, actor)])
