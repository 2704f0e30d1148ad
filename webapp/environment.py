"""Reading the environment: what a setting is called, and a sentence when it is missing."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from handlers.orders.money import Money, MoneyError

KINDS = ("production", "demo", "test")
DEMO_FILE = "demo.env"
"""Written by the supervisor into DATA_DIR: addresses and keys of the private servers."""


def kind() -> str:
    """Return which of KINDS this process runs as; unset means production."""
    value = os.environ.get("AFTERFLOW_ENV", "production")
    require_among("AFTERFLOW_ENV", value, KINDS)
    return value


def required(name: str, why: str) -> str:
    """Return a variable that has no safe default; `why` ends the sentence when it is missing."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why}")
    return value


def require_among(name: str, value: str, known: Collection[str]) -> None:
    """Refuse a value that names nothing."""
    if value not in known:
        raise ImproperlyConfigured(f"{name} is {value!r}: expected one of {sorted(known)}")


def listed(name: str) -> list[str]:
    """Return a comma-separated variable as a list, empty parts dropped."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def number(name: str, default: int) -> int:
    """Return a variable that is a whole number, 1 or more."""
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdecimal() and int(value[:12]) > 0):
        raise ImproperlyConfigured(f"{name} is {value!r}: expected a whole number, 1 or more")
    return int(value)


def entries(name: str, value: str) -> dict[str, dict[str, Any]]:
    """Return a variable that is JSON: an object of named objects."""
    try:
        found = json.loads(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is no JSON: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise ImproperlyConfigured(f'{name}: expected an object such as {{"bank": {{…}}}}')
    return found


def amounts(name: str, default: str) -> dict[str, int]:
    """Return e.g. `CNY 500, JPY 10000` as minor units by currency: each has decimals of its own."""
    bare = name.removesuffix("S")
    if bare in os.environ:
        raise ImproperlyConfigured(
            f"{bare} names no currency: write {name} with amounts as people say them, "
            f'for example "{default}, JPY 10000"'
        )
    found: dict[str, int] = {}
    for part in os.environ.get(name, default).split(","):
        currency, _, amount = part.strip().partition(" ")
        try:
            found[currency] = Money.parse(amount, currency).minor
        except MoneyError as error:
            raise ImproperlyConfigured(f"{name} has {part.strip()!r}: {error}") from error
        if found[currency] < 0:
            raise ImproperlyConfigured(f"{name} has {part.strip()!r}: expected 0 or more")
    return found


def adopt_demo_file(data_dir: Path) -> None:
    """Let the demo's own addresses and keys stand in for variables that are not set.

    So `AFTERFLOW_ENV=demo manage.py …` reaches the database that `make run` started.
    """
    path = data_dir / DEMO_FILE
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)


_NOTICED = {
    # A server that is gone without a word, as after a failover, is noticed within seconds.
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}


def database(url: str) -> dict[str, Any]:
    """Return Django's DATABASES entry for a postgresql:// URL.

    A Unix socket is written `postgresql://user@/name?host=/folder`, as libpq does; other
    query parameters become connection options.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("Expected DATABASE_URL to begin with postgresql://")
    options: dict[str, Any] = {**_NOTICED, **dict(parse_qsl(parts.query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "afterflow",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
