"""The hot path's SQL: a whole step, for one case or a batch of them, in one statement.

The statement is put together from the parts that the step needs, since planning a part
costs as much as running it. Rows travel as JSON, one parameter per part, each row with the
id of its instance, and the states beside them as bytes; every part reads `saved`, so nothing
is written for an instance whose fence did not hold.
"""

from __future__ import annotations

_INSTANCES = """
    json_to_recordset(%(instances)s::json) AS s(
        id bigint, definition_id bigint, definition_key text, business_key text, tenant text,
        region text, shard smallint, status text, revision int, state_from int,
        state_length int, variables jsonb, next_due timestamptz, history_seq int,
        history_hash bytea, now timestamptz, ended_at timestamptz)"""

_STATE = "substring(%(states)s::bytea FROM s.state_from FOR s.state_length)"
"""Of all states in a row: to read so many bytes from JSON takes longer than to write them."""

UPDATE_INSTANCES = f"""
saved AS (
    UPDATE processes_processinstance i
    SET definition_id = s.definition_id, status = s.status, revision = s.revision,
        state = coalesce({_STATE}, i.state), variables = s.variables, next_due = s.next_due,
        history_seq = s.history_seq, history_hash = s.history_hash, ended_at = s.ended_at
    FROM {_INSTANCES}
    WHERE i.id = s.id AND i.revision = s.revision - 1
    RETURNING i.id, i.tenant, i.region, i.shard, i.business_key, i.status, s.now
)"""  # noqa: S608  # constants of this module only

INSERT_INSTANCES = f"""
saved AS (
    INSERT INTO processes_processinstance (
        id, definition_id, definition_key, business_key, tenant, region, shard, status, revision,
        state, variables, next_due, history_seq, history_hash, started_at, ended_at)
    SELECT id, definition_id, definition_key, business_key, tenant, region, shard, status,
        revision, {_STATE}, variables, next_due, history_seq, history_hash, now, ended_at
    FROM {_INSTANCES}
    ON CONFLICT (definition_key, business_key) DO NOTHING
    RETURNING id, tenant, region, shard, business_key, status, started_at AS now
)"""  # noqa: S608  # constants of this module only

INSERT_HISTORY = """
told AS (
    INSERT INTO processes_historyevent (
        instance_id, tenant, region, shard, seq, at, kind, element_id, actor, via, body, prev, hash)
    SELECT i.id, i.tenant, i.region, i.shard, w.seq, w.at, w.kind, w.element_id, w.actor, w.via,
        w.body, w.prev, w.hash
    FROM json_to_recordset(%(entries)s::json) AS w(
        instance_id bigint, seq int, at timestamptz, kind text, element_id text, actor text,
        via text, body text, prev bytea, hash bytea)
    JOIN saved i ON i.id = w.instance_id
)"""

GONE = """
gone AS MATERIALIZED (
    SELECT w.*, i.now
    FROM json_to_recordset(%(gone)s::json)
        AS w(instance_id bigint, kind text, token text, outcome text, by text)
    JOIN saved i ON i.id = w.instance_id
)"""

CLOSE_TASKS = """
closed_tasks AS (
    UPDATE processes_usertask t
    SET closed_at = g.now, outcome = g.outcome, closed_by = g.by, draft = NULL
    FROM gone g
    WHERE g.kind = 'u' AND t.instance_id = g.instance_id AND t.token = g.token
        AND t.closed_at IS NULL
    RETURNING t.id
),
withdrawn AS (
    DELETE FROM processes_usertaskcandidate c USING closed_tasks t WHERE c.task_id = t.id
)"""

DELETE_JOBS = """
gone_jobs AS (
    DELETE FROM processes_job j USING gone g
    WHERE g.kind = 's' AND j.instance_id = g.instance_id AND j.token = g.token
),
settled AS (
    UPDATE processes_incident n
    SET resolved_at = greatest(g.now, n.raised_at), resolved_by = g.by
    FROM gone g
    WHERE g.kind = 's' AND n.kind = 'job' AND n.instance_id = g.instance_id
        AND n.subject = g.token AND n.resolved_at IS NULL
)"""

DELETE_TIMERS = """
gone_timers AS (
    DELETE FROM processes_timer t USING gone g
    WHERE g.kind = 't' AND t.instance_id = g.instance_id AND t.token = g.token
)"""

DELETE_SUBSCRIPTIONS = """
gone_subscriptions AS (
    DELETE FROM processes_messagesubscription s USING gone g
    WHERE g.kind = 'm' AND s.instance_id = g.instance_id AND s.token = g.token
    RETURNING s.id
)"""

INSERT_TASKS = """
new_tasks AS (
    INSERT INTO processes_usertask (
        instance_id, tenant, region, shard, business_key, process_key, token, element_id, name,
        form_id, audiences, assignee, variables, npri, sort_due, due_at, follow_up_at, revision,
        created_at, outcome, closed_by)
    SELECT i.id, i.tenant, i.region, i.shard, i.business_key, w.process_key, w.token,
        w.element_id, w.name, w.form_id, w.audiences, w.assignee, w.variables, w.npri,
        coalesce(w.due_at, '9999-12-31 00:00+00'), w.due_at, w.follow_up_at, 0, i.now, '', ''
    FROM json_to_recordset(%(tasks)s::json) AS w(
        instance_id bigint, process_key text, token text, element_id text, name text,
        form_id text, audiences text[], assignee text, variables jsonb, npri smallint,
        due_at timestamptz, follow_up_at timestamptz)
    JOIN saved i ON i.id = w.instance_id
    RETURNING id, process_key, audiences, assignee, npri, sort_due
),
new_candidates AS (
    INSERT INTO processes_usertaskcandidate (task_id, audience, process_key, npri, sort_due)
    SELECT t.id, a.audience, t.process_key, t.npri, t.sort_due
    FROM new_tasks t, unnest(t.audiences) AS a(audience)
    WHERE t.assignee = ''
)"""

INSERT_JOBS = """
new_jobs AS (
    INSERT INTO processes_job (
        instance_id, tenant, region, shard, token, element_id, topic, inputs, headers, retries,
        state, run_at, rung_at, attempts, crashes, lease_owner, lease_token, last_error, created_at)
    SELECT i.id, i.tenant, i.region, i.shard, w.token, w.element_id, w.topic, w.inputs, w.headers,
        w.retries, 'ready', clock_timestamp(), clock_timestamp(), 0, 0, '', 0, '', i.now
    FROM json_to_recordset(%(jobs)s::json) AS w(
        instance_id bigint, token text, element_id text, topic text, inputs jsonb, headers jsonb,
        retries smallint)
    JOIN saved i ON i.id = w.instance_id
    RETURNING id
)"""

INSERT_TIMERS = """
new_timers AS (
    INSERT INTO processes_timer (
        instance_id, tenant, region, shard, token, element_id, due, remaining, attached_to,
        interrupting, blocked)
    SELECT i.id, i.tenant, i.region, i.shard, w.token, w.element_id, w.due, w.remaining,
        w.attached_to, w.interrupting, false
    FROM json_to_recordset(%(timers)s::json) AS w(
        instance_id bigint, token text, element_id text, due timestamptz, remaining interval,
        attached_to text, interrupting boolean)
    JOIN saved i ON i.id = w.instance_id
    ON CONFLICT (instance_id, token) DO UPDATE
    SET due = excluded.due, remaining = excluded.remaining, blocked = false
)"""

INSERT_SUBSCRIPTIONS = """
new_subscriptions AS (
    INSERT INTO processes_messagesubscription (
        instance_id, tenant, region, shard, token, element_id, name, correlation_key)
    SELECT i.id, i.tenant, i.region, i.shard, w.token, w.element_id, w.name, w.correlation_key
    FROM json_to_recordset(%(subscriptions)s::json) AS w(
        instance_id bigint, token text, element_id text, name text, correlation_key text)
    JOIN saved i ON i.id = w.instance_id
    {after_deletes}
    RETURNING id, instance_id, token, element_id, name, correlation_key
)"""

AFTER_DELETES = "WHERE (SELECT count(*) FROM gone_subscriptions) >= 0"
"""Parts of one statement run in no order: this makes a loop that waits again for the same
message give its key free before it takes it."""

TAKE_MESSAGES = """
taken AS (
    UPDATE processes_message m
    SET state = 'delivered', instance_id = w.instance_id
    FROM json_to_recordset(%(messages)s::json) AS w(instance_id bigint, id bigint)
    JOIN saved i ON i.id = w.instance_id
    WHERE m.id = w.id AND m.state IN ('buffered', 'stuck')
    RETURNING m.id
)"""

SETTLE_ALL = """
settled_all AS (
    UPDATE processes_incident n
    SET resolved_at = greatest(i.now, n.raised_at), resolved_by = 'system'
    FROM saved i
    WHERE i.status <> 'running' AND n.instance_id = i.id AND n.resolved_at IS NULL
        AND n.kind <> 'job'
)"""

MOVE_TASKS = """
moved AS (
    UPDATE processes_usertask t
    SET assignee = w.assignee, revision = t.revision + 1, draft = NULL
    FROM json_to_recordset(%(moves)s::json) AS w(instance_id bigint, id bigint, assignee text)
    JOIN saved i ON i.id = w.instance_id
    WHERE t.id = w.id AND t.closed_at IS NULL
    RETURNING t.id, t.process_key, t.audiences, t.assignee, t.npri, t.sort_due
),
taken_back AS (
    DELETE FROM processes_usertaskcandidate c USING moved t
    WHERE c.task_id = t.id AND t.assignee <> ''
),
offered AS (
    INSERT INTO processes_usertaskcandidate (task_id, audience, process_key, npri, sort_due)
    SELECT t.id, a.audience, t.process_key, t.npri, t.sort_due
    FROM moved t, unnest(t.audiences) AS a(audience)
    WHERE t.assignee = ''
    ON CONFLICT DO NOTHING
)"""

ANSWER = """
SELECT (SELECT array_agg(id) FROM saved), {jobs}, {early}, {taken}"""

NEW_JOB_IDS = "(SELECT array_agg(id) FROM new_jobs)"

EARLY_MESSAGES = """(
    SELECT json_agg(e) FROM (
        SELECT DISTINCT ON (s.id) m.id, s.instance_id, s.token, s.element_id, m.name, m.payload,
            m.actor, m.via
        FROM new_subscriptions s
        JOIN processes_message m ON m.state = 'buffered' AND m.name = s.name
            AND m.correlation_key = s.correlation_key {but_taken}
        ORDER BY s.id, m.id
    ) e
)"""
"""The oldest buffered message for each subscription that opens."""

BUT_TAKEN = "AND m.id NOT IN (SELECT id FROM taken)"
"""A part does not see what the others change: the message that this step delivers still
looks buffered."""

TAKEN = "(SELECT count(*) FROM taken)"
