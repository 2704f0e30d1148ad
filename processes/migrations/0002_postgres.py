"""What Django's models cannot say: the clock in SQL, storage, and the wall around history."""

from django.db import migrations

CLOCK = """
CREATE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT clock_timestamp()
        + coalesce((SELECT "offset" FROM processes_clock WHERE id = 1), interval '0')
$$"""

# States are compressed already. Room in the pages keeps updates heap-only.
STORAGE = """
ALTER TABLE processes_processinstance ALTER COLUMN state SET STORAGE EXTERNAL;
ALTER TABLE processes_processinstance SET (fillfactor = 60);
ALTER TABLE processes_job SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
ALTER TABLE processes_timer SET (autovacuum_vacuum_scale_factor = 0.01);
ALTER TABLE processes_usertaskcandidate SET (autovacuum_vacuum_scale_factor = 0.01);
ALTER TABLE processes_usertask SET (fillfactor = 80);
"""
STORAGE_BACK = """
ALTER TABLE processes_processinstance ALTER COLUMN state SET STORAGE EXTENDED;
ALTER TABLE processes_processinstance RESET (fillfactor);
ALTER TABLE processes_job RESET (fillfactor, autovacuum_vacuum_scale_factor);
ALTER TABLE processes_timer RESET (autovacuum_vacuum_scale_factor);
ALTER TABLE processes_usertaskcandidate RESET (autovacuum_vacuum_scale_factor);
ALTER TABLE processes_usertask RESET (fillfactor);
"""

HISTORY = """
CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Expected the history to be left as it is, got %', TG_OP;
END $$;
CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE ON processes_historyevent
    FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
"""
HISTORY_BACK = """
DROP TRIGGER history_is_append_only ON processes_historyevent;
DROP FUNCTION history_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("processes", "0001_initial")]

    operations = [
        migrations.RunSQL(CLOCK, "DROP FUNCTION business_now()"),
        migrations.RunSQL(STORAGE, STORAGE_BACK),
        migrations.RunSQL(HISTORY, HISTORY_BACK),
    ]
