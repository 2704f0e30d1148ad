"""The last guard of an order's money: lines + shipping = order = tenders, at every commit."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION orders_money_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_order orders_order;
    of_lines record;
    of_tenders record;
BEGIN
    IF TG_TABLE_NAME = 'orders_order' THEN
        SELECT * INTO the_order FROM orders_order WHERE id = NEW.id;
    ELSE
        SELECT * INTO the_order FROM orders_order WHERE id = NEW.order_id;
    END IF;
    IF the_order.id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(paid), 0) AS paid, coalesce(sum(refunded), 0) AS refunded,
           coalesce(sum(in_flight), 0) AS in_flight
      INTO of_lines FROM orders_orderline WHERE order_id = the_order.id;
    SELECT coalesce(sum(paid), 0) AS paid, coalesce(sum(refunded), 0) AS refunded,
           coalesce(sum(in_flight), 0) AS in_flight, coalesce(sum(outside), 0) AS outside
      INTO of_tenders FROM orders_tender WHERE order_id = the_order.id;
    IF the_order.paid <> of_lines.paid + the_order.shipping_paid
       OR the_order.paid <> of_tenders.paid
       OR the_order.refunded <> of_lines.refunded + the_order.shipping_refunded
       OR the_order.refunded <> of_tenders.refunded
       OR the_order.in_flight <> of_lines.in_flight + the_order.shipping_in_flight
       OR the_order.in_flight <> of_tenders.in_flight
       OR the_order.outside <> of_tenders.outside THEN
        RAISE EXCEPTION 'Expected the money of order % to add up', the_order.order_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_money_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER order_money_adds_up
    AFTER INSERT OR UPDATE OF paid, refunded, in_flight, outside, shipping_paid,
        shipping_refunded, shipping_in_flight ON orders_order
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_money_adds_up();
CREATE CONSTRAINT TRIGGER line_money_adds_up
    AFTER INSERT OR UPDATE OF paid, refunded, in_flight ON orders_orderline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_money_adds_up();
CREATE CONSTRAINT TRIGGER tender_money_adds_up
    AFTER INSERT OR UPDATE OF paid, refunded, in_flight, outside ON orders_tender
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_money_adds_up();
"""

BACKWARD = """
DROP TRIGGER tender_money_adds_up ON orders_tender;
DROP TRIGGER line_money_adds_up ON orders_orderline;
DROP TRIGGER order_money_adds_up ON orders_order;
DROP FUNCTION orders_money_adds_up();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
