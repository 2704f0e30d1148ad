"""Commands of operators: tokens moved by hand, and cases moved to another version.

Each says what it would do with `dry_run`, and does exactly that without. Who may command is
for the caller to judge; who did, and why, stands in the history.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from processes import acts, engine
from processes.acts import Act
from processes.contract import Actor
from processes.engine import EngineError, Plan, Put, Step, came_from
from processes.errors import CannotBeMoved, NoSuchCase, NoSuchProcess, StaleCase
from processes.history import Kind
from processes.models import ProcessDefinition
from processes.specs import Definition, environment, spec_of

from . import carried, consequences, locked, messages
from .consequences import Consent
from .locked import Locked
from .saving import save
from .stepping import step


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a command would do to a case, or has done."""

    plan: Plan
    """With every reason why it is refused, if it is."""
    repeats: tuple[str, ...] = ()
    """Service tasks that may be done again: they need consent."""
    begun: tuple[str, ...] = ()
    """Service tasks that a machine has begun and that are given up: they need consent."""
    revision: int
    """Of the case as it was looked at: with it, the command is refused if that has changed."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asks for it and why, and what they know."""

    actor: Actor
    reason: str
    consent: Consent = field(default_factory=Consent)
    revision: int | None = None
    """Of the case, as the dry run gave it; None: whatever it is."""
    dry_run: bool = False


@transaction.atomic
def modify_case(
    instance_id: int, asked: Asked, *, take_off: Sequence[str] = (), put: Sequence[Put] = ()
) -> Outlook:
    """Take tokens of a case off its diagram and put others on it.

    Joins the caller's transaction.

    Raises:
        CannotBeMoved: with every reason; `dry_run` gives them as refusals of the plan.
        StaleCase: the case has changed since its revision was seen.
        NoSuchCase: it does not run.
    """
    case = _locked(instance_id, asked)
    return _modified(case, asked, take_off, put)


@transaction.atomic
def step_back(instance_id: int, asked: Asked, *, token: str) -> Outlook:
    """Let a token go back to the task from which it came, as the history tells.

    Raises:
        CannotBeMoved, StaleCase, NoSuchCase: as for `modify_case`.
    """
    case = _locked(instance_id, asked)
    spec = spec_of(case.definition)
    waits = engine.describe(spec, case.state, environment(case.now)).waits
    wait = next((one for one in waits if one.token_id == token), None)
    if wait is None:
        raise CannotBeMoved([_("Expected the token to wait, but it has moved on.")])
    task = came_from(spec, wait.element_id, consequences.passed(case))
    if task is None:
        raise CannotBeMoved([_("Expected a task before it from which it came, found none.")])
    return _modified(case, asked, (), [Put(element_id=task, instead_of=token)])


@transaction.atomic
def migrate_case(
    instance_id: int,
    asked: Asked,
    *,
    version: int,
    mapping: Mapping[str, str] | None = None,
    restart: Collection[str] = (),
) -> Outlook:
    """Let a case go on with another version of its process; see `engine.migrate`.

    Open tasks keep their rows, drafts and who has them; jobs keep their rows, leases and
    idempotency keys. Joins the caller's transaction.

    Raises:
        NoSuchProcess: there is no such version that is live.
        CannotBeMoved, StaleCase, NoSuchCase: as for `modify_case`.
    """
    case = _locked(instance_id, asked)
    mapping = dict(mapping or {})
    old = ProcessDefinition.objects.get(pk=case.definition_id)
    new = ProcessDefinition.objects.filter(
        key=case.definition_key, version=version, status=ProcessDefinition.Status.LIVE
    ).first()
    if new is None:
        raise NoSuchProcess(f"{case.definition_key} v{version}")
    if new.pk == old.pk:
        raise CannotBeMoved([_("Expected another version than that of the case.")])
    act = acts.migrate(
        from_version=old.version, to_version=new.version, mapping=mapping, restart=restart
    )
    surgery = _Surgery(case, act, Definition(id=new.pk, content_hash=new.content_hash))
    if surgery.after is not None:
        done = consequences.passed(case)
        surgery.repeats = consequences.repeated_in(
            surgery.spec, surgery.to, surgery.before, surgery.after, mapping, done
        )
    outlook = surgery.judged(asked)
    if not asked.dry_run:
        note = {"from": old.version, "to": new.version}
        surgery.commit(asked, Kind.CASE_MIGRATED, note)
        carried.carry(case, outlook.plan, old.forms, new.forms)
    return outlook


def _modified(case: Locked, asked: Asked, take_off: Sequence[str], put: Sequence[Put]) -> Outlook:
    surgery = _Surgery(case, acts.modify(take_off, put), case.definition)
    if surgery.after is not None:
        begun = surgery.begun.begun
        done = [wait.element_id for wait in surgery.plan.closed if wait.token_id in begun]
        done += consequences.passed(case)
        surgery.repeats = consequences.repeated(
            surgery.spec, surgery.before, surgery.plan, put, done
        )
    outlook = surgery.judged(asked)
    if not asked.dry_run:
        places = [one.element_id for one in put]
        places += [wait.element_id for wait in surgery.plan.closed if wait.token_id in take_off]
        surgery.commit(asked, Kind.CASE_MODIFIED, {}, element_id=next(iter(places), ""))
    return outlook


class _Surgery:
    """One act on one locked case, looked at before it is done."""

    def __init__(self, case: Locked, act: Act, to: Definition) -> None:
        self.case, self._act, self._definition = case, act, to
        self.spec, self.to = spec_of(case.definition), spec_of(to)
        lent = environment(case.now)
        self.before = engine.describe(self.spec, case.state, lent)
        self.after: Step | None = None
        self.repeats: set[str] = set()

        def perform() -> Step:
            self.after = act.perform(self.spec, case.state, lent, to=self.to)
            return self.after

        self.plan = engine.planned(self.before, perform)
        self.begun = consequences.lock_jobs(case, self.plan)

    def judged(self, asked: Asked) -> Outlook:
        """What would be done; raises if it may not, unless it is only asked."""
        begun = {w.element_id for w in self.plan.closed if w.token_id in self.begun.begun}
        refusals = self.plan.refusals + tuple(
            consequences.objections(self.plan, self.begun, self.repeats, self.to, asked.consent)
        )
        if refusals and not asked.dry_run:
            raise CannotBeMoved(refusals)
        return Outlook(
            plan=replace(self.plan, refusals=refusals),
            repeats=tuple(sorted(self.repeats)),
            begun=tuple(sorted(begun)),
            revision=self.case.revision,
        )

    def commit(
        self, asked: Asked, kind: Kind, note: Mapping[str, Any], *, element_id: str = ""
    ) -> None:
        """Lock, step, save."""
        assert self.after is not None  # noqa: S101  # it was not refused
        told = {
            "reason": asked.reason.strip(),
            "before": [wait.element_id for wait in self.before.waits],
            "after": [wait.element_id for wait in self.after.waits],
            "repeating": sorted(asked.consent.repeating),
            "giving_up": sorted(asked.consent.giving_up),
        }
        try:
            change = step(
                self.case,
                self._act,
                kind=kind,
                actor=asked.actor,
                element_id=element_id,
                note={**told, **note},
                to=self._definition,
            )
        except EngineError as error:
            raise CannotBeMoved([str(error)]) from error
        saved = save([change])
        carried.settle_timers(self.case, asked.actor)
        messages.deliver_early(change.after, saved.early)


def _locked(instance_id: int, asked: Asked) -> Locked:
    case = locked.case(instance_id)
    if case is None:
        raise NoSuchCase
    if asked.revision is not None and asked.revision != case.revision:
        raise StaleCase
    if not asked.dry_run and not asked.reason.strip():
        raise CannotBeMoved([_("Expected a reason, found none.")])
    return case
