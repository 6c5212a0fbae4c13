"""What the database itself keeps true about withdrawals and returns."""

import pgtrigger


def buyer_only_goes(table: str, group: str, *columns: str) -> pgtrigger.Protect:
    """Let what a person typed change only to nothing, when that group is released for good."""
    was = ", ".join(f"OLD.{column}" for column in columns)
    now = ", ".join(f"NEW.{column}" for column in columns)
    return pgtrigger.Protect(
        name=f"{table}_{group}_only_goes",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            f"ROW({was}) IS DISTINCT FROM ROW({now}) AND NOT ('{group}' = ANY(NEW.released))"
        ),
    )


_NOT_MORE_THAN_ORDERED = """
    SELECT quantity INTO ordered FROM orders_orderline WHERE id = NEW.order_line_id FOR UPDATE;
    SELECT coalesce(sum(quantity), 0) INTO returned FROM orders_returnline
        WHERE order_line_id = NEW.order_line_id AND id <> NEW.id;
    IF returned + NEW.quantity > ordered THEN
        RAISE EXCEPTION 'more comes back than was ordered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_more_comes_back_than_was_ordered';
    END IF;
    RETURN NEW;
"""


def no_more_comes_back_than_was_ordered() -> pgtrigger.Trigger:
    """Let the pieces of a line that come back never exceed those ordered, whoever notes them."""
    return pgtrigger.Trigger(
        name="no_more_comes_back_than_was_ordered",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("quantity", "order_line_id"),
        declare=[("ordered", "integer"), ("returned", "integer")],
        func=_NOT_MORE_THAN_ORDERED,
    )
