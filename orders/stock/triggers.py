"""What the database itself keeps true about stock."""

import pgtrigger


def movement_moves_the_level() -> pgtrigger.Trigger:
    """Change the level by the movement, and write down what was left."""
    return pgtrigger.Trigger(
        name="movement_moves_the_level",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
        UPDATE orders_level SET on_hand = on_hand + NEW.change
        WHERE id = NEW.level_id RETURNING on_hand INTO NEW.balance;
        RETURN NEW;
        """,
    )


def reservations_add_up() -> pgtrigger.Trigger:
    """Keep the level's reserved number the sum of its reservations."""
    return pgtrigger.Trigger(
        name="reservations_add_up",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP <> 'INSERT' THEN
            UPDATE orders_level SET reserved = reserved - OLD.quantity WHERE id = OLD.level_id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            UPDATE orders_level SET reserved = reserved + NEW.quantity WHERE id = NEW.level_id;
        END IF;
        RETURN NULL;
        """,
    )


def only_through_the_ledger() -> pgtrigger.Trigger:
    """Refuse to change a level's numbers by hand: movements and reservations do that.

    A statement from outside runs at trigger depth 1, one from another trigger deeper.
    """
    return pgtrigger.Trigger(
        name="only_through_the_ledger",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
        IF pg_trigger_depth() > 1 THEN
            RETURN NEW;
        END IF;
        IF (TG_OP = 'INSERT' AND (NEW.on_hand <> 0 OR NEW.reserved <> 0))
           OR (TG_OP = 'UPDATE'
               AND (NEW.on_hand <> OLD.on_hand OR NEW.reserved <> OLD.reserved)) THEN
            RAISE EXCEPTION 'stock is changed by movements and reservations only'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_only_through_the_ledger';
        END IF;
        RETURN NEW;
        """,
    )
