"""What the database itself keeps true about appointments."""

import pgtrigger


def bookings_add_up() -> pgtrigger.Trigger:
    """Keep a time's booked places the sum of its appointments; its CHECK refuses one too many."""
    return pgtrigger.Trigger(
        name="bookings_add_up",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP <> 'INSERT' AND OLD.state <> 'cancelled' THEN
            UPDATE orders_slot SET taken = taken - OLD.places WHERE id = OLD.slot_id;
        END IF;
        IF TG_OP <> 'DELETE' AND NEW.state <> 'cancelled' THEN
            UPDATE orders_slot SET taken = taken + NEW.places WHERE id = NEW.slot_id;
        END IF;
        RETURN NULL;
        """,
    )


def tells_its_time() -> pgtrigger.Trigger:
    """Copy when an appointment is from its time, which stays as long as somebody has a place."""
    return pgtrigger.Trigger(
        name="tells_its_time",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
        SELECT starts_at, ends_at INTO NEW.starts_at, NEW.ends_at
        FROM orders_slot WHERE id = NEW.slot_id;
        RETURN NEW;
        """,
    )


def only_what_is_to_come_moves() -> pgtrigger.Trigger:
    """Refuse another time for an appointment that is over or cancelled."""
    return pgtrigger.Protect(
        name="only_what_is_to_come_moves",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.state <> 'booked' AND ROW(OLD.slot_id, OLD.places)"
            " IS DISTINCT FROM ROW(NEW.slot_id, NEW.places)"
        ),
    )
