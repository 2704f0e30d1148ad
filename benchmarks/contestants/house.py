"""Django and the runtime inside a contestant: set up, migrated, a flow deployed."""

from __future__ import annotations

from typing import Any

from celery import current_app
from django.core.management import call_command
from django.db import connection

import webapp.celery  # noqa: F401  # hints go to the application that it makes
from benchmarks.diagrams import Case
from benchmarks.drawing import every_node
from processes import contract, deployment
from processes.contract import Actor

TENANT = "lingyue"
SELLER = Actor(name="sofia", tenant=TENANT, groups=frozenset({f"{TENANT}/seller"}), via="ui")

__all__ = ["SELLER", "TENANT", "connection", "current_app", "deploy", "migrate", "query"]


def migrate() -> None:
    """Lay down all tables."""
    call_command("migrate", verbosity=0)


def deploy(case: Case) -> None:
    """Deploy a flow, and register a handler that answers at once for each of its topics."""
    nodes = [node for process in case.processes for node in every_node(process)]
    for element in {node.id for node in nodes if node.type == "serviceTask"}:
        if f"bench.{element}" not in contract.topics():
            contract.handles(f"bench.{element}")(_answer(element))
    sources = deployment.Sources(resources=case.ours, forms={})
    deployment.deploy(sources, actor=contract.SYSTEM)


def _answer(element: str) -> contract.Handler:
    def handler(_call: contract.Call) -> contract.Output:
        return {element: {"ok": True}}

    return handler


def query(text: str, *parameters: Any, **named: Any) -> list[tuple[Any, ...]]:
    """Ask the database beside what is measured."""
    with connection.cursor() as cursor:
        cursor.execute(text, named or parameters or None)
        return cursor.fetchall() if cursor.description else []
