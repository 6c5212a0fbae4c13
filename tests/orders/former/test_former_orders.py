"""Orders of a former shop: history that is read, and that no stock and no ledger knows."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Account, Customer
from orders.books.models import Entry, Posting
from orders.former.models import FormerOrder
from orders.former.operations import import_former_orders
from orders.invoicing.models import Invoice
from orders.sales.models import Order
from orders.stock.models import Movement, Reservation
from privacy.erase import erase
from privacy.intake.models import Intake
from privacy.intake.people import PeopleReport
from privacy.intake.taking import Wish
from privacy.provenance.models import Provenance, SourceNotice
from privacy.subject import subject_of
from privacy.sweep import sweep
from privacy.telling.holdings import holdings_of
from tests.conftest import NOON
from tests.doors import let_in, prove_email, seen_by
from tests.factories import CustomerFactory
from tests.privacy.lives import login_of, member

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parents[2] / "data" / "moving"
HISTORY, FORMER = "/tili/tilaukset/", "/tili/tilaukset/entiset/"


def bring(file: str | Path, **said: Any) -> PeopleReport:
    path = FILES / file if isinstance(file, str) else file
    return import_former_orders(path, Wish(**said), at=NOON)


def told(report: PeopleReport) -> list[tuple[str, int, str]]:
    return [(issue.code, issue.line, issue.column) for issue in report.issues]


def guest_order(email: str, number: str = "9001") -> FormerOrder:
    return FormerOrder.objects.create(
        email=email,
        shop="Vanha kauppa",
        number=number,
        placed_date=date(2024, 3, 5),
        lines="1 × Muki",
        total=Decimal("9.50"),
        brought_in_at=NOON,
    )


def test_our_own_file_goes_in_with_its_rows_gathered_and_bad_ones_told() -> None:
    anna = member("anna@example.fi")
    report = bring("orders-own.csv", party="Vanha kauppa Oy")

    first, second = FormerOrder.objects.order_by("number")
    assert (first.customer, first.email, first.shop) == (anna, "", "Vanha kauppa Oy")
    assert (first.number, first.placed_date) == ("1001", date(2024, 3, 5))
    assert first.things == ["2 × Lamppu, 19,80 €", "1 × Toimitus, 4,90 €"]
    assert (first.total, first.total_vat) == (Decimal("24.70"), Decimal("4.78"))
    assert (second.customer, second.email) == (None, "vieras@example.fi")
    assert (second.placed_date, second.total_vat) == (date(2024, 4, 5), None)
    assert told(report) == [("not_a_date", 5, "date")]
    assert report.dropped["number"] == {"too_old": 1}  # of 2010
    assert set(Provenance.objects.values_list("row", flat=True)) == {first.pk}
    assert SourceNotice.objects.get().card == anna


@pytest.mark.parametrize(
    ("file", "number", "things", "dropped", "problems"),
    [
        (
            "orders-woocommerce-items.csv",
            "2001",
            ["2 × Lamppu", "1 × Muki"],
            ("customer note", {"identity": 2}),
            [],
        ),
        (
            "orders-woocommerce-lines.csv",
            "3001",
            ["2 × Lamppu, 19,80 €", "1 × Muki, 4,90 €"],
            ("billing_phone", {"not_needed": 2}),
            [("not_in_euros", 3, "order_currency")],
        ),
        (
            "orders-shopify.csv",
            "#4001",
            ["2 × Lamppu", "1 × Muki"],
            ("notes", {"identity": 1}),
            [],
        ),
        (
            "orders.json",
            "5001",
            ["2 × Lamppu", "1 × Muki"],
            ("customer_note", {"identity": 1}),
            [("not_in_euros", 11, "currency"), ("missing", 16, "product")],
        ),
    ],
)
def test_what_other_shops_export_goes_in_without_what_history_needs_not(
    file: str,
    number: str,
    things: list[str],
    dropped: tuple[str, dict[str, int]],
    problems: list[tuple[str, int, str]],
) -> None:
    report = bring(file)

    order = FormerOrder.objects.get()
    assert (order.number, order.things, order.total) == (number, things, Decimal("24.70"))
    assert order.email == "anna@example.fi"
    assert told(report) == problems
    assert report.dropped[dropped[0]] == dropped[1]
    assert "131052" not in json.dumps([report.as_json(), order.lines])


def test_history_is_neither_sold_nor_moved_nor_posted() -> None:
    bring("orders-own.csv")

    for table in (Order, Movement, Reservation, Entry, Posting, Invoice):
        assert not table._base_manager.exists(), table


def test_the_same_file_again_changes_nothing_and_what_differs_is_told(tmp_path: Path) -> None:
    bring("orders-own.csv")
    before = list(FormerOrder.objects.values())
    again = bring("orders-own.csv")
    other = tmp_path / "toinen.csv"
    other.write_text((FILES / "orders-own.csv").read_text().replace("Muki,1", "Kuppi,1"))
    differing = bring(other)

    assert list(FormerOrder.objects.values()) == before
    assert (again.counts["orders_new"], again.counts["orders_unchanged"]) == (0, 2)
    assert ("order_differs", 3, "") in told(differing)


def test_a_dry_run_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    call_command("import_old_orders", FILES / "orders-own.csv", dry_run=True, stdout=out)
    assert "2 new" in out.getvalue()
    assert not FormerOrder.objects.exists()
    assert not Intake.objects.exists()


def test_whose_an_order_is_an_unproved_address_does_not_say() -> None:
    account = Account.objects.create_user("anna@example.fi")
    CustomerFactory.create(account=account, email="anna@example.fi")
    for _each in range(2):
        CustomerFactory.create(account=None, email="vieras@example.fi")

    bring("orders-own.csv")

    assert {order.customer for order in FormerOrder.objects.all()} == {None}
    assert not SourceNotice.objects.exists()


def test_its_customer_sees_it_and_celia_does_not(anna: Customer, celia: Customer) -> None:
    prove_email(login_of(anna))
    bring("orders-own.csv", party="Vanha kauppa")
    client, stranger = seen_by(anna), seen_by(celia)

    assert "Tilattu entisestä kaupastamme" in client.get(HISTORY).content.decode()
    page = client.get(FORMER).content.decode()
    assert "1001" in page
    assert "2 × Lamppu, 19,80 €" in page
    assert "24,70" in page
    assert "entisestä" not in stranger.get(HISTORY).content.decode()
    assert "1001" not in stranger.get(FORMER).content.decode()
    assert Client().get(FORMER).status_code == 302


def test_a_guest_s_history_is_claimed_once_the_address_is_proved(anna: Customer) -> None:
    order = guest_order("anna@example.fi")
    client = seen_by(anna)
    client.post("/tili/tilaukset/liita/")
    order.refresh_from_db()
    assert not FormerOrder.objects.of(anna).exists()

    prove_email(login_of(anna))
    client.post("/tili/tilaukset/liita/")

    assert FormerOrder.objects.of(anna).get() == order
    order.refresh_from_db()
    assert order.email == ""


def test_it_stands_on_the_card_and_in_one_s_own_data(anna: Customer, bertil: Account) -> None:
    prove_email(login_of(anna))
    bring("orders-own.csv", party="Vanha kauppa Oy")
    desk = let_in(Client(), bertil)

    card = desk.get(reverse("admin:customers_customer_change", args=[anna.pk])).content.decode()
    assert "2 × Lamppu" in card
    held = holdings_of(subject_of(cards=[anna.pk]), at=NOON)
    [holding] = [each for each in held if each.declaration.model is FormerOrder]
    values = {value.column: value for entry in holding.entries for value in entry.values}
    assert "Lamppu" in values["lines"].said
    assert "Vanha kauppa Oy" in values["lines"].source


@pytest.mark.django_db(transaction=True)
def test_an_erasure_takes_a_customer_s_and_a_guest_s_history_along(celia: Customer) -> None:
    anna = member("anna@example.fi")
    bring("orders-own.csv")
    celias = FormerOrder.objects.create(
        customer=celia,
        shop="Vanha kauppa",
        number="7",
        placed_date=date(2024, 3, 5),
        lines="1 × Muki",
        total=1,
        brought_in_at=NOON,
    )

    erase(subject_of(cards=[anna.pk], emails=["vieras@example.fi"]), at=NOON)

    assert FormerOrder.objects.get() == celias
    assert bring("orders-own.csv").counts["orders_new"] == 0  # nor do they come back
    assert FormerOrder.objects.get() == celias


def test_after_its_time_it_goes_by_itself() -> None:
    order = guest_order("vieras@example.fi")
    mine = FormerOrder.objects.filter(pk=order.pk)

    sweep(at=NOON.replace(year=2030, month=12, day=31))
    assert mine.exists()
    sweep(at=NOON.replace(year=2031, month=1, day=1))
    assert not mine.exists()


def test_what_it_says_is_never_rewritten_and_it_has_one_owner(anna: Customer) -> None:
    order = guest_order("vieras@example.fi")
    for change in ({"total": 1}, {"lines": "x"}, {"customer": anna}, {"email": ""}):
        with pytest.raises(Exception, match=r"former_order|Cannot"), transaction.atomic():
            FormerOrder.objects.filter(pk=order.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        guest_order("toinen@example.fi")


def test_the_pages_ask_the_same_however_much_there_is(anna: Customer) -> None:
    prove_email(login_of(anna))
    client = seen_by(anna)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(FORMER).status_code == 200
        return len(queries)

    def order(count: int, start: int) -> None:
        for number in range(start, start + count):
            guest_order("anna@example.fi", str(number))
        FormerOrder.objects.update(customer=anna, email="")

    order(1, 1)
    asked()  # what is kept between pages is there afterwards
    few = asked()
    order(15, 100)
    assert asked() == few
    assert not EmailAddress.objects.filter(verified=False).exists()
