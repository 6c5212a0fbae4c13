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
