"""Commands of operators: tokens moved by hand, and cases moved to another version.

Each says what it would do with `dry_run`, and does exactly that without. Who may command is
for the caller to judge; who did, and why, stands in the history.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from processes import acts, engine
from processes.engine import Put, came_from
from processes.errors import CannotBeMoved, NoSuchCase, NoSuchProcess, StaleCase
from processes.history import Kind
from processes.models import ProcessDefinition
from processes.specs import Definition, environment, spec_of

from . import consequences, locked
from .locked import Locked
from .operating import Asked, Outlook, Surgery


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
    old, new = _versions(case, version)
    act = acts.migrate(
        from_version=old.version, to_version=new.version, mapping=mapping or {}, restart=restart
    )
    surgery = Surgery(case, act, Definition(id=new.pk, content_hash=new.content_hash))
    surgery.forms = (old.forms, new.forms)
    if surgery.after is not None:
        surgery.repeats = consequences.repeated_in(
            surgery.spec,
            surgery.to,
            surgery.before,
            surgery.after,
            mapping or {},
            consequences.passed(case),
        )
    note = {"from": old.version, "to": new.version}
    return surgery.performed(asked, Kind.CASE_MIGRATED, note)


def _versions(case: Locked, version: int) -> tuple[ProcessDefinition, ProcessDefinition]:
    old = ProcessDefinition.objects.get(pk=case.definition_id)
    new = ProcessDefinition.objects.filter(
        key=case.definition_key, version=version, status=ProcessDefinition.Status.LIVE
    ).first()
    if new is None:
        raise NoSuchProcess(f"{case.definition_key} v{version}")
    if new.pk == old.pk:
        raise CannotBeMoved([_("Expected another version than that of the case.")])
    return old, new


def _modified(case: Locked, asked: Asked, take_off: Sequence[str], put: Sequence[Put]) -> Outlook:
    surgery = Surgery(case, acts.modify(take_off, put), case.definition)
    if surgery.after is not None:
        begun = surgery.begun.begun
        done = [wait.element_id for wait in surgery.plan.closed if wait.token_id in begun]
        done += consequences.passed(case)
        surgery.repeats = consequences.repeated(
            surgery.spec, surgery.before, surgery.plan, put, done
        )

    places = [one.element_id for one in put]
    places += [wait.element_id for wait in surgery.plan.closed if wait.token_id in take_off]
    return surgery.performed(asked, Kind.CASE_MODIFIED, {}, element_id=next(iter(places), ""))


def _locked(instance_id: int, asked: Asked) -> Locked:
    case = locked.case(instance_id)
    if case is None:
        raise NoSuchCase
    if asked.revision is not None and asked.revision != case.revision:
        raise StaleCase
    if not asked.dry_run and not asked.reason.strip():
        raise CannotBeMoved([_("Expected a reason, found none.")])
    return case
