"""One surgery on a locked case: looked at, judged, and done or only tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from processes import engine
from processes.acts import Act
from processes.contract import Actor
from processes.engine import EngineError, Plan, Step
from processes.errors import CannotBeMoved, CannotGoOn
from processes.history import Kind
from processes.sentences import in_chinese
from processes.specs import Definition, environment, spec_of

from . import carried, consequences, early
from .carried import Forms
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


class Surgery:
    """One act on one locked case, looked at before it is done."""

    def __init__(self, case: Locked, act: Act, to: Definition) -> None:
        self.case, self._act, self._definition = case, act, to
        self.spec, self.to = spec_of(case.definition), spec_of(to)
        lent = environment(case.now)
        self.before = engine.describe(self.spec, case.state, lent)
        self.after: Step | None = None
        self.repeats: set[str] = set()
        self.forms: tuple[Forms, Forms] | None = None
        """Of the old version and of the new one, if it is another."""

        def perform() -> Step:
            self.after = act.perform(self.spec, case.state, lent, to=self.to)
            return self.after

        self.plan = engine.planned(self.before, perform)
        self.begun = consequences.lock_jobs(case, self.plan)

    def performed(
        self, asked: Asked, kind: Kind, note: Mapping[str, Any], *, element_id: str = ""
    ) -> Outlook:
        """What was done; if it is only asked, all of it is done and rolled back.

        Raises:
            CannotBeMoved: it may not, or the database cannot hold it; not if it is only asked.
        """
        refusals = self.plan.refusals + tuple(
            consequences.objections(self.plan, self.begun, self.repeats, self.to, asked.consent)
        )
        if not refusals:
            note = {**self._told(asked), **note}
            refusals = self._tried(asked, kind, note, element_id)
        refusals = tuple(_spoken(sentence) for sentence in refusals)
        if refusals and not asked.dry_run:
            raise CannotBeMoved(refusals)
        begun = {w.element_id for w in self.plan.closed if w.token_id in self.begun.begun}
        return Outlook(
            plan=replace(self.plan, refusals=refusals),
            repeats=tuple(sorted(self.repeats)),
            begun=tuple(sorted(begun)),
            revision=self.case.revision,
        )

    def _told(self, asked: Asked) -> dict[str, Any]:
        assert self.after is not None  # noqa: S101  # it was not refused
        return {
            "reason": asked.reason.strip(),
            "before": [wait.element_id for wait in self.before.waits],
            "after": [wait.element_id for wait in self.after.waits],
            "repeating": sorted(asked.consent.repeating),
            "giving_up": sorted(asked.consent.giving_up),
        }

    def _tried(
        self, asked: Asked, kind: Kind, note: Mapping[str, Any], element_id: str
    ) -> tuple[str, ...]:
        """Do it, and undo it again if it is only asked; why it cannot be done."""
        try:
            with transaction.atomic():
                self._commit(asked, kind, note, element_id)
                transaction.set_rollback(asked.dry_run)
        except (EngineError, CannotGoOn) as error:
            return (str(error),)
        return ()

    def _commit(self, asked: Asked, kind: Kind, note: Mapping[str, Any], element_id: str) -> None:
        change = step(
            self.case,
            self._act,
            kind=kind,
            actor=asked.actor,
            element_id=element_id,
            note=note,
            to=self._definition,
        )
        saved = save([change])
        if self.forms is not None:
            carried.carry(self.case, self.plan, *self.forms)
        carried.settle_timers(self.case, asked.actor)
        early.deliver_early(change.after, saved.early)


def _spoken(sentence: str) -> str:
    """In the language of who asks; gettext's are already."""
    return in_chinese(sentence) if (get_language() or "").startswith("zh") else sentence
