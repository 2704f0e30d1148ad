"""Probes for who runs us: `path("", include("webapp.health"))`. Neither asks who is there."""

from __future__ import annotations

from functools import lru_cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache


class TablesMissing(Exception):
    """The code is newer than the database."""


@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; it asks nobody else."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether requests can be served: 503 without a database that has our tables.

    A missing broker is said but is no reason to turn people away: the tables decide.
    """
    checks = {"database": _database(), "broker": _broker()}
    ready = checks["database"] == "ok"
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '1s'; SELECT 1; RESET statement_timeout")
        _require_tables()
    except DatabaseError:
        connection.close()
        return "unreachable"
    except TablesMissing:
        return "migrations are missing"
    return "ok"


@lru_cache(maxsize=1)
def _require_tables() -> None:
    """Raise TablesMissing until all migrations have run; then never ask again."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise TablesMissing


def _broker() -> str:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5) as client:
            client.ping()
    except (redis.RedisError, ValueError):
        return "unreachable"
    return "ok"


urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]
