"""Promise, sell, take back and count pieces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from orders.stock.models import Level, Movement, Reservation

Wanted = Mapping[UUID, int]
"""Pieces by the variant's number. A variant without a level is not counted: there is always one."""


@dataclass(frozen=True)
class Shortage:
    """A variant of which there is less than was asked for."""

    variant_id: UUID
    wanted: int
    left: int


class OutOfStock(Exception):
    """There is not enough of something."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(f"{len(shortages)} short")
        self.shortages = list(shortages)


@transaction.atomic(savepoint=False)
def reserve(*, holder: UUID, wanted: Wanted, until: datetime, at: datetime) -> None:
    """Promise pieces to a basket until a moment, in place of whatever it was promised before.

    :raises OutOfStock: when something is short; then nothing is promised, nor is anything else done
        in the transaction in which this was asked.
    """
    levels = _lock(wanted, also_of=holder)
    _let_go(holder, levels, at)
    _refuse_shortages(levels, wanted)
    Reservation.objects.bulk_create(
        Reservation(level=level, holder=holder, quantity=wanted[level.variant_id], expires_at=until)
        for level in levels
        if level.variant_id in wanted
    )


@transaction.atomic(savepoint=False)
def sell(*, holder: UUID, wanted: Wanted, order_number: str, at: datetime) -> None:
    """Take pieces out of the store room for an order; what the basket was promised comes first.

    :raises OutOfStock: when something is short; then nothing is sold, nor is anything else done in
        the transaction in which this was asked.
    """
    levels = _lock(wanted, also_of=holder)
    _let_go(holder, levels, at)
    _refuse_shortages(levels, wanted)
    _move(levels, _less(wanted), kind=Movement.Kind.SALE, order_number=order_number, at=at)


@transaction.atomic
def release(*, holder: UUID) -> None:
    """Give up what a basket was promised."""
    _lock({}, also_of=holder)
    Reservation.objects.filter(holder=holder).delete()


@transaction.atomic
def put_back(*, order_number: str, at: datetime) -> None:
    """Return what an order took; whatever has been returned already is not returned twice."""
    taken = _balance_of(order_number)
    levels = _lock(taken)
    _move(levels, taken, kind=Movement.Kind.CANCELLATION, order_number=order_number, at=at)


@transaction.atomic
def take_back(
    *,
    order_number: str,
    pieces: Wanted,
    at: datetime,
    kind: Movement.Kind = Movement.Kind.RETURN,
) -> None:
    """Put on the shelf what came back of an order, or never left, and can be sold again."""
    _move(_lock(pieces), pieces, kind=kind, order_number=order_number, at=at)


@transaction.atomic
def replace(*, order_number: str, pieces: Wanted, at: datetime) -> None:
    """Take pieces off the shelf in place of defective ones, which stay where they are.

    :raises OutOfStock: when something is short; then nothing is taken.
    """
    levels = _lock(pieces)
    _refuse_shortages(levels, pieces)
    _move(levels, _less(pieces), kind=Movement.Kind.REPLACEMENT, order_number=order_number, at=at)


@transaction.atomic
def count(
    *, level: Level, pieces: int, at: datetime, kind: Movement.Kind = Movement.Kind.COUNT
) -> int:
    """Write down that there are so many pieces; tell by how many that changes the level.

    :raises IntegrityError: when more has been promised than was counted.
    """
    locked = Level.objects.select_for_update(of=("self",)).get(pk=level.pk)
    change = pieces - locked.on_hand
    if change:
        Movement.objects.create(level=locked, kind=kind, change=change, at=at)
    return change


def promised_to(holder: UUID) -> dict[UUID, int]:
    """Tell how many pieces of each variant a basket has been promised: they are left for it."""
    held = Reservation.objects.filter(holder=holder)
    return dict(held.values_list("level__variant_id", "quantity"))


def release_expired(*, at: datetime, most: int = 500) -> int:
    """Let go of promises whose time is up; tell how many there were."""
    with transaction.atomic():
        holders = Reservation.objects.expired(at).values("level")[:most]
        levels = Level.objects.filter(pk__in=holders).order_by("pk")
        locked = [level.pk for level in levels.select_for_update(of=("self",))]
        gone, _ = Reservation.objects.expired(at).filter(level__in=locked).delete()
    return gone


def _lock(wanted: Wanted, *, also_of: UUID | None = None) -> list[Level]:
    """Lock the levels in the one order that everybody locks them in."""
    mine = Level.objects.filter(variant__in=list(wanted)).order_by().values("pk")
    if also_of is not None:
        mine = mine.union(Reservation.objects.filter(holder=also_of).order_by().values("level"))
    levels = Level.objects.filter(pk__in=mine).order_by("pk")
    return list(levels.select_for_update(of=("self",)))


def _let_go(holder: UUID, levels: Sequence[Level], at: datetime) -> None:
    """Drop the holder's own promises and those whose time is up, and read the levels anew."""
    over = Q(expires_at__lte=at, level__in=levels)
    Reservation.objects.filter(Q(holder=holder) | over).delete()
    known = Level.objects.in_bulk([level.pk for level in levels])
    for level in levels:
        level.on_hand, level.reserved = known[level.pk].on_hand, known[level.pk].reserved


def _refuse_shortages(levels: Sequence[Level], wanted: Wanted) -> None:
    short = [
        Shortage(level.variant_id, wanted[level.variant_id], max(level.free, 0))
        for level in levels
        if wanted.get(level.variant_id, 0) > level.free and not level.backorder
    ]
    if short:
        raise OutOfStock(short)


def _less(pieces: Wanted) -> Wanted:
    return {variant_id: -number for variant_id, number in pieces.items()}


def _move(
    levels: Sequence[Level],
    changes: Wanted,
    *,
    kind: Movement.Kind,
    order_number: str,
    at: datetime,
) -> None:
    """Write down what came or went, all at once: the levels are locked no longer for much."""
    Movement.objects.bulk_create(
        Movement(
            level=level,
            kind=kind,
            change=changes[level.variant_id],
            order_number=order_number,
            at=at,
        )
        for level in levels
        if level.variant_id in changes
    )


def _balance_of(order_number: str) -> dict[UUID, int]:
    """Give what an order still has of each variant."""
    held: dict[UUID, int] = {}
    moves = Movement.objects.filter(order_number=order_number).values_list(
        "level__variant_id", "change"
    )
    for variant_id, change in moves:
        held[variant_id] = held.get(variant_id, 0) - change
    return {variant_id: pieces for variant_id, pieces in held.items() if pieces}
