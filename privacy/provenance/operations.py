"""Note where data came from, and read it again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.functional import Promise

from privacy.provenance.models import OTHERS, Provenance, SourceNotice, Whence
from privacy.registry import Basis, By, Declaration, Purpose, registry
from privacy.terms import month_after

Columns = Iterable[str]
BATCH = 2000
WAYS_TO_A_CARD = (By.CARD, By.LAST_CARD)


class NamesNobody(Exception):
    """Data of others name the authority or third party that gave them."""


class UndeclaredColumn(Exception):
    """No column of this name is declared as personal, so nothing is to be held in it."""


@transaction.atomic
def note_provenance(
    *,
    rows: Mapping[models.Model, Columns],
    source: Whence,
    basis: Basis,
    purpose: Purpose,
    at: datetime,
    party: str = "",
    is_public: bool = False,
    by: AbstractBaseUser | None = None,
) -> list[Provenance]:
    """Note of columns of rows, of one table or several, that this party gave them.

    However many rows there are, each table is asked once and written once. Where an authority or a
    third party gave them, whoever the rows are about is to be told within a month.

    :param rows: saved rows, each with the names of the columns that were written.
    :raises NamesNobody: when an authority or third party is not named.
    :raises UndeclaredColumn: when a column is not declared as personal.
    :raises ValueError: when the basis or the purpose is none of the statement's.
    """
    if source in OTHERS and not party.strip():
        raise NamesNobody
    basis, purpose = Basis(basis), Purpose(purpose)
    by_table = _by_table(rows)
    notes = [
        Provenance(
            table=ContentType.objects.get_for_model(declaration.model),
            row=row,
            column=column,
            whence=source,
            party=party.strip(),
            is_public=is_public,
            basis=basis,
            purpose=purpose,
            at=at,
            by_id=by.pk if by else None,
        )
        for declaration, columns in by_table.items()
        for row, names in columns.items()
        for column in names
    ]
    Provenance.objects.bulk_create(notes, batch_size=BATCH)
    if source in OTHERS:
        owe_notice(cards=_cards_of(by_table), at=at)
    return notes


Tables = dict[Declaration, dict[Any, list[str]]]


def _by_table(rows: Mapping[models.Model, Columns]) -> Tables:
    tables: Tables = defaultdict(dict)
    for row, columns in rows.items():
        declaration = registry[type(row)]
        names = list(columns)
        unknown = [name for name in names if name not in declaration.data]
        if unknown:
            raise UndeclaredColumn(f"{declaration.label}: {', '.join(unknown)}")
        if names:
            tables[declaration][row.pk] = names
    return tables


def _cards_of(tables: Tables) -> Iterator[UUID]:
    for declaration, columns in tables.items():
        for by, path in declaration.person:
            if by in WAYS_TO_A_CARD:
                rows = declaration.model._base_manager.filter(pk__in=list(columns))
                yield from rows.values_list(path, flat=True)


def owe_notice(*, cards: Iterable[UUID | None], at: datetime) -> None:
    """Let persons be told, within a month, of what others gave; one who waits for it waits once."""
    people = dict.fromkeys(card for card in cards if card is not None)
    notices = [
        SourceNotice(card_id=card, collected_at=at, due_at=month_after(at)) for card in people
    ]
    SourceNotice.objects.bulk_create(notices, batch_size=BATCH, ignore_conflicts=True)


def note_own_word(row: models.Model, columns: Columns, *, at: datetime) -> None:
    """Note that a person has written over what others said; what nobody else said needs no note."""
    said = Provenance.objects.filter(row=row.pk, column__in=list(columns))
    newest = said.order_by("column", "-at", "-id").distinct("column")
    notes = [
        Provenance(
            table_id=note.table_id,
            row=note.row,
            column=note.column,
            whence=Whence.THEMSELVES,
            basis=note.basis,
            purpose=note.purpose,
            at=at,
        )
        for note in newest
        if note.whence != Whence.THEMSELVES
    ]
    Provenance.objects.bulk_create(notes)


Sources = dict[tuple[Any, str], Provenance]
"""The newest note of each row and column; there is none of what people wrote themselves."""


def sources_of(rows: Iterable[Any]) -> Sources:
    """Find where values came from that their persons did not write, in one question for all."""
    keys = [key for key in rows if isinstance(key, UUID)]
    newest = (
        Provenance.objects.filter(row__in=keys)
        .order_by("row", "column", "-at", "-id")
        .distinct("row", "column")
    )
    return {(note.row, note.column): note for note in newest if note.whence != Whence.THEMSELVES}


def source_words(note: Provenance) -> str | Promise:
    """Say who gave a value."""
    said = note.get_whence_display()
    return f"{said}: {note.party}" if note.party else said
