"""An order is in one currency for ever: what was paid, held and limited is counted in it."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION orders_currency_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Expected order % to stay in %, but found %',
        OLD.order_no, OLD.currency, NEW.currency
        USING ERRCODE = 'check_violation', CONSTRAINT = 'order_currency_stays';
END $$;
CREATE TRIGGER order_currency_stays BEFORE UPDATE OF currency ON orders_order
    FOR EACH ROW WHEN (NEW.currency <> OLD.currency) EXECUTE FUNCTION orders_currency_stays();
"""

BACKWARD = """
DROP TRIGGER order_currency_stays ON orders_order;
DROP FUNCTION orders_currency_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_guards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
