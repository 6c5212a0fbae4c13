"""What a restriction keeps away: other eyes, the sweep, letters nobody asked for (Article 18(2)).

Statistics and marketing leave out the same rows: whoever counts or writes begins with `at_large`.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from privacy.registry import By, registry
from privacy.restriction.models import Restriction

KEPT = (Restriction.Reason.UNLAWFUL, Restriction.Reason.CLAIMS)
"""Reasons for which the person wants the data kept, though their time may have ended."""


def of_the_restricted(model: type[Any], reasons: Iterable[str] = tuple(Restriction.Reason)) -> Q:
    """Give the rows of people whose data may only be stored, as the declaration finds people.

    :param reasons: restricted for one of these of the four reasons.
    """
    ways = _ways_to_people(model)
    in_force = Restriction.objects.in_force().filter(reason__in=list(reasons))
    found = Q(pk__in=[])
    if By.CARD in ways:
        found |= Q(Exists(in_force.filter(card=OuterRef(ways[By.CARD]))))
    if By.ACCOUNT in ways:
        found |= Q(Exists(in_force.filter(account=OuterRef(ways[By.ACCOUNT]))))
    if By.GUEST in ways:
        guests = in_force.filter(card=None, account=None, email=OuterRef(ways[By.GUEST]))
        nobodys = {f"{ways[by]}__isnull": True for by in (By.CARD, By.ACCOUNT) if by in ways}
        found |= Q(Exists(guests), **nobodys)
    return found


def _ways_to_people(model: type[Any]) -> dict[By, str]:
    """Give the paths from a row to its person; what is a part of another row goes by that one."""
    ways = dict(registry[model].person)
    if By.PART not in ways:
        return ways
    path = ways[By.PART]
    whole = registry[model].column(path).related_model
    further = _ways_to_people(whole) if whole is not None else {}
    return {by: f"{path}__{way}" for by, way in further.items()}


def at_large(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Leave out the rows of people whose data may only be stored."""
    return rows.exclude(of_the_restricted(rows.model))


def some_want_theirs_kept() -> bool:
    """Tell whether anybody's data are to be kept though their time may have ended."""
    return Restriction.objects.in_force().filter(reason__in=KEPT).exists()
