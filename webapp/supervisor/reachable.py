"""Servers that somebody names by DATABASE_URL and REDIS_URL: asked before anything is started."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

from webapp import environment
from webapp.building.stamps import Problem
from webapp.embedded.binaries import OLDEST_POSTGRES

_PATIENCE = 5


def require(given: Mapping[str, str]) -> None:
    """Refuse addresses at which nobody answers, or somebody else.

    Raises:
        Problem: one cannot be used; the sentence names the variable, never a password.
    """
    if "DATABASE_URL" in given:
        _require_postgres(given["DATABASE_URL"])
    if "REDIS_URL" in given:
        _require_broker(given["REDIS_URL"])


def _require_postgres(url: str) -> None:
    import psycopg  # not at the top: most start without it

    try:
        environment.database(url)
        with psycopg.connect(url, connect_timeout=_PATIENCE) as connection:
            major = connection.info.server_version // 10_000
    except (ImproperlyConfigured, ValueError) as error:
        raise Problem(f"DATABASE_URL cannot be used. {error}") from error
    except psycopg.Error as error:
        raise Problem(_sentence("DATABASE_URL", "a PostgreSQL", error)) from error
    if major < OLDEST_POSTGRES:
        raise Problem(
            f"DATABASE_URL leads to PostgreSQL {major}: expected {OLDEST_POSTGRES} or newer."
        )


def _require_broker(url: str) -> None:
    import redis

    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=_PATIENCE, socket_timeout=_PATIENCE
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise Problem(_sentence("REDIS_URL", "a Valkey or Redis", error)) from error


def _sentence(name: str, wanted: str, error: Exception) -> str:
    said = (str(error).strip() or "no answer").splitlines()[0].rstrip(".")
    return f"{name} does not lead to {wanted}: {said}. Mend it, or unset it for a private server."
