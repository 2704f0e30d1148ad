"""A cursor whose statements PostgreSQL plans once per connection instead of each time.

Planning a step's statement costs as much as running it, and Django, which binds on the
client, never prepares. Behind a pooler that hands connections from transaction to
transaction, the pooler must know prepared statements (PgBouncer: `max_prepared_statements`),
or `PREPARE_HOT_STATEMENTS = False` switches this off.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor

_USES_BEFORE_PREPARING = 2


@contextmanager
def prepared_cursor() -> Iterator[Any]:
    """Lend a cursor for a statement that is run again and again, with values that do not
    change which plan is good."""
    database = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up at each use
    if not getattr(settings, "PREPARE_HOT_STATEMENTS", True):
        with database.cursor() as cursor:
            yield cursor
        return
    database.ensure_connection()
    raw: Any = database.connection
    raw.prepare_threshold = _USES_BEFORE_PREPARING
    usual, raw.cursor_factory = raw.cursor_factory, ServerBindingCursor
    try:
        with database.cursor() as cursor:
            yield cursor
    finally:
        raw.cursor_factory = usual
