"""Staff bring in the bank's files and match what found no order; nobody else does."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from customers.models import Account
from orders.banking import admin as pages
from orders.banking.models import BankEntry, BankFile
from orders.banking.tasks import count_bank_file
from orders.books.models import LedgerAccount, Posting
from orders.payments.models import Payment
from orders.sales.models import Order
from orders.sales.states import PaymentStatus
from privacy.reading.models import Reading
from soluto_shop.staff_groups import ensure_groups
from tests.doors import let_in
from tests.factories import AccountFactory, StaffFactory
from tests.orders.banking.files import BANK, Told, camt, entry, statement
from tests.orders.money_matters import TOTAL, three_rates

pytestmark = pytest.mark.django_db

ADD = "/admin/orders/bankfile/add/"
FILES = "/admin/orders/bankfile/"
ENTRIES = "/admin/orders/bankentry/"


@pytest.fixture(autouse=True)
def our_account(settings: Any) -> None:
    settings.BANK_ACCOUNT = BANK
    ensure_groups()


@pytest.fixture
def clerk() -> Account:
    return StaffFactory.create(role="accountant", is_superuser=False, full_name="Bertil Ek")


@pytest.fixture
def staff(client: Client, clerk: Account) -> Client:
    return let_in(client, clerk)


def send(client: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("tiliote.xml", content)
    return client.post(ADD, {"file": file}, follow=True)


def page_of(entry: BankEntry) -> str:
    return f"{ENTRIES}{entry.pk}/change/"


def deed(client: Client, entry: BankEntry, deed: str, **said: str) -> Any:
    address = f"{ENTRIES}{entry.pk}/deed/"
    return client.post(address, {"deed": deed, **said}, follow=True)


def waiting(client: Client, *told: Told) -> BankEntry:
    send(client, statement(*told))
    client.post(f"{FILES}{BankFile.objects.get().pk}/count/")
    return BankEntry.objects.get()


def test_a_file_is_looked_at_before_it_is_counted(staff: Client) -> None:
    order = three_rates()
    content = statement(Told(str(TOTAL), order.reference, number="N1"), Told("7.00", number="N2"))

    said = send(staff, content).content.decode()

    assert "Maksaa tilauksensa" in said
    assert "Menee selvitettäviin" in said
    assert order.number in said
    assert "Virtanen" not in said
    assert not BankEntry.objects.exists()
    file = BankFile.objects.get()
    said = staff.post(f"{FILES}{file.pk}/count/", follow=True).content.decode()
    assert "Kohdistettu tilaukselle" in said
    assert Order.objects.get().payment_status == PaymentStatus.PAID
    assert "on kirjattu jo aiemmin" in send(staff, content).content.decode()
    assert Payment.objects.count() == 1


def test_a_file_that_is_not_ours_is_refused_with_its_line(staff: Client) -> None:
    said = send(staff, camt(entry(Told("1.00")), iban="FI3715903000000776")).content.decode()

    assert "rivi 5: Tiedosto koskee tiliä, joka ei ole meidän: FI37 1590 3000 0007 76." in said
    assert not BankFile.objects.exists()


def test_what_could_not_be_read_is_listed(staff: Client) -> None:
    bad = entry(Told("7.00")).replace(">7.00<", ">x<")
    said = send(staff, camt(entry(Told("1.00")), bad)).content.decode()
    assert "rivi 6, Amt" in said
    assert "Tämä ei ole rahamäärä." in said


def test_a_file_is_let_go_uncounted(staff: Client) -> None:
    send(staff, statement(Told("1.00")))
    staff.post(f"{FILES}{BankFile.objects.get().pk}/discard/")
    assert not BankFile.objects.exists()


def test_a_counted_file_cannot_be_let_go(staff: Client) -> None:
    waiting(staff, Told("1.00"))
    staff.post(f"{FILES}{BankFile.objects.get().pk}/discard/")
    assert BankFile.objects.exists()


def test_a_long_file_is_the_workers(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_AT_ONCE", 1)
    send(staff, statement(Told("1.00", number="N1"), Told("2.00", number="N2")))
    file = BankFile.objects.get()

    staff.post(f"{FILES}{file.pk}/count/")
    assert not BankEntry.objects.exists()

    count_bank_file(str(file.pk))
    count_bank_file(str(file.pk))
    assert Posting.objects.on(LedgerAccount.BANK).balance() == 3


def test_an_entry_is_matched_by_either_number_of_an_order(staff: Client, clerk: Account) -> None:
    order = three_rates()
    found = waiting(staff, Told(str(TOTAL), message="Kiitos"))
    said = staff.get(page_of(found)).content.decode()
    assert "Virtanen Anna" in said
    assert order.number in said  # an unpaid order of the very sum

    said = deed(staff, found, "match", order_number="99999999").content.decode()
    assert 'value="99999999"' in said
    assert "Tällä numerolla ei ole tilausta." in said
    deed(staff, found, "match", order_number=f" {order.reference[:4]} {order.reference[4:]}")

    found.refresh_from_db()
    assert (found.state, found.order) == ("matched", order)
    assert list(found.steps.values_list("staff", flat=True)) == [None, clerk.pk]
    assert Order.objects.get().payment_status == PaymentStatus.PAID


def test_money_is_marked_to_go_back_and_as_gone(staff: Client) -> None:
    found = waiting(staff, Told("7.00"))
    for step, state in (
        ("to_return", "to_return"),
        ("look_again", "open"),
        ("to_return", "to_return"),
        ("returned", "returned"),
    ):
        deed(staff, found, step)
        found.refresh_from_db()
        assert found.state == state
    assert Posting.objects.on(LedgerAccount.UNKNOWN).balance() == 0

    said = deed(staff, found, "not_ours").content.decode()
    assert "on muuttunut sillä välin" in said
    assert BankEntry.objects.get().state == "returned"


def test_nothing_but_a_deed_is_done(staff: Client) -> None:
    found = waiting(staff, Told("7.00"))
    assert deed(staff, found, "steal").status_code == 200
    assert BankEntry.objects.get().state == "open"


def test_another_currency_is_told_not_counted(staff: Client) -> None:
    order = three_rates()
    found = waiting(staff, Told("7.00", currency="SEK"))
    said = deed(staff, found, "match", order_number=order.number).content.decode()
    assert "toisessa valuutassa" in said
    assert not Payment.objects.exists()


def test_looks_at_who_paid_are_written_down_and_at_files_are_not(staff: Client) -> None:
    found = waiting(staff, Told("7.00"))
    staff.get(FILES)
    assert not Reading.objects.exists()
    staff.get(page_of(found))
    assert Reading.objects.get().table == "orders.BankEntry"


def test_the_work_list_is_found_from_the_start_page(staff: Client) -> None:
    waiting(staff, Told("7.00"))
    said = staff.get("/admin/").content.decode()
    assert "1 maksu odottaa kohdistamista tai palautusta." in said


def test_lists_ask_as_much_for_thirty_entries_as_for_three(
    staff: Client, django_assert_max_num_queries: Any
) -> None:
    order = three_rates()
    send(staff, statement(*(Told("1.00", order.reference, number=f"N{n}") for n in range(30))))
    file = BankFile.objects.get()
    with django_assert_max_num_queries(25):
        staff.get(f"{FILES}{file.pk}/change/")
    staff.post(f"{FILES}{file.pk}/count/")
    with django_assert_max_num_queries(25):
        staff.get(f"{FILES}{file.pk}/change/")
    with django_assert_max_num_queries(25):
        staff.get(ENTRIES)
    assert Posting.objects.on(LedgerAccount.BANK).balance() == Decimal(30)


def test_celia_and_staff_without_the_role_see_nothing_of_it(staff: Client) -> None:
    found = waiting(staff, Told("7.00"))
    file = BankFile.objects.get()
    care = let_in(Client(), StaffFactory.create(role="care", is_superuser=False))
    celia = let_in(Client(), AccountFactory.create(email="celia@example.fi"))
    for other, status in ((care, 403), (celia, 302)):
        for address in (FILES, ADD, ENTRIES, page_of(found), f"{FILES}{file.pk}/change/"):
            assert other.get(address).status_code == status, address
        for address in (f"{FILES}{file.pk}/count/", f"{ENTRIES}{found.pk}/deed/"):
            answer = other.post(address, {"deed": "not_ours"})
            assert answer.status_code == status, address
    assert BankEntry.objects.get().state == "open"
