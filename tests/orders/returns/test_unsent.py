"""What is withdrawn before it leaves stays in the shop, and is settled to the cent."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from customers.models import Account
from orders.books.models import LedgerAccount, Posting
from orders.checkout.steps import confirm_payment, ship_order
from orders.checkout.upkeep import cancel_unpaid
from orders.desk.packing import packing_slips
from orders.desk.steps import PackedOtherwise, take
from orders.invoicing.models import Invoice
from orders.payments.models import Refund
from orders.payments.operations import receive, to_pay
from orders.returns.following import accept, take_up
from orders.returns.models import ReturnCase, ReturnLine, WithdrawalNotice
from orders.returns.states import CaseState, NoticeState
from orders.sales.models import Order, OrderLine
from orders.sales.operations import move
from orders.sales.states import PaymentStatus, Status, Step
from orders.stock.models import Movement
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import in_stock
from tests.orders.money_matters import TOTAL, attempt, three_rates
from tests.orders.returns.withdrawing import withdraw
from tests.privacy.lives import order_of
from tests.races import at_once

pytestmark = pytest.mark.django_db

TWO_BOOKS = Decimal("49.80")


def waiting(*, paid: bool = True, **facts: Any) -> Order:
    """Let Anna have ordered things that are on the shelf and have not left."""
    order = three_rates(**facts)
    for sku in ("LAMPPU", "KIRJA", "LEHTI"):
        line = order.lines.get(sku=sku)
        variant = in_stock(5)
        order.lines.filter(pk=line.pk).update(variant=variant)
        Movement.objects.create(
            level=variant.level,
            kind=Movement.Kind.SALE,
            change=-line.quantity,
            order_number=order.number,
            at=NOON,
        )
    if paid:
        confirm_payment(payment=attempt(order), at=NOON)
    return order


def withdrawn(order: Order, **quantities: int) -> WithdrawalNotice:
    said = {order.lines.get(sku=sku).pk: pieces for sku, pieces in quantities.items()}
    notice = withdraw(order=order, quantities=said)
    take_up(notice_id=notice.pk, at=NOON)
    notice.refresh_from_db()
    order.refresh_from_db()
    return notice


def on_hand(order: Order, sku: str) -> int:
    variant = order.lines.get(sku=sku).variant
    assert variant is not None
    return variant.level.on_hand


def slip_words(order: Order) -> str:
    fetched = Order.objects.prefetch_related("lines").filter(pk=order.pk)
    pages = PdfReader(BytesIO(packing_slips(fetched, at=NOON))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def balance(order: Order, account: LedgerAccount) -> Decimal:
    return Posting.objects.of(order.pk).on(account).balance()


def test_a_part_is_not_sent_and_its_price_goes_back_at_once() -> None:
    order = waiting()
    notice = withdrawn(order, KIRJA=2)

    assert (notice.state, order.status) == (NoticeState.SETTLED, Status.PLACED)
    case = ReturnCase.objects.get(notice=notice)
    note = case.credit_note
    assert note is not None
    assert (case.state, case.never_sent, case.delivery_refund) == (
        CaseState.SETTLED,
        True,
        Decimal(0),
    )
    assert (note.total, note.total_net, note.total_vat) == (
        -TWO_BOOKS,
        Decimal("-43.88"),
        Decimal("-5.92"),
    )
    [refund] = Refund.objects.all()
    assert refund.amount == TWO_BOOKS
    assert balance(order, LedgerAccount.RECEIVABLE) == 0
    assert balance(order, LedgerAccount.OWED) == -TWO_BOOKS
    assert [on_hand(order, sku) for sku in ("LAMPPU", "KIRJA", "LEHTI")] == [4, 4, 3]
    assert Letter.objects.filter(kind="withdrawn_unsent", to="anna@example.fi").count() == 1
    assert not Letter.objects.filter(kind="return_instructions").exists()


def test_the_slip_and_the_pages_leave_it_out(client: Client, bertil: Account) -> None:
    order = waiting()
    withdrawn(order, KIRJA=2, LAMPPU=1)
    words = slip_words(order)
    assert "KIRJA Kirja 1" in words
    assert "LEHTI Lehti 2" in words
    assert "LAMPPU" not in words
    desk = let_in(Client(), bertil)
    page = desk.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert "Älä lähetä näitä: ostaja on peruuttanut ne." in page
    assert "1 × Lamppu, LAMPPU" in page
    assert 'name="pieces" value="3"' in page
    mine = client.get(f"/en/order/{order.secret}/").content.decode()
    assert "Withdrawn before it left: 2 pieces" in mine


def test_part_by_part_until_nothing_is_left_and_all_goes_back_with_the_delivery() -> None:
    order = waiting()
    withdrawn(order, KIRJA=1)
    withdrawn(order, KIRJA=1, LEHTI=2)
    last = withdrawn(order, KIRJA=1, LAMPPU=1)
    assert (last.state, order.status) == (NoticeState.SETTLED, Status.CANCELLED)
    assert sum(Invoice.objects.values_list("total", flat=True)) == 0
    assert balance(order, LedgerAccount.RECEIVABLE) == 0
    assert balance(order, LedgerAccount.OWED) == -TOTAL
    assert order.payment_status == PaymentStatus.REFUND_DUE
    assert [on_hand(order, sku) for sku in ("LAMPPU", "KIRJA", "LEHTI")] == [5, 5, 5]


def test_what_is_paid_later_is_paid_less(settings: Any) -> None:
    settings.BANK_ACCOUNT = {"iban": "FI2112345600000785", "bic": ""}
    order = waiting(paid=False)
    withdrawn(order, KIRJA=2)
    left = TOTAL - TWO_BOOKS
    assert (order.payment_status, to_pay(order)) == (PaymentStatus.UNPAID, left)
    page = Client().get(f"/en/order/{order.secret}/").content.decode()
    assert '<dd class="figures">€139.60</dd>' in page
    letter = Letter.objects.get(kind="withdrawn_unsent")
    assert "139,60" in letter.text

    shipped = ship_order(
        order=move(order=order, step=Step.PACK, at=NOON), tracking_code="", at=NOON
    )
    assert Invoice.objects.invoices().about(shipped).count() == 1
    assert "139,60" in Letter.objects.get(kind="order_shipped").text
    receive(payment=attempt(order, left), at=NOON)
    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.PAID
    assert balance(order, LedgerAccount.OWED) == 0


def test_money_that_came_for_a_part_may_be_enough_then() -> None:
    order = waiting(paid=False)
    receive(payment=attempt(order, TOTAL - TWO_BOOKS), at=NOON)
    withdrawn(order, KIRJA=2)
    assert order.payment_status == PaymentStatus.PAID
    assert not Refund.objects.exists()


def test_a_coupons_share_is_not_given_back() -> None:
    order = order_of(
        None,
        "anna@example.fi",
        discount=Decimal("24.70"),
        total=Decimal("50.00"),
        total_net=Decimal("44.05"),
        total_vat=Decimal("5.95"),
    )
    order.lines.all().delete()
    OrderLine.objects.create(
        order=order,
        position=1,
        sku="KIRJA",
        name="Kirja",
        kind="goods",
        quantity=3,
        unit_price=Decimal("24.90"),
        discount=Decimal("24.70"),
        vat_rate=Decimal("13.5"),
        total=Decimal("50.00"),
    )
    withdrawn(order, KIRJA=1)
    withdrawn(order, KIRJA=1)
    prices = ReturnLine.objects.order_by("case__opened_at", "price").values_list("price", flat=True)
    assert sorted(prices) == [Decimal("16.66"), Decimal("16.67")]
    notes = Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE).values_list("total", flat=True)
    assert sorted(notes) == [Decimal("-16.67"), Decimal("-16.66")]
    assert to_pay(order) == Decimal("16.67")


def test_an_order_that_nobody_pays_is_cancelled_though_a_part_was_withdrawn() -> None:
    order = waiting(paid=False, payment_method=Order.PaymentMethod.PAYTRAIL)
    withdrawn(order, KIRJA=2)
    assert cancel_unpaid(at=NOON + timedelta(days=9)) == 1
    order.refresh_from_db()
    assert (order.status, order.payment_status) == (Status.CANCELLED, PaymentStatus.UNPAID)
    assert sum(Invoice.objects.values_list("total", flat=True)) == 0
    assert balance(order, LedgerAccount.RECEIVABLE) == 0


def test_what_stood_packed_is_packed_anew(bertil: Account) -> None:
    order = waiting()
    move(order=order, step=Step.PACK, at=NOON)
    withdrawn(order, LEHTI=1)
    assert order.status == Status.PLACED
    with pytest.raises(PackedOtherwise):
        take(order=order, step=Step.PACK, tracking_code="", by=bertil, pieces=6)
    take(order=order, step=Step.PACK, tracking_code="", by=bertil, pieces=5)
    order.refresh_from_db()
    assert order.status == Status.PACKED
    assert Step.UNPACK not in order.steps


def test_staff_name_the_pieces_of_a_notice_in_words_and_no_more_than_are_left() -> None:
    order = waiting()
    words = withdraw(order=order, products="Kirjat, kiitos")
    take_up(notice_id=words.pk, at=NOON)
    book = order.lines.get(sku="KIRJA")
    done = accept(notice=words, at=NOON, quantities={book.pk: 3})
    assert done.state == NoticeState.SETTLED
    assert ReturnLine.objects.get().quantity == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnLine.objects.create(
            case=ReturnCase.objects.get(), order_line=book, quantity=1, price=1
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnCase.objects.create(
            notice=withdraw(order=order),
            order=order,
            opened_at=NOON,
            due_date=NOON.date(),
            state=CaseState.SETTLED,
            settled_at=NOON,
        )


@pytest.mark.django_db(transaction=True)
def test_beside_shipping_one_is_first_and_all_is_told_apart() -> None:
    order = waiting()
    move(order=order, step=Step.PACK, at=NOON)
    notice = withdraw(order=order, quantities={order.lines.get(sku="KIRJA").pk: 2})
    at_once(
        [
            lambda: take_up(notice_id=notice.pk, at=timezone.now()),
            lambda: ship_order(order=order, tracking_code="", at=timezone.now()),
        ]
    )
    order.refresh_from_db()
    notice.refresh_from_db()
    case = ReturnCase.objects.get(notice=notice)
    # Either the parcel had left, and the goods come back, or it is packed anew.
    assert (order.status, notice.state, case.never_sent) in [
        (Status.SHIPPED, NoticeState.TAKEN, False),
        (Status.PLACED, NoticeState.SETTLED, True),
    ]
    assert Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE).count() == case.never_sent
    assert Invoice.objects.invoices().count() == 1
    assert Refund.objects.count() == case.never_sent


@pytest.mark.django_db(transaction=True)
def test_beside_packing_nobody_packs_by_an_old_slip(bertil: Account) -> None:
    order = waiting()
    notice = withdraw(order=order, quantities={order.lines.get(sku="LEHTI").pk: 2})
    done = at_once(
        [
            lambda: take_up(notice_id=notice.pk, at=timezone.now()),
            lambda: take(order=order, step=Step.PACK, tracking_code="", by=bertil, pieces=6),
        ]
    )
    order.refresh_from_db()
    assert order.status == Status.PLACED
    assert [each for each in done if isinstance(each, Exception)] in ([], done[1:])
    assert ReturnCase.objects.get(notice=notice).never_sent
    assert on_hand(order, "LEHTI") == 5


@pytest.mark.django_db(transaction=True)
def test_the_same_notice_taken_up_five_times_is_settled_once() -> None:
    order = waiting()
    notice = withdraw(order=order, quantities={order.lines.get(sku="KIRJA").pk: 1})
    at_once([lambda: take_up(notice_id=notice.pk, at=timezone.now())] * 5)
    assert Refund.objects.get().amount == Decimal("24.90")
    assert on_hand(order, "KIRJA") == 3
    assert Letter.objects.filter(kind="withdrawn_unsent").count() == 1
