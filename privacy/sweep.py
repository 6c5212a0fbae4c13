"""Clear whatever has had its time, though nobody asked: the erasure's query, with another WHERE."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from privacy.base import be_the_eraser, released
from privacy.egress.models import Transfer
from privacy.erase import clear, destroy_files_beneath, words_in
from privacy.evidence import Counts, Erasure, write_receipt
from privacy.networks import Network, is_whole
from privacy.recipients.models import RecipientNotice
from privacy.recipients.operations import tell_recipients_about
from privacy.registry import Datum, Declaration, Keep, children_first, ended
from privacy.restriction.honouring import KEPT, of_the_restricted, some_want_theirs_kept
from privacy.statement import statement_sha256

BATCH = 1000
"""So many rows are cleared in one transaction."""


def sweep(*, at: datetime) -> Counts:
    """Clear whatever has had its time, and what a receipt waits for once nothing holds it.

    What goes may have been all that kept something else in use, as its last buyer keeps a company;
    so it goes round until a round finds nothing.
    """
    removed: Counter[str] = Counter()
    kept = some_want_theirs_kept()
    while found := _go_round(at, kept=kept):
        removed.update(found)
    return dict(removed)


def _go_round(at: datetime, *, kept: bool) -> Counts:
    removed: Counter[str] = Counter()
    # A log-in is due by its card's warning, so it goes before the card.
    for declaration in reversed(children_first()):
        for keep, names in declaration.by_keep().items():
            while batch := _sweep(declaration, keep, names, at, kept=kept):
                removed.update(batch)
        for name, datum in declaration.data.items():
            while datum.whole_for and (shortened := _shorten(declaration, name, datum, at)):
                removed[f"{declaration.label}.{name} (to its network)"] += shortened
    return {column: count for column, count in removed.items() if count}


@transaction.atomic
def _sweep(
    declaration: Declaration, keep: Keep, names: list[str], at: datetime, *, kept: bool
) -> Counts:
    due = _due(declaration, keep, names, at)
    if kept:
        due = due.exclude(of_the_restricted(declaration.model, KEPT))
    due = due.order_by().only("pk")
    rows = list(due.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    keys = [row.pk for row in rows]
    words = words_in(declaration, names, keys) if keys else {}
    if declaration.ends:
        _take_away(declaration, keys)
    else:
        if keys and declaration.delete_row:
            be_the_eraser()
        clear(declaration, keep, names, keys)
    if declaration.is_remnant:
        _tell_receipts(declaration, words, at)
    counts = Counter(f"{declaration.label}.{name}" for said in words.values() for name in said)
    return dict(counts) or dict.fromkeys([declaration.label][: len(keys)], 0)


def _take_away(declaration: Declaration, keys: list[Any]) -> None:
    """Delete rows that the database lets nobody delete but the sweep."""
    if not keys:
        return
    destroy_files_beneath(declaration.model, keys)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('privacy.sweeping', 'on', true)")
        declaration.model._base_manager.filter(pk__in=keys).delete()
        cursor.execute("SELECT set_config('privacy.sweeping', 'off', true)")


def _due(declaration: Declaration, keep: Keep, names: list[str], at: datetime) -> "QuerySet[Any]":
    """Find rows whose time has come; those that are empty already are not written every night."""
    due = keep.lapsed(at)
    if declaration.is_remnant:
        due |= Q(erasure__isnull=False)
    rows = declaration.model._base_manager.filter(due)
    if keep.held_while:
        rows = rows.exclude(keep.held(at))
    if keep.group:
        return rows.exclude(released(keep.group))
    if not (declaration.delete_row or declaration.ends):
        empty = Q()
        for name in names:
            empty &= declaration.is_blank(name)
        return rows.exclude(empty)
    return rows


@transaction.atomic
def _shorten(declaration: Declaration, name: str, datum: Datum, at: datetime) -> int:
    """Leave only the network of addresses whose time to be whole has ended; tell how many."""
    rows = declaration.model._base_manager.all()
    term = datum.whole_for or datum.keep.period
    due = rows.filter(ended(datum.keep.since, term, at), is_whole(name))
    batch = due.order_by().only("pk").select_for_update(of=("self",), skip_locked=True)[:BATCH]
    return rows.filter(pk__in=[row.pk for row in batch]).update(**{name: Network(name)})


def _tell_receipts(declaration: Declaration, words: dict[Any, list[str]], at: datetime) -> None:
    """Add to the evidence what has gone of rows that a receipt waited for."""
    waited = declaration.model._base_manager.filter(pk__in=list(words), erasure__isnull=False)
    counts: dict[UUID, Counter[str]] = {}
    pairs = list(waited.values_list("pk", "erasure"))
    for key, receipt in pairs:
        gone = (f"{declaration.label}.{name}" for name in words[key])
        counts.setdefault(receipt, Counter()).update(gone)
    for receipt in Erasure.objects.filter(pk__in=counts):
        theirs = [key for key, of in pairs if of == receipt.pk]
        told = _tell_of_late_rows(theirs, at)
        write_receipt(
            kind=Erasure.Kind.LAPSED,
            at=at,
            of=receipt,
            removed=dict(counts[receipt.pk]),
            kept=[],
            statement_sha256=statement_sha256(),
            told=told,
        )


def _tell_of_late_rows(numbers: list[Any], at: datetime) -> int:
    """Tell who received rows between the erasure and the end of what held them."""
    numbers = [number for number in numbers if isinstance(number, UUID)]
    told = len(tell_recipients_about(numbers=numbers, kind=RecipientNotice.Kind.ERASED, at=at))
    be_the_eraser()
    Transfer.objects.filter(about__in=numbers).delete()
    return told
