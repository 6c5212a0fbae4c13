"""A complaint is written down whatever is amiss, decided with reasons, and made good once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from customers.models import Account
from orders.books.models import LedgerAccount, Posting
from orders.checkout.steps import deliver_order
from orders.complaints.deciding import (
    Decision,
    NotThatWay,
    PiecesAreGone,
    accept,
    examine,
    refuse,
)
from orders.complaints.models import Complaint, ComplaintLine
from orders.complaints.operations import Told, complain
from orders.complaints.remedying import Done, NotReducible, close_what_was_paid_back, make_good
from orders.complaints.states import ComplaintState, Flag, Remedy
from orders.complaints.term import last_day_to_tell, presumption_of
from orders.fulfilment.models import Parcel
from orders.invoicing.models import Invoice
from orders.payments.models import Refund
from orders.payments.operations import to_pay
from orders.returns.cases import settle
from orders.returns.following import take_up
from orders.returns.models import ReturnCase, ReturnLine
from orders.returns.states import Ground, NoticeState
from orders.sales.models import Order
from orders.stock.models import Movement
from orders.stock.operations import OutOfStock
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.factories import in_stock
from tests.orders.complaints.complaining import REPAIRED, accepted, complained, decision
from tests.orders.money_matters import TOTAL, three_rates
from tests.orders.returns.test_cases import bought, inspected, refunded, returned
from tests.orders.returns.withdrawing import withdraw
from tests.races import at_once

pytestmark = pytest.mark.django_db

MADE = Done()


def letter(kind: str) -> Letter:
    return Letter.objects.get(kind=kind, to="anna@example.fi")


# --- Told


def test_the_receipt_has_number_moment_and_content(anna: Any) -> None:
    order = bought()
    complaint = complained(order, LAMPPU=1, KIRJA=2)

    assert complaint.number == f"{order.number}-1"
    assert complaint.state == ComplaintState.RECEIVED
    assert complaint.flags == []
    said = letter("complaint_received")
    for words in (complaint.number, "1 × Lamppu", "2 × Kirja", "Lamppu välkkyy & <sammuu>."):
        assert words in said.text
    assert "Lamppu välkkyy &amp; &lt;sammuu&gt;." in said.html
    assert "23.11.2026 12" in said.text
    assert complained(order, LAMPPU=1).number == f"{order.number}-2"


def test_the_same_form_sent_twice_is_one_complaint() -> None:
    order = bought()
    lamp = order.lines.get(sku="LAMPPU").pk
    told = Told(uuid4(), "anna@example.fi", "Rikki.", Remedy.REPAIR, {lamp: 1})
    way = Complaint.Way.MEMBER
    both = [complain(order=order, told=told, way=way, language="fi", at=NOON) for _each in range(2)]
    assert both[0] == both[1]
    assert Letter.objects.filter(kind="complaint_received").count() == 1


@pytest.mark.parametrize(
    ("noticed", "last"),
    [
        (date(2026, 9, 23), date(2026, 11, 23)),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 12, 31), date(2028, 2, 29)),
    ],
)
def test_two_months_are_always_in_time(noticed: date, last: date) -> None:
    assert last_day_to_tell(noticed) == last


def test_nothing_is_refused_and_all_is_marked() -> None:
    order = bought()
    lamp = order.lines.get(sku="LAMPPU").pk

    def flags(of: Order, key: Any, noticed: date | None) -> list[str]:
        told = Told(uuid4(), "anna@example.fi", "Rikki.", Remedy.REPAIR, {key: 1}, noticed)
        return complain(
            order=of, told=told, way=Complaint.Way.ADDRESS, language="sv", at=NOON
        ).flags

    assert flags(order, lamp, date(2026, 9, 23)) == []
    assert flags(order, lamp, date(2026, 9, 22)) == [Flag.LATE, Flag.DOUBLE]
    waiting = three_rates(company_name="Puro Oy", business_id="2077474-0")
    book = waiting.lines.get(sku="KIRJA").pk
    assert flags(waiting, book, None) == [Flag.NOT_THERE, Flag.COMPANY]
    back = bought()
    settle(case=inspected(returned(back, LAMPPU=1)), at=NOON)
    assert flags(back, back.lines.get(sku="LAMPPU").pk, None) == [Flag.RETURNED]


def test_a_defect_is_presumed_for_a_year_of_goods_and_never_of_services() -> None:
    order = bought()
    last = complained(order, at=NOON + timedelta(days=365), LAMPPU=1)
    over = complained(order, at=NOON + timedelta(days=366), LAMPPU=1)
    assert (presumption_of(last).until, presumption_of(last).holds) == (date(2027, 11, 23), True)
    assert (presumption_of(over).until, presumption_of(over).holds) == (date(2027, 11, 23), False)
    order.lines.filter(sku="KIRJA").update(kind="service")
    work = presumption_of(complained(order, KIRJA=1))
    assert (work.is_of_services, work.until, work.holds) == (True, None, False)


def test_a_complaint_is_of_its_own_order_and_of_no_more_than_was_ordered() -> None:
    order, other = bought(), bought()
    complaint = complained(order, LAMPPU=1)
    book = order.lines.get(sku="KIRJA")
    for line, pieces in ((book, 4), (other.lines.get(sku="KIRJA"), 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ComplaintLine.objects.create(complaint=complaint, order_line=line, quantity=pieces)
    with pytest.raises(IntegrityError), transaction.atomic():
        complaint.lines.update(granted=2)
    with pytest.raises(DatabaseError), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(words="Ei mitään.")
    with pytest.raises(DatabaseError), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(
            state=ComplaintState.REMEDIED, remedy=Remedy.REPLACEMENT, closed_at=NOON
        )


# --- Decided


def test_a_refusal_has_reasons_and_says_who_else_can_be_asked(bertil: Account) -> None:
    complaint = complained(bought(), LAMPPU=1)
    examine(complaint=complaint, at=NOON, by=bertil)
    with pytest.raises(IntegrityError), transaction.atomic():
        refuse(complaint=complaint, reasons=" ", at=NOON, by=bertil)
    refuse(complaint=complaint, reasons="Lamppu on pudonnut.", at=NOON, by=bertil)

    complaint.refresh_from_db()
    assert (complaint.state, complaint.closed_at) == (ComplaintState.REFUSED, NOON)
    said = letter("complaint_refused").text
    for words in ("Lamppu on pudonnut.", "www.kuluttajaneuvonta.fi", "www.kuluttajariita.fi"):
        assert words in said
    steps = list(complaint.steps.values_list("state", "staff").order_by("at", "pk"))
    assert sorted(steps, key=str) == sorted(
        [("received", None), ("examining", bertil.pk), ("refused", bertil.pk)], key=str
    )
    with pytest.raises(NotThatWay):
        refuse(complaint=complaint, reasons="Ei.", at=NOON, by=bertil)
    assert examine(complaint=complaint, at=NOON, by=bertil).closed_at is None


def test_what_is_not_with_the_buyer_any_more_is_not_granted() -> None:
    order = bought()
    returned(order, LAMPPU=1)
    complaint = complained(order, LAMPPU=1)
    examine(complaint=complaint, at=NOON, by=None)
    for remedy in Remedy:
        with pytest.raises(PiecesAreGone):
            accept(complaint=complaint, decision=decision(complaint, remedy, "5"), at=NOON, by=None)
    with pytest.raises(PiecesAreGone):
        accept(complaint=complaint, decision=Decision(Remedy.REPAIR, {}), at=NOON, by=None)
    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.EXAMINING
    assert not Letter.objects.filter(kind="complaint_accepted").exists()


# --- Made good


def test_a_repair_knows_its_days() -> None:
    complaint = accepted(complained(bought(), LAMPPU=1), Remedy.REPAIR)
    assert "1.12.2026" in letter("complaint_accepted").text
    with pytest.raises(IntegrityError), transaction.atomic():
        make_good(complaint=complaint, done=MADE, at=NOON, by=None)
    done = make_good(complaint=complaint, done=REPAIRED, at=NOON, by=None)
    assert (done.taken_in_date, done.given_back_date) == (date(2026, 11, 24), date(2026, 11, 30))
    assert "30.11.2026" in letter("complaint_remedied").text
    assert not Refund.objects.exists()


def test_a_lower_price_is_credited_to_the_cent_and_paid_back_once() -> None:
    order = bought()
    complaint = accepted(complained(order, LAMPPU=1), Remedy.REDUCTION, "20.00")
    assert "1 × Lamppu: −20,00 €" in letter("complaint_accepted").text.replace("\xa0", " ")
    assert refunded(order) == 0
    for _twice in range(2):
        done = make_good(complaint=complaint, done=MADE, at=NOON, by=None)
    note = done.credit_note
    assert note is not None
    assert (note.total, note.total_net, note.total_vat) == (
        Decimal("-20.00"),
        Decimal("-15.94"),
        Decimal("-4.06"),
    )
    assert note.reason == Invoice.Reason.DEFECT
    assert note.lines.get().name == "Hinnanalennus: Lamppu"
    assert refunded(order) == Decimal("20.00")
    assert Posting.objects.of(order.pk).on(LedgerAccount.RECEIVABLE).balance() == 0
    assert "20,00" in letter("complaint_remedied").text

    case = settle(case=inspected(returned(order, LAMPPU=1)), at=NOON)
    assert case.credit_note is not None
    assert case.credit_note.total == Decimal("-79.00")
    assert refunded(order) == Decimal("99.00")
    sold = Invoice.objects.invoices().get().lines.get(sku="LAMPPU")
    rest = [each.lines.get() for each in (note, case.credit_note)]
    assert sum(line.net for line in rest) == -sold.net


def test_a_price_is_not_lowered_below_nothing() -> None:
    order = bought()
    first = accepted(complained(order, LAMPPU=1), Remedy.REDUCTION, "99.00")
    make_good(complaint=first, done=MADE, at=NOON, by=None)
    second = accepted(complained(order, LAMPPU=1), Remedy.REDUCTION, "0.01")
    with pytest.raises(NotReducible):
        make_good(complaint=second, done=MADE, at=NOON, by=None)
    case = settle(case=inspected(returned(order, LAMPPU=1)), at=NOON)
    assert case.credit_note is None
    assert refunded(order) == Decimal("99.00")


def test_the_price_of_what_is_unpaid_is_lowered_without_a_refund() -> None:
    order = deliver_order(order=three_rates(), at=NOON)
    complaint = accepted(complained(order, LAMPPU=1), Remedy.REDUCTION, "20.00")
    make_good(complaint=complaint, done=MADE, at=NOON, by=None)
    assert refunded(order) == 0
    assert to_pay(order) == TOTAL - Decimal("20.00")


def test_what_replaces_leaves_the_shelf_once_and_travels_in_a_parcel_of_its_own() -> None:
    order = bought()
    lamp = in_stock(1)
    order.lines.filter(sku="LAMPPU").update(variant=lamp)
    complaint = accepted(complained(order, LAMPPU=1), Remedy.REPLACEMENT)
    for _twice in range(2):
        make_good(complaint=complaint, done=Done(tracking_code="JJFI9"), at=NOON, by=None)
    [move] = Movement.objects.filter(kind=Movement.Kind.REPLACEMENT)
    assert (move.level.variant, move.change, move.balance) == (lamp, -1, 0)
    assert Parcel.objects.filter(order=order, tracking_code="JJFI9").count() == 1
    assert "JJFI9" in letter("complaint_remedied").text
    assert refunded(order) == 0

    again = accepted(complained(order, LAMPPU=1), Remedy.REPLACEMENT)
    with pytest.raises(OutOfStock):
        make_good(complaint=again, done=MADE, at=NOON, by=None)
    assert examine(complaint=again, at=NOON, by=None).remedy == ""


def test_a_sale_that_is_off_comes_back_as_a_return_and_closes_with_it() -> None:
    order = bought()
    complaint = accepted(complained(order, LAMPPU=1, KIRJA=3, LEHTI=2), Remedy.CANCELLING)
    case = complaint.return_case
    assert case is not None
    assert (case.ground, case.notice) == (Ground.DEFECT, None)
    assert not Letter.objects.filter(kind="return_instructions").exists()
    assert complaint.number in letter("complaint_accepted").text
    with pytest.raises(NotThatWay):
        make_good(complaint=complaint, done=MADE, at=NOON, by=None)
    with pytest.raises(NotThatWay):
        examine(complaint=complaint, at=NOON, by=None)
    assert close_what_was_paid_back(at=NOON) == 0

    settled = settle(case=inspected(case), at=NOON)
    assert settled.credit_note is not None
    assert settled.credit_note.reason == Invoice.Reason.DEFECT
    assert refunded(order) == TOTAL  # the delivery too
    assert close_what_was_paid_back(at=NOON) == 1
    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.REMEDIED
    assert "189,40" in letter("complaint_remedied").text


def test_what_comes_back_for_a_defect_is_not_withdrawn_from_as_well() -> None:
    order = bought()
    accepted(complained(order, LAMPPU=1), Remedy.CANCELLING)
    lamp = order.lines.get(sku="LAMPPU")
    notice = withdraw(order=order, quantities={lamp.pk: 1})
    take_up(notice_id=notice.pk, at=NOON)
    notice.refresh_from_db()
    assert notice.state == NoticeState.TO_DECIDE
    assert ReturnLine.objects.filter(order_line=lamp).count() == 1


# --- At once


@pytest.mark.django_db(transaction=True)
def test_of_two_remedies_at_once_each_money_goes_back_once() -> None:
    order = bought()
    one, two = (
        accepted(complained(order, LAMPPU=1), Remedy.REDUCTION, "60.00") for _each in range(2)
    )
    done = at_once(
        [
            lambda: make_good(complaint=one, done=MADE, at=timezone.now(), by=None),
            lambda: make_good(complaint=one, done=MADE, at=timezone.now(), by=None),
            lambda: make_good(complaint=two, done=MADE, at=timezone.now(), by=None),
        ]
    )
    assert {type(each) for each in done} == {Complaint, NotReducible}
    assert Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE).count() == 1
    assert refunded(order) == Decimal("60.00")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("remedy", [Remedy.CANCELLING, Remedy.REDUCTION])
def test_of_a_remedy_and_a_withdrawal_at_once_no_piece_is_paid_back_twice(remedy: Remedy) -> None:
    order = bought()
    complaint = complained(order, LAMPPU=1)
    examine(complaint=complaint, at=NOON, by=None)
    granted = decision(complaint, remedy, "99.00")
    lamp = order.lines.get(sku="LAMPPU")
    notice = withdraw(order=order, quantities={lamp.pk: 1})

    def grant() -> Complaint:
        now = timezone.now()
        found = accept(complaint=complaint, decision=granted, at=now, by=None)
        return (
            make_good(complaint=found, done=MADE, at=now, by=None)
            if remedy == "reduction"
            else found
        )

    done = at_once([grant, lambda: take_up(notice_id=notice.pk, at=timezone.now())])
    assert all(isinstance(each, Complaint | PiecesAreGone | None) for each in done), done
    cases = ReturnCase.objects.all()
    if remedy == Remedy.CANCELLING:
        assert cases.count() == 1
    for case in cases:
        settle(case=inspected(case), at=timezone.now())
    assert refunded(order) == Decimal("99.00")
