"""What the database itself keeps true about orders."""

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
