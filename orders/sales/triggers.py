"""What the database itself keeps true about orders."""

from collections.abc import Iterable

import pgtrigger


def frozen(name: str, *columns: str) -> pgtrigger.Trigger:
    """Refuse any change of these columns."""
    was = ", ".join(f"OLD.{column}" for column in columns)
    now = ", ".join(f"NEW.{column}" for column in columns)
    return pgtrigger.Protect(
        name=name,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"ROW({was}) IS DISTINCT FROM ROW({now})"),
    )


def only_goes(name: str, group: str, *columns: str) -> pgtrigger.Protect:
    """Let columns change only to nothing, when their group is released for good."""
    was = ", ".join(f"OLD.{column}" for column in columns)
    now = ", ".join(f"NEW.{column}" for column in columns)
    return pgtrigger.Protect(
        name=name,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            f"ROW({was}) IS DISTINCT FROM ROW({now}) AND NOT ('{group}' = ANY(NEW.released))"
        ),
    )


_AS_ITS_ORDER = """
    SELECT treatment, vat_id_checked_at IS NOT NULL INTO of_the_order, was_checked
        FROM orders_order WHERE id = NEW.order_id;
    IF of_the_order <> '' AND NEW.treatment <> of_the_order
        AND NOT (NEW.treatment = 'exempt' AND of_the_order = 'domestic')
    THEN
        RAISE EXCEPTION 'the order says that all is taxed in another way'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_line_is_taxed_as_its_order';
    END IF;
    IF NEW.treatment IN ({with_evidence}) AND NOT was_checked THEN
        RAISE EXCEPTION 'nobody has checked the VAT ID'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_untaxed_company_was_checked';
    END IF;
    RETURN NEW;
"""


def taxed_as_its_order(with_evidence: Iterable[str]) -> pgtrigger.Trigger:
    """Let a line be taxed as its order says, and untaxed only where somebody has checked why."""
    listed = ", ".join(f"'{treatment}'" for treatment in map(str, with_evidence))
    return pgtrigger.Trigger(
        name="a_line_is_taxed_as_its_order",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("of_the_order", "text"), ("was_checked", "boolean")],
        func=_AS_ITS_ORDER.format(with_evidence=listed),
    )
