"""What the bank tells is counted once, for its order or onto the work list."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from customers.models import Account
from orders.banking.foresight import Fate, foresee
from orders.banking.models import BankEntry, BankFile
from orders.banking.operations import (
    NotInEuros,
    NotNow,
    count_file,
    discard,
    look_again,
    match,
    not_ours,
    returned,
    to_return,
    upload,
)
from orders.banking.reading import read
from orders.banking.states import EntryState, Why
from orders.books.audit import findings
from orders.books.models import Entry, LedgerAccount, Posting
from orders.books.operations import owed_back
from orders.checkout.steps import cancel_order, confirm_payment, deliver_order
from orders.invoicing.models import Invoice
from orders.payments.models import Payment, PaymentEvent, Refund
from orders.payments.operations import ask_refunds, settle_refund, to_pay
from orders.payments.states import RefundState
from orders.sales.models import Order
from orders.sales.states import PaymentStatus
from orders.viitenumero import to_rf
from privacy.erase import erase
from privacy.subject import subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.factories import StaffFactory
from tests.orders.banking.files import BANK, DAY, Told, camt, entry, reference_list, statement
from tests.orders.money_matters import TOTAL, three_rates
from tests.privacy.lives import member, order_of
from tests.races import at_once, held_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def our_account(settings: Any) -> None:
    settings.BANK_ACCOUNT = BANK


@pytest.fixture
def bertil() -> Account:
    return StaffFactory.create()


def take_in(content: bytes) -> BankFile:
    file = upload(content=content, file_name="tiliote.xml", by=None, at=NOON)
    return count_file(file_id=file.pk, at=NOON)


def on(account: LedgerAccount) -> Any:
    """Sum an account: a Decimal, to be compared with whole euros as well."""
    return Posting.objects.on(account).balance()


def again(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def the_entry() -> BankEntry:
    return BankEntry.objects.get()


def states() -> list[tuple[str, str]]:
    """Tell where the entries stand, by their number; of one number, by what they say."""
    return list(BankEntry.objects.order_by("number", "state", "why").values_list("state", "why"))


# --- By reference


@pytest.mark.parametrize("form", ["plain", "rf", "message"])
@pytest.mark.parametrize("kind", ["053", "054"])
def test_a_payment_finds_its_order_by_either_form_of_the_reference(form: str, kind: str) -> None:
    order = three_rates()
    said = to_rf(order.reference) if form == "rf" else order.reference
    told = (
        Told(str(TOTAL), message=said, number="N1")
        if form == "message"
        else Told(str(TOTAL), said, number="N1")
    )

    take_in(statement(told, kind=kind))

    entry = the_entry()
    assert again(order).payment_status == PaymentStatus.PAID
    assert (entry.state, entry.order, entry.reference) == ("matched", order, order.reference)
    payment = Payment.objects.get()
    assert (payment.provider, payment.transaction_id) == ("bank", entry.key)
    event = PaymentEvent.objects.get()
    assert (event.source, event.verdict, event.payment) == ("statement", "taken", payment)
    assert Invoice.objects.get().tax_point == DAY
    assert on(LedgerAccount.BANK) == TOTAL
    assert on(LedgerAccount.RECEIVABLE) == on(LedgerAccount.UNKNOWN) == 0


def test_the_books_have_the_day_on_which_the_bank_booked_it() -> None:
    order = three_rates()
    earlier = DAY - timedelta(days=3)
    take_in(statement(Told(str(TOTAL), order.reference, day=earlier)))
    assert Entry.objects.get(kind=Entry.Kind.PAYMENT).date == earlier


def test_a_list_of_references_counts_like_a_statement() -> None:
    order = three_rates()
    take_in(reference_list(Told(str(TOTAL), order.reference, number="1")))
    assert again(order).payment_status == PaymentStatus.PAID


def test_a_part_and_its_rest_pay_an_order_and_more_is_owed_back() -> None:
    order = three_rates()
    take_in(statement(Told("100.00", order.reference, number="N1")))
    assert (again(order).payment_status, to_pay(order)) == (PaymentStatus.UNPAID, TOTAL - 100)
    assert not Invoice.objects.exists()

    take_in(statement(Told("100.00", order.reference, number="N2")))

    assert again(order).payment_status == PaymentStatus.PAID
    assert owed_back(order) == 200 - TOTAL
    assert on(LedgerAccount.BANK) == 200


def test_who_pays_twice_is_owed_the_second_back() -> None:
    order = three_rates()
    take_in(
        statement(
            Told(str(TOTAL), order.reference, number="N1"),
            Told(str(TOTAL), order.reference, number="N2"),
        )
    )
    assert owed_back(order) == TOTAL
    assert Invoice.objects.count() == 1


def test_money_for_a_cancelled_order_is_owed_back() -> None:
    order = three_rates()
    cancel_order(order=order, at=NOON)
    take_in(statement(Told(str(TOTAL), order.reference)))
    assert again(order).payment_status == PaymentStatus.REFUND_DUE
    assert owed_back(order) == TOTAL
    assert not Invoice.objects.exists()


# --- Once


def test_the_same_file_twice_counts_once() -> None:
    order = three_rates()
    content = statement(Told("100.00", order.reference), Told("5.00"))
    first, second = take_in(content), take_in(content)

    assert first == second
    assert BankEntry.objects.count() == 2
    assert on(LedgerAccount.BANK) == 105


def test_files_that_overlap_count_each_payment_once() -> None:
    order = three_rates()
    a, b, c = (Told("10.00", order.reference, number=f"N{n}") for n in "123")
    take_in(statement(a, b))
    file = take_in(statement(b, c, kind="054", version="08"))

    assert on(LedgerAccount.BANK) == 30
    assert (file.entries.count(), file.known) == (1, 1)
    events = PaymentEvent.objects.values_list("payment__bank_entry__number", "verdict")
    assert sorted(events) == [
        ("N1", "taken"),
        ("N2", "repeated"),
        ("N2", "taken"),
        ("N3", "taken"),
    ]


def test_two_equal_payments_without_numbers_are_two_and_told_again_still_two() -> None:
    order = three_rates()
    told = Told("10.00", order.reference)
    take_in(statement(told, told))
    take_in(statement(told, told, kind="054"))
    assert on(LedgerAccount.BANK) == 20


def test_the_details_count_and_the_sum_of_them_does_not() -> None:
    order = three_rates()
    parts = (Told("10.00", order.reference, number="N1"), Told("20.00", number="N2"))
    take_in(camt(entry(*parts, number="SUM"), kind="054"))
    take_in(camt(entry(*parts, number="SUM", details=False)))

    assert on(LedgerAccount.BANK) == 30
    assert ("listed", Why.SUM) in states()


def test_a_list_after_a_statement_of_the_same_day_counts_nothing_twice() -> None:
    order = three_rates()
    told = [Told("10.00", order.reference, number=f"A{n}") for n in range(2)]
    take_in(statement(*told))
    take_in(reference_list(*(Told("10.00", order.reference, number=f"B{n}") for n in range(3))))

    # Two are the same, the third is one that the statement has not told of.
    assert on(LedgerAccount.BANK) == 30
    assert [why for _state, why in states()].count(Why.TWIN) == 2


def test_a_number_that_the_bank_uses_again_is_somebodys_to_look_at() -> None:
    order = three_rates()
    take_in(statement(Told("10.00", order.reference, number="N1")))
    take_in(statement(Told("10.00", order.reference, number="N1", day=DAY + timedelta(days=1))))
    assert states() == [("matched", ""), ("open", Why.SAME_NUMBER)]
    assert (on(LedgerAccount.BANK), on(LedgerAccount.UNKNOWN)) == (20, -10)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_with_the_same_file_count_it_once() -> None:
    order = three_rates()
    content = statement(
        Told("100.00", order.reference, number="N1"),
        Told("89.40", order.reference, number="N2"),
        Told("7.00", number="N3"),
        Told("8.00"),
    )
    results = at_once([partial(take_in, content)] * 8)

    assert [each for each in results if isinstance(each, Exception)] == []
    assert on(LedgerAccount.BANK) == TOTAL + 15
    assert on(LedgerAccount.UNKNOWN) == -15
    assert BankEntry.objects.count() == 4
    assert Invoice.objects.count() == 1
    assert list(findings()) == []


@pytest.mark.django_db(transaction=True)
def test_two_files_that_overlap_at_once_count_each_payment_once() -> None:
    orders = [three_rates() for _each in range(3)]
    told = [Told("10.00", order.reference, number=f"N{n}") for n, order in enumerate(orders)]
    files = [statement(*told), statement(*reversed(told), kind="054", version="08")]
    results = at_once([partial(take_in, content) for content in files * 2])

    assert [each for each in results if isinstance(each, Exception)] == []
    assert on(LedgerAccount.BANK) == 30


def test_who_is_stopped_midway_leaves_whole_entries_and_goes_on_from_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = three_rates()
    content = statement(*(Told("10.00", order.reference, number=f"N{n}") for n in range(4)))
    file = upload(content=content, file_name="x", by=None, at=NOON)
    real, calls = confirm_payment, list[Any]()

    def stopped(**facts: Any) -> Payment:
        calls.append(facts)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(**facts)

    monkeypatch.setattr("orders.banking.operations.confirm_payment", stopped)
    with pytest.raises(KeyboardInterrupt):
        count_file(file_id=file.pk, at=NOON)
    assert (BankEntry.objects.count(), Payment.objects.count(), on(LedgerAccount.BANK)) == (
        2,
        2,
        20,
    )
    with pytest.raises(NotNow):
        discard(file=file)

    file = count_file(file_id=file.pk, at=NOON)

    assert (file.state, file.content, file.known) == ("counted", None, 0)
    assert (Payment.objects.count(), on(LedgerAccount.BANK)) == (4, 40)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_known", [True, False])
def test_files_of_two_kinds_at_once_count_their_twins_once(*, is_known: bool) -> None:
    orders = [three_rates() for _each in range(3)]
    references = [order.reference for order in orders] if is_known else ["1232", "1245", "1258"]
    here, there = (
        [Told("10.00", each, number=f"{kind}{n}") for n, each in enumerate(references)]
        for kind in "AB"
    )
    files = [statement(*here), reference_list(*reversed(there))]
    results = at_once([partial(take_in, content) for content in files])

    assert [each for each in results if isinstance(each, Exception)] == []
    assert [why for _state, why in states()].count(Why.TWIN) == 3
    assert on(LedgerAccount.BANK) == 30


@pytest.mark.django_db(transaction=True)
def test_a_twin_that_is_being_written_down_is_waited_for() -> None:
    here, there = (Told("10.00", "1232", number=number) for number in "AB")
    held_up(partial(take_in, statement(here)), partial(take_in, reference_list(there)))

    assert states() == [("open", Why.UNKNOWN_REFERENCE), ("listed", Why.TWIN)]
    assert (on(LedgerAccount.BANK), on(LedgerAccount.UNKNOWN)) == (10, -10)


# --- The work list


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (Told("10.00"), Why.NO_REFERENCE),
        (Told("10.00", message="Kiitos Anna"), Why.NO_REFERENCE),
        (Told("10.00", "12345"), Why.BAD_REFERENCE),
        (Told("10.00", "RF471234567"), Why.BAD_REFERENCE),
        (Told("10.00", "1232"), Why.UNKNOWN_REFERENCE),
    ],
)
def test_what_finds_no_order_waits_and_is_in_the_books_at_once(told: Told, why: Why) -> None:
    take_in(statement(told))

    assert states() == [("open", why)]
    assert (on(LedgerAccount.BANK), on(LedgerAccount.UNKNOWN)) == (10, -10)
    assert not Payment.objects.exists()


def test_another_currency_waits_and_is_in_no_books(bertil: Account) -> None:
    order = three_rates()
    take_in(statement(Told("10.00", order.reference, currency="SEK")))

    assert states() == [("open", Why.CURRENCY)]
    assert not Entry.objects.exists()
    with pytest.raises(NotInEuros):
        match(entry=the_entry(), order=order, at=NOON, by=bertil)
    to_return(entry=the_entry(), at=NOON, by=bertil)
    returned(entry=the_entry(), at=NOON, by=bertil)
    assert not Entry.objects.exists()


def test_a_correction_of_the_bank_takes_out_of_the_books_what_it_takes_back() -> None:
    take_in(reference_list(Told("10.00", "1232", number="1")))
    take_in(reference_list(Told("10.00", "1232", number="1", reversal=True)))

    # Both bear the bank's one number; what tells them apart is which way the money went.
    told = BankEntry.objects.order_by("-is_credit").values_list("is_credit", "state", "why")
    assert list(told) == [(True, "open", Why.UNKNOWN_REFERENCE), (False, "open", Why.REVERSAL)]
    assert on(LedgerAccount.BANK) == on(LedgerAccount.UNKNOWN) == 0


def test_staff_match_by_hand_and_the_money_moves_from_unknown_to_the_buyer(
    bertil: Account,
) -> None:
    order = three_rates()
    take_in(statement(Told("200.00")))

    match(entry=the_entry(), order=order, at=NOON, by=bertil)

    entry = the_entry()
    assert (entry.state, entry.order, entry.why) == ("matched", order, Why.NO_REFERENCE)
    assert again(order).payment_status == PaymentStatus.PAID
    posted = Entry.objects.get(kind=Entry.Kind.MATCH).postings.order_by("pk")
    assert [(each.account, each.amount) for each in posted] == [
        ("unknown", Decimal("200.00")),
        ("receivable", -TOTAL),
        ("owed", TOTAL - 200),
    ]
    assert (on(LedgerAccount.BANK), on(LedgerAccount.UNKNOWN)) == (200, 0)
    assert list(entry.steps.values_list("state", "staff")) == [
        ("open", None),
        ("matched", bertil.pk),
    ]
    with pytest.raises(NotNow):
        match(entry=entry, order=order, at=NOON, by=bertil)


@pytest.mark.django_db(transaction=True)
def test_two_of_the_staff_who_match_at_once_count_it_once() -> None:
    orders = [three_rates(), three_rates()]
    take_in(statement(Told("50.00")))
    results = at_once(
        [partial(match, entry=the_entry(), order=order, at=NOON, by=None) for order in orders]
    )

    assert sorted(type(each).__name__ for each in results) == ["BankEntry", "NotNow"]
    assert sum(to_pay(order) for order in orders) == 2 * TOTAL - 50


def test_money_that_is_paid_back_leaves_the_books_when_it_has_left_the_bank(
    bertil: Account,
) -> None:
    take_in(statement(Told("10.00", number="N1")))
    to_return(entry=the_entry(), at=NOON, by=bertil)
    assert on(LedgerAccount.UNKNOWN) == -10
    look_again(entry=the_entry(), at=NOON, by=bertil)
    to_return(entry=the_entry(), at=NOON, by=bertil)

    take_in(statement(Told("10.00", number="N2", credit=False)))

    assert states() == [("returned", Why.NO_REFERENCE), ("listed", Why.OUTGOING)]
    assert on(LedgerAccount.BANK) == on(LedgerAccount.UNKNOWN) == 0


def test_what_is_nothing_of_the_shops_leaves_its_books(bertil: Account) -> None:
    take_in(statement(Told("10.00", message="Korko")))
    not_ours(entry=the_entry(), at=NOON, by=bertil)
    assert on(LedgerAccount.BANK) == on(LedgerAccount.UNKNOWN) == 0
    with pytest.raises(NotNow):
        to_return(entry=the_entry(), at=NOON, by=bertil)


def test_the_database_keeps_entries_as_the_bank_told_them(bertil: Account) -> None:
    take_in(statement(Told("10.00")))
    for change in (
        {"amount": 5},
        {"state": "returned"},
        {"state": "matched"},
        {"key": "x"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            BankEntry.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        the_entry().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        BankFile.objects.get().delete()


# --- Money that went


def test_a_refund_is_settled_by_its_sum_and_the_orders_number(bertil: Account) -> None:
    order = three_rates()
    take_in(statement(Told(str(TOTAL), order.reference, number="N1")))
    cancel_order(order=again(order), at=NOON)
    [refund] = ask_refunds(order=order, at=NOON)
    other = Told(str(TOTAL), message="Vuokra 12345678", number="N2", credit=False)
    less = Told("5.00", message=f"Palautus {order.number}", number="N3", credit=False)
    ours = Told(str(TOTAL), message=f"Palautus {order.number}", number="N4", credit=False)

    take_in(statement(other, less))
    assert Refund.objects.get().state == RefundState.NEW
    take_in(statement(ours))

    assert Refund.objects.get().state == RefundState.DONE
    assert again(order).payment_status == PaymentStatus.REFUNDED
    assert BankEntry.objects.get(refund=refund).state == EntryState.SETTLED
    assert on(LedgerAccount.BANK) == on(LedgerAccount.OWED) == 0


def owed_twice() -> tuple[Order, list[Refund]]:
    """Let an order be paid twice by bank and be off: two equal refunds wait."""
    order = three_rates()
    take_in(statement(*(Told(str(TOTAL), order.reference, number=f"N{n}") for n in "12")))
    cancel_order(order=again(order), at=NOON)
    return order, ask_refunds(order=order, at=NOON)


def sent_back(order: Order, number: str) -> bytes:
    return statement(
        Told(str(TOTAL), message=f"Palautus {order.number}", number=number, credit=False)
    )


@pytest.mark.django_db(transaction=True)
def test_a_refund_that_is_settled_between_look_and_lock_leaves_the_next_one_to_the_bank() -> None:
    order, refunds = owed_twice()
    held_up(
        partial(take_in, sent_back(order, "N3")),
        partial(take_in, sent_back(order, "N4")),
    )

    assert Refund.objects.filter(state=RefundState.DONE).count() == 2
    settled = BankEntry.objects.filter(state=EntryState.SETTLED)
    assert {each.refund for each in settled} == set(refunds)
    assert on(LedgerAccount.BANK) == on(LedgerAccount.OWED) == 0


@pytest.mark.django_db(transaction=True)
def test_an_entry_does_not_claim_a_refund_that_staff_have_counted_meanwhile() -> None:
    order, refunds = owed_twice()
    take_in(sent_back(order, "N3"))
    [left] = Refund.objects.filter(pk__in=[each.pk for each in refunds], state=RefundState.NEW)
    held_up(
        partial(settle_refund, refund=left, at=NOON),
        partial(take_in, sent_back(order, "N4")),
    )

    entry = BankEntry.objects.get(number="N4")
    assert (entry.state, entry.why, entry.refund) == ("listed", Why.OUTGOING, None)
    assert on(LedgerAccount.BANK) == on(LedgerAccount.OWED) == 0
    assert list(findings()) == []


# --- Foretold


def test_what_a_file_would_do_is_told_without_doing_it(
    django_assert_max_num_queries: Any,
) -> None:
    full, part, off = three_rates(), three_rates(), three_rates()
    cancel_order(order=off, at=NOON)
    take_in(statement(Told("1.00", number="N0")))
    told = [
        Told("1.00", number="N0"),
        Told(str(TOTAL), full.reference, number="N1"),
        Told("1.00", full.reference, number="N2"),
        Told("100.00", part.reference, number="N3"),
        Told("100.00", part.reference, number="N4"),
        Told("1.00", off.reference, number="N5"),
        Told("1.00", "1232", number="N6"),
        Told("1.00", number="N7", credit=False),
    ]
    before = Posting.objects.count()

    with django_assert_max_num_queries(6):
        seen = foresee(read(statement(*told)))

    assert [each.fate for each in seen.entries] == [
        Fate.KNOWN,
        Fate.FULL,
        Fate.OWED,
        Fate.PART,
        Fate.OVER,
        Fate.OWED,
        Fate.OPEN,
        Fate.LISTED,
    ]
    assert seen.entries[1].order_number == full.number
    assert {heap.fate: (heap.count, heap.sum) for heap in seen.heaps}[Fate.OWED] == (2, Decimal(2))
    assert (Posting.objects.count(), BankEntry.objects.count()) == (before, 1)


def test_a_file_can_be_let_go_before_it_is_counted() -> None:
    file = upload(content=statement(Told("1.00")), file_name="x", by=None, at=NOON)
    discard(file=file)
    assert not BankFile.objects.exists()


# --- The command


def test_the_command_counts_and_its_dry_run_does_not(tmp_path: Path) -> None:
    order = three_rates()
    path = tmp_path / "tiliote.xml"
    path.write_bytes(statement(Told(str(TOTAL), order.reference), Told("1.00")))
    said = StringIO()

    call_command("import_statement", path, "--dry-run", stdout=said)
    assert not BankFile.objects.exists()
    assert "     1        189.40  Pays its order" in said.getvalue()
    call_command("import_statement", path, stdout=said)
    assert "2 counted, 0 known already" in said.getvalue()
    call_command("import_statement", path, stdout=said)
    assert "has been counted before" in said.getvalue()
    assert on(LedgerAccount.BANK) == TOTAL + 1


def test_the_command_refuses_what_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(camt(entry(Told("1.00")), iban="FI3715903000000776"))
    with pytest.raises(CommandError, match="not ours: FI37 1590 3000 0007 76"):
        call_command("import_statement", path)


# --- Forgetting


def test_who_paid_is_found_with_the_buyer_and_goes_when_the_order_is_done() -> None:
    card = member("anna@example.fi")
    order = order_of(card, "anna@example.fi")
    take_in(statement(Told("12.55", order.reference, message="Terveisin Anna")))

    erase(subject_of(cards=[card.pk]), at=NOON)
    assert BankEntry.objects.get(order=order).payer_name == "Virtanen Anna"
    deliver_order(order=again(order), at=NOON)
    sweep(at=NOON + timedelta(days=15))

    mine = BankEntry.objects.get(order=order)
    assert (mine.payer_name, mine.payer_account, mine.message) == ("", "", "")
    assert mine.amount == Decimal("12.55")


def test_who_paid_for_nothing_known_stays_until_it_is_dealt_with() -> None:
    take_in(statement(Told("1.00", name="Celia Lindström")))
    sweep(at=NOON + timedelta(days=400))
    assert the_entry().payer_name == "Celia Lindström"

    not_ours(entry=the_entry(), at=NOON, by=None)
    sweep(at=NOON + timedelta(days=400))
    assert the_entry().payer_name == ""


def test_a_file_that_nobody_counts_loses_its_content_and_can_come_again() -> None:
    content = statement(Told("1.00"))
    upload(content=content, file_name="x", by=None, at=NOON)
    sweep(at=NOON + timedelta(days=9))
    assert BankFile.objects.get().content is None

    take_in(content)
    assert on(LedgerAccount.BANK) == 1
