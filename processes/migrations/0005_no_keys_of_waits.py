"""A step says itself what it opens and closes: the keys of all open rows are needed no more."""

import django.contrib.postgres.fields
from django.db import migrations, models

# As the version before keeps them; the moment of a timer as Python writes it.
FILL = """
UPDATE processes_processinstance i SET waits = array(
    SELECT 'u' || token FROM processes_usertask WHERE instance_id = i.id AND closed_at IS NULL
    UNION ALL SELECT 's' || token FROM processes_job WHERE instance_id = i.id
    UNION ALL SELECT 'm' || token FROM processes_messagesubscription WHERE instance_id = i.id
    UNION ALL SELECT 't' || token || coalesce('@' || extract(epoch FROM due)::numeric(20, 6), '')
        FROM processes_timer WHERE instance_id = i.id)
WHERE status = 'running'"""


class Migration(migrations.Migration):

    dependencies = [
        ('processes', '0004_timers_and_starts'),
    ]

    operations = [
        migrations.RunSQL(sql=migrations.RunSQL.noop, reverse_sql=FILL),
        migrations.RemoveField(model_name='processinstance', name='waits'),
    ]
