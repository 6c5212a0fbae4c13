"""What the database itself keeps true about coupons."""

import pgtrigger


def use_is_counted() -> pgtrigger.Trigger:
    """Count a use of a code, and what it gave, at once with the use; one given back counts back.

    The rows of the coupon and the code are locked by it, and their limits are CHECKs: whoever
    comes too late is refused by the database, however many come at once.
    """
    return pgtrigger.Trigger(
        name="use_is_counted",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("given_back_at"),
        declare=[("one", "integer")],
        func="""
        IF TG_OP = 'INSERT' THEN
            one := 1;
        ELSIF OLD.given_back_at IS NULL AND NEW.given_back_at IS NOT NULL THEN
            one := -1;
        ELSE
            RETURN NULL;
        END IF;
        UPDATE orders_coupon SET given = given + one * NEW.discount
        WHERE id = (SELECT coupon_id FROM orders_couponcode WHERE id = NEW.code_id);
        UPDATE orders_couponcode SET uses = uses + one WHERE id = NEW.code_id;
        RETURN NULL;
        """,
    )


def counted_by_uses_only(column: str) -> pgtrigger.Trigger:
    """Refuse to set a count by hand: uses do that, from within their own trigger."""
    return pgtrigger.Protect(
        name="counted_by_uses_only",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            f"OLD.{column} IS DISTINCT FROM NEW.{column} AND pg_trigger_depth() < 1"
        ),
    )


def use_is_frozen(*columns: str) -> pgtrigger.Trigger:
    """Refuse to change what was used, and to take back that it was given back."""
    was = ", ".join(f"OLD.{column}" for column in columns)
    now = ", ".join(f"NEW.{column}" for column in columns)
    return pgtrigger.Protect(
        name="use_is_frozen",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            f"ROW({was}) IS DISTINCT FROM ROW({now}) OR (OLD.given_back_at IS NOT NULL "
            "AND NEW.given_back_at IS DISTINCT FROM OLD.given_back_at)"
        ),
    )
