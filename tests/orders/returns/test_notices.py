"""A notice of withdrawal is written down whatever is amiss with it, and follows its way once."""

import json
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pypdf import PdfReader

from orders.invoicing.operations import issue
from orders.returns.following import NotThatWay, accept, answer, match, take_up
from orders.returns.models import WithdrawalNotice
from orders.returns.receipt import receipt_pdf
from orders.returns.states import Flag, NoticeState
from orders.sales.models import Order
from orders.sales.operations import move
from orders.sales.states import PaymentStatus, Status, Step
from privacy.erase import erase
from privacy.outbox.enclosures import unpacked
from privacy.outbox.models import Letter
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.orders.catalogue.shelf import commit
from tests.orders.money_matters import TODAY, three_rates
from tests.orders.returns.withdrawing import withdraw
from tests.privacy.lives import came_back, finish, order_of
from tests.races import at_once

pytestmark = pytest.mark.django_db


def delivered(**facts: object) -> Order:
    return finish(three_rates(**facts), at=NOON)


def test_the_whole_order_is_meant_unless_fewer_pieces_are_named() -> None:
    order = delivered()
    whole = withdraw(order_number=f" {order.number} ")
    assert (whole.order, whole.is_whole, whole.flags) == (order, True, [])
    assert [(piece["sku"], piece["quantity"]) for piece in whole.pieces] == [
        ("LAMPPU", 1),
        ("KIRJA", 3),
        ("LEHTI", 2),
    ]

    other = delivered()
    book = other.lines.get(sku="KIRJA")
    part = withdraw(order=other, quantities={book.pk: 2})
    assert (part.is_whole, part.flags) == (False, [])
    assert [(piece["sku"], piece["quantity"]) for piece in part.pieces] == [("KIRJA", 2)]


def test_the_checksum_is_reckoned_over_what_stands_in_the_receipt() -> None:
    notice = withdraw(order_number="12345678", products="Se sininen lamppu")
    said = {
        "email": "anna@example.fi",
        "name": "Anna Virtanen",
        "order_number": "12345678",
        "pieces": [],
        "products": "Se sininen lamppu",
        "received_at": "2026-11-23T12:00:00.000000+02:00",
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert notice.sha256 == sha256(text.encode()).hexdigest()
    pages = PdfReader(BytesIO(receipt_pdf(notice))).pages
    words = "".join(" ".join(page.extract_text() for page in pages).split())
    assert "23.11.202612:00:00(Europe/Helsinki)" in words
    assert "Sesininenlamppu" in words
    assert notice.sha256 in words


def test_the_row_comes_before_any_letter_and_the_letter_has_the_pdf() -> None:
    notice = withdraw(order_number="12345678")
    assert not Letter.objects.exists()

    take_up(notice_id=notice.pk, at=NOON)
    take_up(notice_id=notice.pk, at=NOON)

    [letter] = Letter.objects.all()
    assert (letter.to, letter.about) == ("anna@example.fi", notice.pk)
    assert "12:00:00" in letter.text
    assert notice.sha256 in letter.text
    [file] = unpacked(letter.attached)
    assert (file.name, file.kind) == ("peruuttamisilmoitus.pdf", "application/pdf")
    assert file.content.startswith(b"%PDF")
    notice.refresh_from_db()
    assert notice.acknowledged_at == NOON


@pytest.mark.parametrize(
    "facts",
    [{"order_number": "00000000"}, {"email": "celia@example.fi"}],
    ids=["number", "address"],
)
def test_what_matches_no_order_is_kept_for_staff(facts: dict[str, str]) -> None:
    order = delivered()
    notice = withdraw(**{"order_number": order.number, **facts})
    assert (notice.order, notice.flags) == (None, [Flag.UNMATCHED])

    take_up(notice_id=notice.pk, at=NOON)

    notice.refresh_from_db()
    assert notice.state == NoticeState.TO_DECIDE
    assert notice.acknowledged_at == NOON
    order.refresh_from_db()
    assert order.status == Status.DELIVERED


def test_late_is_after_the_last_day_and_never_refused() -> None:
    order = delivered()
    in_time = withdraw(order_number=order.number, at=NOON + timedelta(days=14))
    assert in_time.flags == []
    other = delivered()
    late = withdraw(order_number=other.number, at=NOON + timedelta(days=15))
    assert late.flags == [Flag.LATE]


def test_more_than_was_ordered_is_double_and_a_second_part_is_not() -> None:
    order = delivered()
    book = order.lines.get(sku="KIRJA")
    first = withdraw(order=order, quantities={book.pk: 2})
    second = withdraw(order=order, quantities={book.pk: 1})
    third = withdraw(order=order, quantities={book.pk: 1})
    assert [first.flags, second.flags, third.flags] == [[], [], [Flag.DOUBLE]]


def test_words_and_companies_are_looked_at_by_staff() -> None:
    order = delivered()
    assert withdraw(order_number=order.number, products="Kirjat").flags == [Flag.IN_WORDS]
    firm = delivered(company_name="Puro Oy", business_id="2077474-0")
    assert withdraw(order_number=firm.number).flags == [Flag.COMPANY]


def test_what_has_not_left_is_cancelled_and_what_has_is_taken_up() -> None:
    order = order_of(None, "anna@example.fi")
    move(order=order, step=Step.PAY, at=NOON)
    notice = withdraw(order_number=order.number)
    take_up(notice_id=notice.pk, at=NOON)
    notice.refresh_from_db()
    order.refresh_from_db()
    assert (notice.state, notice.closed_at) == (NoticeState.SETTLED, NOON)
    assert (order.status, order.payment_status) == (Status.CANCELLED, PaymentStatus.REFUND_DUE)

    other = delivered()
    taken = withdraw(order_number=other.number)
    take_up(notice_id=taken.pk, at=NOON)
    taken.refresh_from_db()
    assert taken.state == NoticeState.TAKEN


def test_staff_match_once_and_decide_once() -> None:
    order, other = delivered(), delivered()
    notice = withdraw(order_number="1")
    take_up(notice_id=notice.pk, at=NOON)
    with pytest.raises(NotThatWay):
        accept(notice=notice, at=NOON)
    assert match(notice=notice, order=order).order == order
    with pytest.raises(NotThatWay):
        match(notice=notice, order=other)
    assert accept(notice=notice, at=NOON).state == NoticeState.TAKEN
    with pytest.raises(NotThatWay):
        accept(notice=notice, at=NOON)

    late = withdraw(order_number=other.number, at=NOON + timedelta(days=20))
    take_up(notice_id=late.pk, at=NOON)
    assert answer(notice=late, at=NOON).state == NoticeState.ANSWERED


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"received_at": NOON + timedelta(seconds=1)},
        {"pieces": []},
        {"name": "Celia"},
        {"email": ""},
        {"order": None},
        {"state": NoticeState.ANSWERED},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_to_rewrite_a_notice(change: dict[str, object]) -> None:
    notice = withdraw(order_number=delivered().number)
    with pytest.raises(DatabaseError), transaction.atomic():
        WithdrawalNotice.objects.filter(pk=notice.pk).update(**change)


def test_the_database_refuses_to_take_a_notice_away() -> None:
    notice = withdraw(order_number="1")
    with pytest.raises(DatabaseError), transaction.atomic():
        notice.delete()


def test_an_open_notice_holds_the_order_and_a_settled_one_forgets_who_wrote_it() -> None:
    order = delivered()
    issue(order=order, tax_point=TODAY, at=NOON)
    notice = withdraw(order_number=order.number)
    take_up(notice_id=notice.pk, at=NOON)
    later = timezone.now() + timedelta(days=400)
    guest = subject_of(emails=["anna@example.fi"])

    erase(guest, at=later)
    order.refresh_from_db()
    notice.refresh_from_db()
    assert (order.email, notice.name) == ("anna@example.fi", "Anna Virtanen")

    commit()
    came_back(order, at=later)
    erase(guest, at=later)
    order.refresh_from_db()
    notice.refresh_from_db()
    assert (order.email, notice.name, notice.email, notice.order_number) == ("", "", "", "")
    assert len(notice.sha256) == 64
    assert notice.received_at == NOON


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_five_times_at_once_is_one_notice() -> None:
    order, submission = delivered(), uuid4()
    done = at_once([lambda: withdraw(order_number=order.number, submission=submission)] * 5)
    assert {each.pk for each in done if isinstance(each, WithdrawalNotice)} == {
        WithdrawalNotice.objects.get().pk
    }


@pytest.mark.django_db(transaction=True)
def test_two_notices_of_the_whole_at_once_are_one_and_a_double() -> None:
    order = delivered()
    at_once([lambda: withdraw(order_number=order.number)] * 2)
    flags = sorted(WithdrawalNotice.objects.values_list("flags", flat=True))
    assert flags == [[], [Flag.DOUBLE]]
