"""What the database itself keeps true about invoices."""

import pgtrigger

from orders.sales.triggers import frozen

_SUMS = """
    SELECT coalesce(sum(net), 0), coalesce(sum(vat), 0), coalesce(sum(gross), 0)
        INTO lines_net, lines_vat, lines_gross
        FROM orders_invoiceline WHERE invoice_id = NEW.id;
    SELECT coalesce(sum(net), 0), coalesce(sum(vat), 0), coalesce(sum(gross), 0)
        INTO rows_net, rows_vat, rows_gross
        FROM orders_invoicevat WHERE invoice_id = NEW.id;
    IF (lines_net, lines_vat, lines_gross) <> (NEW.total_net, NEW.total_vat, NEW.total)
        OR (rows_net, rows_vat, rows_gross) <> (NEW.total_net, NEW.total_vat, NEW.total)
    THEN
        RAISE EXCEPTION 'invoice % does not add up', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_adds_up';
    END IF;
    RETURN NULL;
"""


def adds_up() -> pgtrigger.Trigger:
    """Ask at the commit that lines and VAT rows sum to what the invoice says."""
    names = [f"{of}_{what}" for of in ("lines", "rows") for what in ("net", "vat", "gross")]
    return pgtrigger.Trigger(
        name="invoice_adds_up",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[(name, "numeric") for name in names],
        func=_SUMS,
    )


_WITHIN = """
    PERFORM 1 FROM orders_invoice WHERE id = NEW.corrects_id FOR UPDATE;
    SELECT invoice.total + coalesce(sum(note.total), 0) INTO rest
        FROM orders_invoice invoice
        LEFT JOIN orders_invoice note ON note.corrects_id = invoice.id AND note.id <> NEW.id
        WHERE invoice.id = NEW.corrects_id GROUP BY invoice.id;
    IF rest + NEW.total < 0 THEN
        RAISE EXCEPTION 'more is credited than was invoiced'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_more_is_credited_than_invoiced';
    END IF;
    RETURN NEW;
"""


def no_more_is_credited_than_invoiced() -> pgtrigger.Trigger:
    """Let the credit notes of an invoice never exceed it, whoever writes them at once."""
    return pgtrigger.Trigger(
        name="no_more_is_credited_than_invoiced",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.corrects_id IS NOT NULL"),
        declare=[("rest", "numeric")],
        func=_WITHIN,
    )


def facts_are_frozen(*columns: str) -> pgtrigger.Trigger:
    """Refuse any change of what an issued invoice says."""
    return frozen("invoices_are_never_altered", *columns)


def buyer_only_goes(*columns: str) -> pgtrigger.Protect:
    """Let whom an invoice names change only to nobody, when that group is released for good."""
    was = ", ".join(f"OLD.{column}" for column in columns)
    now = ", ".join(f"NEW.{column}" for column in columns)
    return pgtrigger.Protect(
        name="buyer_of_an_invoice_only_goes",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            f"ROW({was}) IS DISTINCT FROM ROW({now}) AND NOT ('buyer' = ANY(NEW.released))"
        ),
    )


def files_are_laid_in_once(*columns: str) -> pgtrigger.Protect:
    """Let a document be laid in once, and taken away only when its buyer goes."""
    changed = " OR ".join(
        f"(OLD.{column} <> '' AND NEW.{column} <> OLD.{column})" for column in columns
    )
    return pgtrigger.Protect(
        name="documents_are_laid_in_once",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"(({changed}) AND NOT ('buyer' = ANY(NEW.released)))"),
    )
