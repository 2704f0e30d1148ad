"""What `starts` asks the database, and what the sweeper looks for."""

from __future__ import annotations

DUE = """EXISTS (SELECT FROM processes_processstart
        WHERE due <= (SELECT business_now()) AND run_at <= (SELECT clock_timestamp()))"""
"""Whether some start is due."""

_ACTIVE = """EXISTS (
    SELECT FROM processes_message b JOIN processes_processinstance i ON i.id = b.instance_id
    WHERE b.begins AND b.name = {name} AND b.correlation_key = {key} AND i.status = 'running')"""
"""Whether a case that began with this message and key still runs."""

ACTIVE = "SELECT " + _ACTIVE.format(name="%s", key="%s")

TO_BEGIN = f"""
    SELECT m.id FROM processes_message m JOIN processes_processstart s ON s.message = m.name
    WHERE m.state = 'buffered' AND (m.correlation_key = ''
        OR NOT {_ACTIVE.format(name="m.name", key="m.correlation_key")})"""  # noqa: S608  # constants
"""Buffered messages with which a case may begin now."""

NEXT_DUE = """
SELECT s.id, s.element_id, s.tenant, s.due, d.key, d.version, business_now()
FROM processes_processstart s JOIN processes_processdefinition d ON d.id = s.definition_id
WHERE s.due <= (SELECT business_now()) AND s.run_at <= (SELECT clock_timestamp())
ORDER BY s.due, s.id LIMIT 1
FOR NO KEY UPDATE OF s SKIP LOCKED"""

BEGINS_WITH = """
SELECT s.element_id, s.tenant, d.key, d.version
FROM processes_processstart s JOIN processes_processdefinition d ON d.id = s.definition_id
WHERE s.message = %s
FOR KEY SHARE OF s"""

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('processes.begin'), hashtext(%s))"
"""Two messages of one key must not both find that no case runs."""

HAS_CASE = """
SELECT EXISTS (SELECT FROM processes_processinstance
    WHERE definition_key = %s AND business_key = %s)"""

FAILED = """
UPDATE processes_processstart SET error = %s, failures = failures + 1,
    run_at = clock_timestamp()
        + least(interval '1 hour', interval '30 seconds' * 2 ^ least(failures, 12))
WHERE id = %s"""

HELD_UP = """
UPDATE processes_processstart SET error = %s, failures = failures + 1 WHERE message = %s"""

TRY_AGAIN = """
UPDATE processes_message m SET state = 'buffered'
WHERE m.state = 'stuck' AND m.name = ANY(%s) AND NOT EXISTS (
    SELECT FROM processes_incident n
    WHERE n.kind = 'message' AND n.subject = m.id::text AND n.resolved_at IS NULL)"""
