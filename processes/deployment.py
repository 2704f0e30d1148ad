"""Files in bpmn/ and forms/ → frozen versions of process definitions, judged first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import clock, contract, drawn, engine
from .bundles import Bundle
from .contract import Actor
from .engine import EngineError
from .engine.errors import Problem
from .errors import CannotDeploy, MessageTaken, NothingToDeploy
from .lifecycle import DefinitionLife
from .lint import Finding, Severity, Surroundings, judge
from .models import ProcessDefinition
from .plain import canonical
from .runtime import starts
from .specs import Definition, environment, spec_of


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What lies in the folders: nothing is judged yet."""

    resources: Mapping[str, bytes]
    """File name → text of each .bpmn and .dmn."""
    forms: Mapping[str, Mapping[str, Any]]
    """Form id (the file's stem) → schema."""


def read_sources(*folders: Path) -> Sources:
    """All diagrams, decisions and forms that lie directly in `folders`."""
    files = sorted(path for folder in folders for path in folder.iterdir() if path.is_file())
    return Sources(
        resources={f.name: f.read_bytes() for f in files if f.suffix in {".bpmn", ".dmn"}},
        forms={f.stem: _form(f) for f in files if f.suffix == ".form"},
    )


def lint(sources: Sources) -> list[Finding]:
    """Everything that stands out in the sources; errors stand against a deployment."""
    return _judged(sources)[1]


@transaction.atomic(durable=True)
def deploy(sources: Sources, *, actor: Actor) -> list[ProcessDefinition]:
    """Make a new live version of each process that has changed; return all current ones.

    The same content again is the same version. All or nothing.

    Raises:
        CannotDeploy: with every problem found.
        NothingToDeploy: no executable process is drawn.
    """
    judged, findings = _judged(sources)
    language = get_language() or "en"
    refused = [found.said(language) for found in findings if found.severity is Severity.ERROR]
    if refused:
        raise CannotDeploy(tuple(refused))
    if not judged:
        raise NothingToDeploy(_("Expected an executable process, found none"))
    _lock_deployments()
    deployed = [_version(bundle, sources, actor) for bundle in judged]
    _let_begin([d for d, fresh in deployed if fresh], {b.key: b.tenant for b in judged})
    return [definition for definition, _fresh in deployed]


def _let_begin(fresh: Sequence[ProcessDefinition], tenants: Mapping[str, str]) -> None:
    """Let new versions wait for their moments and messages, in place of the old ones."""
    now = clock.now()
    waiting: list[tuple[ProcessDefinition, Sequence[engine.Beginning]]] = []
    for definition in fresh:
        named = Definition(id=definition.pk, content_hash=definition.content_hash)
        try:
            begins = engine.beginnings(spec_of(named), environment(now))
        except EngineError as error:
            raise CannotDeploy((f"{definition.main_file}: {error}",)) from error
        waiting.append((definition, begins))
    try:
        starts.enrol(waiting, tenants)
    except MessageTaken as error:
        raise CannotDeploy((str(error),)) from error


def surroundings(forms: Mapping[str, Any]) -> Surroundings:
    """What the house has beside its diagrams."""
    return Surroundings(
        topics=contract.topics(),
        forms=forms,
        groups=getattr(settings, "KNOWN_GROUPS", None),
        functions=contract.feel_functions().keys(),
        codes=contract.errors(),
    )


def _judged(sources: Sources) -> tuple[list[Bundle], list[Finding]]:
    judged, loose = judge(sources.resources, surroundings(sources.forms))
    found = [*_form_findings(sources.forms), *loose]
    found += [finding for each in judged for finding in each.findings]
    return [each.bundle for each in judged], list(dict.fromkeys(found))


def _form_findings(forms: Mapping[str, Mapping[str, Any]]) -> Iterable[Finding]:
    """What the house's judge of forms says: `settings.FORM_CHECK`, schema → sentences."""
    path = getattr(settings, "FORM_CHECK", "")
    if not path:
        return
    check_form: Callable[[Any], Iterable[str]] = import_string(path)
    for form_id, schema in sorted(forms.items()):
        for sentence in check_form(schema):
            problem = Problem(rule="bad-form", element_id="", sentence=sentence)
            yield Finding(problem=problem, file=f"{form_id}.form")


def _version(bundle: Bundle, sources: Sources, actor: Actor) -> tuple[ProcessDefinition, bool]:
    """The live version of a process, and whether it is new."""
    forms = {form_id: sources.forms[form_id] for form_id in sorted(bundle.forms)}
    resources = {file: data.decode() for file, data in bundle.resources.items()}
    digest = _content_hash(bundle, resources, forms)
    newest = ProcessDefinition.objects.filter(key=bundle.key).first()
    if newest is not None and newest.content_hash == digest and newest.status == "live":
        return newest, False
    specs = engine.parse(bundle.resources, functions=contract.feel_functions().keys())
    spec = specs[bundle.key]
    definition = ProcessDefinition(
        key=bundle.key,
        version=newest.version + 1 if newest else 1,
        name=spec.name or bundle.key,
        content_hash=digest,
        main_file=bundle.main_file,
        resources=resources,
        forms=forms,
        drawing=drawn.as_json(spec),
        search_variables=list(bundle.search_variables),
        deployed_by=actor.name,
    )
    DefinitionLife(definition).release()
    definition.save(force_insert=True)
    return definition, True


def _content_hash(
    bundle: Bundle, resources: Mapping[str, str], forms: Mapping[str, Mapping[str, Any]]
) -> str:
    content = {"key": bundle.key, "resources": resources, "forms": forms}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _form(path: Path) -> dict[str, Any]:
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise CannotDeploy((f"{path.name}: {error}",)) from error
    if not isinstance(schema, dict):
        raise CannotDeploy((_("%(file)s: expected an object") % {"file": path.name},))
    return schema


def _lock_deployments() -> None:
    """Two deployments at once would both take the next version number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('processes.deploy'))")
