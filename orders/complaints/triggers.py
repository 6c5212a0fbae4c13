"""What the database itself keeps true about complaints."""

import pgtrigger

_OF_THE_ORDER = """
    PERFORM 1 FROM orders_orderline line
        JOIN orders_complaint complaint ON complaint.order_id = line.order_id
        WHERE line.id = NEW.order_line_id AND complaint.id = NEW.complaint_id
        AND NEW.quantity <= line.quantity;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a complaint is of what its order holds'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_is_of_what_was_ordered';
    END IF;
    RETURN NEW;
"""


def complaint_is_of_what_was_ordered() -> pgtrigger.Trigger:
    """Let a complaint name lines of its own order only, and no more pieces than were ordered."""
    return pgtrigger.Trigger(
        name="complaint_is_of_what_was_ordered",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=_OF_THE_ORDER,
    )
