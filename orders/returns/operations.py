"""Take a notice of withdrawal: write it down, whatever is amiss with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from orders.catalogue.models import Product
from orders.returns.content import Piece, checksum
from orders.returns.models import WithdrawalNotice
from orders.returns.states import Flag, NoticeState
from orders.returns.tasks import take_up_withdrawal
from orders.returns.term import term_of
from orders.sales.models import Order, OrderLine
from privacy.locks import share_person, unless_crossed
from privacy.normal import normal_email


@dataclass(frozen=True, slots=True)
class Statement:
    """What a buyer states who withdraws."""

    submission: UUID
    name: str
    email: str
    order: Order | None = None
    """The order, where the page that it came from knows it; else it is looked for."""
    order_number: str = ""
    products: str = ""
    quantities: Mapping[UUID, int] | None = None
    """Pieces of each order line; without them the whole order is meant."""


def give_notice(
    *, statement: Statement, way: WithdrawalNotice.Way, language: str, at: datetime
) -> WithdrawalNotice:
    """Write down that a buyer withdraws; the same form sent twice is one notice.

    No notice is refused. One that is late, or of no order that is known, is marked for staff. What
    follows, the letter too, is done by a job, so this takes as long for any number and address.
    """
    return unless_crossed(lambda: _give_notice(statement, way, language, at))


@transaction.atomic
def _give_notice(
    stated: Statement, way: WithdrawalNotice.Way, language: str, at: datetime
) -> WithdrawalNotice:
    email, products = normal_email(stated.email), stated.products.strip()
    share_person(email)
    order = _hold(stated.order, stated.order_number, email)
    earlier = WithdrawalNotice.objects.filter(submission=stated.submission).first()
    if earlier is not None:
        return earlier
    number = stated.order_number.strip() or (order.number if order else "")
    lines = list(order.lines.order_by("position")) if order else []
    pieces = _pieces(lines, stated.quantities, in_words=bool(products))
    said = {"name": stated.name, "email": email, "order_number": number, "products": products}
    notice = WithdrawalNotice(
        submission=stated.submission,
        received_at=at,
        way=way,
        order=order,
        is_whole=not products and _is_whole(lines, pieces),
        pieces=pieces,
        language=language,
        sha256=checksum(said, pieces, at),
        **said,
    )
    notice.flags = _flags(notice, lines)
    notice.save(force_insert=True)
    take_up_withdrawal.defer(notice_id=str(notice.pk))
    return notice


def _hold(known: Order | None, number: str, email: str) -> Order | None:
    """Hold the order that is meant, so that two notices of it come one after the other."""
    held = Order.objects.select_for_update(of=("self",))
    if known is not None:
        return held.get(pk=known.pk)
    digits = "".join(number.split()).lstrip("#")
    return held.filter(number=digits, email=email).first() if digits and email else None


def _pieces(
    lines: list[OrderLine], quantities: Mapping[UUID, int] | None, *, in_words: bool
) -> list[Piece]:
    if in_words:
        return []
    wanted = {line.pk: line.quantity for line in lines} if quantities is None else quantities
    return [
        {
            "line": str(line.pk),
            "sku": line.sku,
            "name": line.name,
            "quantity": min(wanted[line.pk], line.quantity),
        }
        for line in lines
        if wanted.get(line.pk, 0) > 0
    ]


def _is_whole(lines: list[OrderLine], pieces: list[Piece]) -> bool:
    return not lines or sum(piece["quantity"] for piece in pieces) == sum(
        line.quantity for line in lines
    )


def _flags(notice: WithdrawalNotice, lines: list[OrderLine]) -> list[str]:
    order = notice.order
    if order is None:
        return [Flag.UNMATCHED]
    has_goods = any(line.kind == Product.Kind.GOODS for line in lines)
    found = {
        Flag.LATE: term_of(order, has_goods=has_goods).is_over(notice.received_at),
        Flag.DOUBLE: order.is_cancelled or _is_double(order, notice.pieces, lines),
        Flag.EXCLUDED: _has_excluded(notice.pieces, lines),
        Flag.IN_WORDS: bool(notice.products),
        Flag.COMPANY: bool(order.business_id or order.company_id),
    }
    return [flag.value for flag, is_so in found.items() if is_so]


def _has_excluded(pieces: list[Piece], lines: list[OrderLine]) -> bool:
    excluded = {str(line.pk) for line in lines if line.withdrawal_exclusion}
    return any(piece["line"] in excluded for piece in pieces)


def _is_double(order: Order, pieces: list[Piece], lines: list[OrderLine]) -> bool:
    """Tell whether more of a line would be withdrawn than was ordered of it."""
    left = {str(line.pk): line.quantity for line in lines}
    standing = WithdrawalNotice.objects.about(order).exclude(state=NoticeState.ANSWERED)
    for said in [*standing.values_list("pieces", flat=True), pieces]:
        for piece in said:
            left[piece["line"]] = left.get(piece["line"], 0) - piece["quantity"]
    return any(pieces_left < 0 for pieces_left in left.values())
