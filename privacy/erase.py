"""Forget a person: what nothing holds goes now, and the rest by itself on its day."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import (
    CASCADE,
    SET_NULL,
    BooleanField,
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    FileField,
    Func,
    Model,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import translation

from privacy import ledger
from privacy.base import be_the_eraser, released
from privacy.evidence import Counts, Erasure, write_receipt
from privacy.files import destroy_file
from privacy.locks import hold_person, unless_crossed
from privacy.processors.models import Processor
from privacy.recipients.models import RecipientNotice
from privacy.recipients.operations import tell_recipients
from privacy.registry import (
    By,
    Declaration,
    Ground,
    Hold,
    Keep,
    Words,
    children_first,
    clock,
    registry,
)
from privacy.statement import statement_sha256
from privacy.subject import Rows, Subject, card_model, rows_of, subject_of


class LedgerAhead(Exception):
    """The database lacks erasures that the ledger knows: they are to be repeated first."""


@dataclass(frozen=True)
class Item:
    """So many values of one column, and what becomes of them."""

    column: str
    count: int
    ground: Ground | None = None
    because: Words = ""
    until: date | None = None
    """The last day, where it is known; an open order's is not."""


@dataclass(frozen=True)
class Preview:
    """What an erasure would do, in three lists."""

    goes_now: list[Item]
    goes_later: list[Item]
    stays_by_law: list[Item]
    waiting: "Waiting" = field(default_factory=dict)
    """The rows that a contract or a service holds, each with its ground and last day."""


Waiting = dict[Declaration, dict[Any, tuple[Hold, date | None]]]


@dataclass
class Part:
    """The columns of one table that go together, in the rows of one person."""

    declaration: Declaration
    keep: Keep
    names: list[str]
    free: list[Any]
    held: dict[Any, tuple[Hold, date | None]] = field(default_factory=dict)

    def items(self) -> Iterator[Item]:
        """Count the values, by what becomes of them."""
        words = words_in(self.declaration, self.names, [*self.free, *self.held])
        counts: Counter[tuple[str, Hold | None, date | None]] = Counter()
        for key, names in words.items():
            hold, until = self.held.get(key, (None, None))
            counts.update((name, hold, until) for name in names)
        for (name, hold, until), count in counts.items():
            column = f"{self.declaration.label}.{name}"
            if hold is None:
                yield Item(column, count)
            else:
                yield Item(column, count, hold.ground, hold.because, until)


def preview(subject: Subject, *, at: datetime) -> Preview:
    """Tell what an erasure would do now."""
    parts = list(_plan(rows_of(subject), at))
    items = [item for part in parts for item in part.items()]
    return Preview(
        goes_now=[item for item in items if item.ground is None],
        goes_later=[item for item in items if item.ground not in (None, Ground.LAW)],
        stays_by_law=[item for item in items if item.ground is Ground.LAW],
        waiting=_waiting(parts),
    )


def _waiting(parts: Iterable[Part]) -> Waiting:
    waiting: Waiting = {}
    for part in parts:
        for key, (hold, until) in part.held.items():
            if hold.ground is not Ground.LAW:
                waiting.setdefault(part.declaration, {}).setdefault(key, (hold, until))
    return waiting


Then = Callable[[Erasure, list[Processor]], object]
"""What belongs into the transaction of an erasure; it gets the receipt, and who was told."""


def erase(subject: Subject, *, at: datetime, then: Then | None = None) -> Erasure:
    """Destroy what nothing holds of a person, and let the rest go by itself on its day.

    :param then: what belongs into the same transaction, such as the answer.
    :raises LedgerAhead: while erasures wait to be repeated after a back-up was restored.
    """
    return unless_crossed(lambda: _erase(subject, at=at, then=then))


def erase_again(entry: ledger.Entry, *, at: datetime) -> Erasure | None:
    """Repeat an erasure of the ledger in a database that was restored from before it."""
    return unless_crossed(lambda: _erase_again(entry, at=at))


def _erase(subject: Subject, *, at: datetime, then: Then | None) -> Erasure:
    with ExitStack() as until_committed, transaction.atomic(durable=True):
        person = _hold(subject)
        rows = rows_of(person)
        told = tell_recipients(rows=rows, kind=RecipientNotice.Kind.ERASED, at=at)
        receipt = _carry_out(rows, Erasure.Kind.ASKED, uuid4(), at, told=len(told))
        if then is not None:
            then(receipt, told)
        _say_now_what_is_wrong()
        until_committed.enter_context(ledger.the_ledger().held(to_write=True))
        _write_into_ledger(person, receipt)
    return receipt


def _erase_again(entry: ledger.Entry, *, at: datetime) -> Erasure | None:
    with transaction.atomic(durable=True):
        receipt = None
        person = _hold(_remembered(entry))
        if not person.is_nobody and not Erasure.objects.filter(pk=entry.receipt).exists():
            key = UUID(entry.receipt)
            rows = rows_of(person)
            told = tell_recipients(rows=rows, kind=RecipientNotice.Kind.ERASED, at=at)
            receipt = _carry_out(rows, Erasure.Kind.REPLAYED, key, at, told=len(told))
        ledger.note_seen(entry.n)
    return receipt


def _hold(subject: Subject) -> Subject:
    """Make every checkout and change of the person wait, and look again who it is."""
    for email in sorted(subject.emails | subject.names):
        hold_person(email)
    person = subject_of(cards=subject.cards, accounts=subject.accounts, emails=subject.emails)
    for model, keys in ((get_user_model(), person.accounts), (card_model(), person.cards)):
        rows = model._base_manager.filter(pk__in=keys).order_by("pk")
        list(rows.select_for_update(of=("self",)))
    return person


def _carry_out(rows: Rows, kind: Erasure.Kind, key: UUID, at: datetime, *, told: int) -> Erasure:
    removed: Counts = {}
    kept = []
    be_the_eraser()
    for part in _plan(rows, at):
        for item in part.items():
            if item.ground is None:
                removed[item.column] = removed.get(item.column, 0) + item.count
            else:
                kept.append(_told(item))
        clear(part.declaration, part.keep, part.names, part.free)
        if part.declaration.is_remnant:
            waiting = part.declaration.model._base_manager.filter(pk__in=part.held, erasure=None)
            waiting.update(erasure=key)
    return write_receipt(
        kind=kind,
        at=at,
        removed=removed,
        kept=kept,
        statement_sha256=statement_sha256(),
        key=key,
        told=told,
    )


def _told(item: Item) -> dict[str, Any]:
    with translation.override(None):
        because = str(item.because)
    return {
        "what": item.column,
        "count": item.count,
        "ground": item.ground,
        "because": because,
        "until": item.until.isoformat() if item.until else None,
    }


def _say_now_what_is_wrong() -> None:
    """Let the database check its foreign keys before the ledger is written, not at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _write_into_ledger(person: Subject, receipt: Erasure) -> None:
    book = ledger.the_ledger()
    known, last = ledger.seen(), book.last()
    if last > known:
        raise LedgerAhead
    entry = ledger.Entry(
        n=known + 1,
        at=receipt.at.isoformat(),
        receipt=str(receipt.pk),
        seal=receipt.seal,
        people=tuple(str(key) for key in sorted(person.cards | person.accounts)),
        addresses=tuple(sorted(book.hashed(person.emails))),
    )
    ledger.note_seen(entry.n)
    book.append(entry)


def _remembered(entry: ledger.Entry) -> Subject:
    """Recognise the person of a line: by keys, and guests by the keyed hash of their address."""
    hashes = ledger.the_ledger().hashed(_all_addresses()) if entry.addresses else {}
    accounts = get_user_model()._base_manager.filter(pk__in=entry.keys)
    cards = card_model()._base_manager.filter(pk__in=entry.keys)
    return subject_of(
        accounts=accounts.values_list("pk", flat=True),
        cards=cards.values_list("pk", flat=True),
        emails=[email for digest, email in hashes.items() if digest in entry.addresses],
    )


def _all_addresses() -> set[str]:
    """Read every address by which some row could be somebody's."""
    columns = [(card_model()._base_manager.filter(account=None), "email")]
    for declaration in children_first():
        ways = [path for by, path in declaration.person if by in (By.EMAIL, By.GUEST)]
        columns += [(declaration.rows(), path) for path in ways]
    return {
        email
        for rows, path in columns
        for email in rows.values_list(path, flat=True).distinct()
        if email
    }


def _plan(rows: Rows, at: datetime) -> Iterator[Part]:
    """Part each table's rows into what is free and what is held, columns by columns."""
    for declaration in children_first():
        keys = rows.get(declaration, [])
        if not keys:
            continue
        for keep, names in declaration.by_keep().items():
            held = held_rows(declaration, keep, keys, at)
            yield Part(declaration, keep, names, [key for key in keys if key not in held], held)


def held_rows(
    declaration: Declaration, keep: Keep, keys: Iterable[Any], at: datetime
) -> dict[Any, tuple[Hold, date | None]]:
    """Find what holds the columns in which rows; the first ground of several is the one told."""
    if not keep.held_while:
        return {}
    grounds = [
        When(hold.holds(at), then=Value(place)) for place, hold in enumerate(keep.held_while)
    ]
    clocks = {
        f"began_{place}": clock(hold.since) if hold.term else Value(None, DateTimeField())
        for place, hold in enumerate(keep.held_while)
    }
    rows = declaration.model._base_manager.filter(pk__in=keys)
    rows = rows.annotate(ground_held=Case(*grounds), **clocks).exclude(ground_held=None)
    held: dict[Any, tuple[Hold, date | None]] = {}
    for key, place, *began in rows.order_by("ground_held").values_list(
        "pk", "ground_held", *clocks
    ):
        hold = keep.held_while[place]
        held.setdefault(key, (hold, hold.until(began[place])))
    return held


def words_in(
    declaration: Declaration, names: list[str], keys: Iterable[Any]
) -> dict[Any, list[str]]:
    """Tell for each row which of the columns hold something."""
    says = {
        f"says_{name}": ExpressionWrapper(~declaration.is_blank(name), BooleanField())
        for name in names
    }
    rows = declaration.told_rows(keys).annotate(**says)
    return {
        key: [name for name, is_there in zip(names, there, strict=True) if is_there]
        for key, *there in rows.values_list("pk", *says)
    }


def clear(declaration: Declaration, keep: Keep, names: list[str], keys: list[Any]) -> None:
    """Empty the columns for good, or let the rows go, with their files.

    Rows go only in a transaction that has become the eraser.
    """
    if not keys:
        return
    rows = declaration.model._base_manager.filter(pk__in=keys)
    for name in names:
        if isinstance(declaration.column(name), FileField):
            _destroy_files(declaration, name, rows)
    if declaration.delete_row:
        _delete(rows, keys)
        return
    nothing: dict[str, Any] = {name: declaration.blank(name) for name in names}
    if keep.group:
        rows = rows.exclude(released(keep.group))
        nothing["released"] = Func(F("released"), Value(keep.group), function="array_append")
    rows.update(**nothing)


def _delete(rows: "QuerySet[Any]", keys: list[Any]) -> None:
    """Delete rows by one statement, however many; Django would take a hundred at a time.

    Rows that others hang on are left to Django, which knows what goes with them. Mostly there are
    none, for what is the person's own has gone before: one question tells it of all tables.
    """
    hanging = _hanging_on(rows, keys)
    if any(relation.on_delete is not SET_NULL for relation in hanging):
        destroy_files_beneath(rows.model, keys)
        rows.delete()
        return
    for relation in hanging:
        pointing = relation.related_model._base_manager
        pointing.filter(**{f"{relation.field.name}__in": keys}).update(
            **{relation.field.name: None}
        )
    rows._raw_delete(rows.db)


def destroy_files_beneath(model: type[Model], keys: list[Any]) -> None:
    """Destroy the files of rows that the database takes along with theirs."""
    for relation in _relations_to(model):
        beneath = relation.related_model
        files = [each.name for each in beneath._meta.fields if isinstance(each, FileField)]
        if relation.on_delete is not CASCADE or beneath not in registry:
            continue
        for name in files:
            going = beneath._base_manager.filter(**{f"{relation.field.name}__in": keys})
            _destroy_files(registry[beneath], name, going)


def _relations_to(model: type[Model]) -> list[ForeignObjectRel]:
    found = model._meta.get_fields(include_hidden=True)
    return [each for each in found if isinstance(each, ForeignObjectRel)]


def _hanging_on(rows: "QuerySet[Any]", keys: list[Any]) -> list[ForeignObjectRel]:
    """Find by which foreign keys anything points at rows, those without a way back included."""
    relations = _relations_to(rows.model)
    if not relations:
        return []
    asked = {
        f"by_{place}": Exists(
            relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})
        )
        for place, relation in enumerate(relations)
    }
    told = rows.order_by().annotate(**asked).values_list(*asked)[:1]
    return [
        relation for row in told for relation, is_so in zip(relations, row, strict=True) if is_so
    ]


def _destroy_files(declaration: Declaration, name: str, rows: "QuerySet[Any]") -> None:
    for file in rows.exclude(declaration.is_blank(name)).values_list(name, flat=True):
        destroy_file.defer(table=declaration.label, column=name, file=file)
