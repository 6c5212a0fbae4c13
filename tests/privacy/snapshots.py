"""All rows of the database, to see afterwards what is not as it was."""

from collections import Counter
from typing import Any

from privacy.evidence import Erasure, LedgerMark
from privacy.registry import registry

OUR_OWN = {Erasure, LedgerMark}
"""What an erasure writes about itself."""

Snapshot = dict[tuple[str, Any], dict[str, Any]]


def snapshot() -> Snapshot:
    """Read every row of every declared table but the register's own."""
    rows: Snapshot = {}
    for model in registry:
        if model in OUR_OWN:
            continue
        for row in model._base_manager.values():
            rows[model._meta.label, row[model._meta.pk.attname]] = row
    return rows


def vanished(before: Snapshot, after: Snapshot) -> Counter[str]:
    """Count the personal values that were there and are not any more."""
    gone: Counter[str] = Counter()
    for model, declaration in registry.items():
        for name in declaration.data:
            column = declaration.column(name).attname
            for (label, key), row in before.items():
                if label != model._meta.label or row[column] in (None, ""):
                    continue
                now = after.get((label, key))
                if now is None or now[column] in (None, ""):
                    gone[f"{label}.{name}"] += 1
    return gone


def changed(before: Snapshot, after: Snapshot) -> set[tuple[str, Any]]:
    """Name the rows that are not as they were."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
