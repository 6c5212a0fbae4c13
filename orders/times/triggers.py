"""What the database itself keeps true about held places."""

import pgtrigger


def holds_add_up() -> pgtrigger.Trigger:
    """Keep a time's held places the sum of its holds; the time's own CHECK refuses one too many."""
    return pgtrigger.Trigger(
        name="holds_add_up",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP <> 'INSERT' THEN
            UPDATE orders_slot SET held = held - OLD.places WHERE id = OLD.slot_id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            UPDATE orders_slot SET held = held + NEW.places WHERE id = NEW.slot_id;
        END IF;
        RETURN NULL;
        """,
    )
