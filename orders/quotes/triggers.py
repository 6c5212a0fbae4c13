"""What the database itself keeps true about quotes."""

import pgtrigger

_PRICED = """
    PERFORM 1 FROM orders_quoteline WHERE quote_id = NEW.id AND quantity > 0;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a quote offers something'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'quote_is_answered_whole';
    END IF;
    PERFORM 1 FROM orders_quoteline
        WHERE quote_id = NEW.id AND quantity > 0 AND price IS NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'each line of a quote has its price'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'quote_is_answered_whole';
    END IF;
    RETURN NEW;
"""

_ONLY_WHILE_ASKED = """
    PERFORM 1 FROM orders_quote WHERE id = NEW.quote_id AND state = 'asked' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'what was quoted is never rewritten'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_quoted_stays';
    END IF;
    RETURN NEW;
"""

_ONLY_WITH_THE_QUOTE = """
    PERFORM 1 FROM orders_quote WHERE id = OLD.quote_id AND state <> 'asked';
    IF FOUND THEN
        RAISE EXCEPTION 'a line goes only with its quote'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_quoted_stays';
    END IF;
    RETURN NULL;
"""

_COLUMNS = (
    "quote_id",
    "position",
    "sku",
    "name",
    "options",
    "kind",
    "vat_class",
    "asked_quantity",
    "shown_price",
    "quantity",
    "price",
)


def quote_is_answered_whole() -> pgtrigger.Trigger:
    """Let nobody be quoted nothing, or something without a price."""
    return pgtrigger.Trigger(
        name="quote_is_answered_whole",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.state = 'answered' AND OLD.state <> 'answered'"),
        func=_PRICED,
    )


def lines_are_written_while_asked() -> pgtrigger.Trigger:
    """Let lines be added only as long as the quote has not been given."""
    return pgtrigger.Trigger(
        name="quote_lines_are_added_while_asked",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=_ONLY_WHILE_ASKED,
    )


def lines_are_changed_while_asked() -> pgtrigger.Trigger:
    """Let prices and pieces change only as long as the quote has not been given."""
    was = ", ".join(f"OLD.{column}" for column in _COLUMNS)
    now = ", ".join(f"NEW.{column}" for column in _COLUMNS)
    return pgtrigger.Trigger(
        name="quote_lines_are_changed_while_asked",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"ROW({was}) IS DISTINCT FROM ROW({now})"),
        func=_ONLY_WHILE_ASKED,
    )


def lines_go_with_their_quote() -> pgtrigger.Trigger:
    """Let a line of a quote that was given go only with the whole of it."""
    return pgtrigger.Trigger(
        name="quote_lines_go_with_their_quote",
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        func=_ONLY_WITH_THE_QUOTE,
    )
