"""Who looked at whose data is written down as it happens, and stays as it was written."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.formats import date_format

from customers.admin import CustomerAdmin
from customers.models import Account, Company, Customer
from customers.sessions import SessionStore
from orders.catalogue.models import Manufacturer
from orders.sales.models import Order
from privacy.erase import erase
from privacy.outbox.operations import post
from privacy.reading.checks import every_look_is_logged, faults_of
from privacy.reading.logged import NotLogged, ReadLogged, ReadLoggedSite, show
from privacy.reading.models import Kind, Reading
from privacy.reading.operations import note_readings
from privacy.registry import registry
from privacy.subject import rows_of, subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.factories import CompanyFactory, CustomerFactory, MembershipFactory, StaffFactory
from tests.privacy.lives import login_of, member, order_of

pytestmark = pytest.mark.django_db

CARDS = "/admin/customers/customer/"
ORDERS = "/admin/orders/order/"


@pytest.fixture
def anna() -> Customer:
    return member("anna@example.fi")


@pytest.fixture
def celia() -> Customer:
    return member("celia@example.fi", first_name="Celia", last_name="Lindström")


@pytest.fixture
def desk(client: Client, bertil: Account) -> Client:
    return let_in(client, bertil)


def looks() -> set[tuple[str, str, Any]]:
    return set(Reading.objects.values_list("table", "kind", "about"))


def note(about: Any, clerk: Account, **facts: Any) -> Reading:
    said = {"kind": Kind.DETAIL, "table": "orders.Order", "at": NOON, **facts}
    note_readings(staff=clerk, numbers=[about], **said)
    return Reading.objects.order_by("-pk")[0]


def test_ac_05_a_card_that_is_opened_is_noted_with_who_when_and_how(
    desk: Client, anna: Customer, celia: Customer, bertil: Account
) -> None:
    before = timezone.now()
    desk.get(f"{CARDS}{anna.pk}/change/")

    reading = Reading.objects.get()
    assert (reading.staff, reading.about) == (bertil, anna.pk)
    assert (reading.table, reading.kind) == ("customers.Customer", Kind.DETAIL)
    assert before <= reading.at <= timezone.now()
    assert (reading.role, reading.reason) == ("owner", "")


def test_of_a_list_the_rows_that_stand_on_the_page_are_noted(desk: Client) -> None:
    CustomerFactory.create_batch(60)

    desk.get(CARDS)
    first = set(Reading.objects.values_list("about", flat=True))
    desk.get(f"{CARDS}?p=2")

    assert len(first) == 50
    rest = Reading.objects.exclude(about__in=first)
    assert rest.count() == 10
    assert {reading.kind for reading in Reading.objects.all()} == {Kind.LIST}


def test_a_search_is_noted_as_one_and_its_words_are_not_kept(
    desk: Client, anna: Customer, celia: Customer
) -> None:
    desk.get(CARDS, {"q": "anna@example.fi"})

    assert looks() == {("customers.Customer", Kind.SEARCH, anna.pk)}
    said = str(list(Reading.objects.values()))
    assert "anna" not in said


def test_a_search_that_finds_nobody_is_noted_too(desk: Client, anna: Customer) -> None:
    desk.get(CARDS, {"q": "nobody@example.fi"})

    assert looks() == {("customers.Customer", Kind.SEARCH, None)}


def test_an_empty_list_and_an_empty_form_show_nobody(desk: Client) -> None:
    for address in (ORDERS, f"{CARDS}add/", "/admin/customers/company/add/"):
        assert desk.get(address).status_code == 200
    assert not Reading.objects.exists()


def test_the_order_desk_notes_the_order(desk: Client, anna: Customer) -> None:
    mine = order_of(anna, "anna@example.fi")
    guest = order_of(None, "bea@example.fi")

    desk.get(f"{ORDERS}{mine.pk}/change/")
    desk.post(f"{ORDERS}{guest.pk}/step/", {"step": "pay"})  # sends on, and shows nothing

    assert looks() == {("orders.Order", Kind.DETAIL, mine.pk)}


def test_histories_letters_and_logs_are_noted_under_their_person(
    desk: Client, anna: Customer, celia: Customer
) -> None:
    order = order_of(anna, "anna@example.fi")
    letter = post(
        to="anna@example.fi",
        language="fi",
        kind="x",
        subject="x",
        text="x",
        html="x",
        at=NOON,
        about=order.pk,
    )
    Reading.objects.all()

    desk.get(f"{CARDS}{anna.pk}/history/")
    desk.get(f"/admin/privacy/letter/{letter.pk}/html/")

    assert looks() == {
        ("customers.Customer", Kind.HISTORY, anna.pk),
        ("privacy.Letter", Kind.FILE, order.pk),
        ("privacy.Letter", Kind.FILE, login_of(anna).pk),
    }


def test_who_stands_beneath_a_row_is_noted_as_well(
    desk: Client, anna: Customer, celia: Customer
) -> None:
    MembershipFactory.create(customer=anna)

    desk.get(f"{CARDS}{anna.pk}/change/")

    assert looks() == {
        ("customers.Customer", Kind.DETAIL, anna.pk),
        ("customers.Membership", Kind.DETAIL, anna.pk),
    }


def test_a_form_that_comes_back_with_faults_is_a_look_too(desk: Client, anna: Customer) -> None:
    answer = desk.post(f"{CARDS}{anna.pk}/change/", {"email": "anna@example.fi", "phone": "x"})

    assert answer.status_code == 200
    assert ("customers.Customer", Kind.DETAIL, anna.pk) in looks()


def test_the_password_page_names_its_account_and_is_noted(desk: Client, anna: Customer) -> None:
    account = login_of(anna)
    page = desk.get(f"/admin/customers/account/{account.pk}/password/")

    assert "anna@example.fi" in page.content.decode()
    assert looks() == {("customers.Account", Kind.DETAIL, account.pk)}


def test_the_number_of_queries_does_not_grow_with_the_list(desk: Client) -> None:
    counts = []
    desk.get(CARDS)
    for more in (3, 40):
        CustomerFactory.create_batch(more)
        Reading.objects.all()
        with CaptureQueriesContext(connection) as asked:
            desk.get(CARDS)
        counts.append(len(asked))
        written = [each for each in asked if 'INSERT INTO "privacy_reading"' in each["sql"]]
        assert len(written) == 1
    assert counts[0] == counts[1]


def test_what_cannot_be_written_down_is_not_shown(
    desk: Client, anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(Reading.objects, "bulk_create", refuse)
    desk.raise_request_exception = False

    for address in (CARDS, f"{CARDS}{anna.pk}/change/", f"{CARDS}{anna.pk}/history/"):
        answer = desk.get(address)
        assert answer.status_code == 500
        assert "anna@example.fi" not in answer.content.decode()
        assert "Virtanen" not in answer.content.decode()


class Reports(ReadLogged, ModelAdmin[Customer]):
    """A page with views of its own that show people."""

    looks = {"label": Kind.PRINT}

    def label(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return HttpResponse("anna@example.fi")

    def everybody(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("anna@example.fi")

    def some(self, request: HttpRequest) -> HttpResponse:
        show(request, Customer.objects.filter(first_name="Anna"), kind=Kind.PRINT, reason="To post")
        return HttpResponse("anna@example.fi")


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> Reports:
    site = ReadLoggedSite("reports")
    monkeypatch.setattr(site, "has_permission", lambda _request: True)
    return Reports(Customer, site)


def test_a_view_that_does_not_say_whom_it_shows_gives_no_answer(
    anna: Customer, bertil: Account, rf: RequestFactory, reports: Reports
) -> None:
    request = rf.get("/")
    request.user = bertil

    with pytest.raises(NotLogged):
        reports.admin_site.admin_view(reports.everybody)(request)


def test_a_view_of_its_own_says_whom_it_shows(
    anna: Customer, celia: Customer, bertil: Account, rf: RequestFactory, reports: Reports
) -> None:
    request = rf.get("/")
    request.user = bertil

    assert reports.admin_site.admin_view(reports.some)(request).status_code == 200

    reading = Reading.objects.get()
    assert (reading.about, reading.kind, reading.reason) == (anna.pk, Kind.PRINT, "To post")


def test_whatever_is_printed_needs_a_reason(
    anna: Customer, celia: Customer, bertil: Account, rf: RequestFactory, reports: Reports
) -> None:
    session = SessionStore()
    label = reports.admin_site.admin_view(reports.label)

    def ask(pk: UUID, **typed: str) -> Any:
        request = rf.post("/", typed) if typed else rf.get("/")
        request.user, request.session = bertil, session
        vars(request)["_dont_enforce_csrf_checks"] = True
        return label(request, pk=pk)

    assert ask(anna.pk).template_name == "admin/privacy/reason.html"
    assert not Reading.objects.exists()
    typed = {"reading-reason": "For the parcel", "reading-view": "customers.Customer/print"}
    assert ask(anna.pk, **typed).status_code == 302
    assert ask(anna.pk).content == b"anna@example.fi"
    assert ask(celia.pk).template_name == "admin/privacy/reason.html"

    reading = Reading.objects.get()
    assert (reading.about, reading.kind) == (anna.pk, Kind.PRINT)
    assert reading.reason == "For the parcel"


@pytest.mark.parametrize(
    "change",
    [
        {"about": "00000000-0000-4000-8000-000000000000"},
        {"reason": "something else"},
        {"kind": Kind.LIST},
        {"table": "customers.Customer"},
        {"role": "care"},
        {"at": NOON + timedelta(days=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_ac_05_the_database_rewrites_no_look(
    change: dict[str, Any], anna: Customer, bertil: Account
) -> None:
    note(anna.pk, bertil, reason="asked by phone")

    with pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.update(staff=StaffFactory.create())
    assert Reading.objects.get().about == anna.pk


def test_ac_05_not_even_a_superuser_has_a_page_to_take_a_look_away(
    desk: Client, anna: Customer, bertil: Account
) -> None:
    reading = note(anna.pk, bertil)

    for way in ("delete", "change"):
        answer = desk.post(f"/admin/privacy/reading/{reading.pk}/{way}/", {"post": "yes"})
        assert answer.status_code == 403
    assert desk.get("/admin/privacy/reading/add/").status_code == 403
    assert desk.post(f"/admin/customers/account/{bertil.pk}/delete/").status_code == 403
    assert Reading.objects.filter(pk=reading.pk, staff=bertil).exists()


def test_forgetting_takes_whom_and_why_and_leaves_who_when_and_how(
    anna: Customer, celia: Customer, bertil: Account
) -> None:
    order = order_of(anna, "anna@example.fi")
    mine = [note(each, bertil, reason="Anna asked") for each in (anna.pk, order.pk)]
    hers = note(celia.pk, bertil, reason="Celia asked")

    erase(subject_of(cards=[anna.pk]), at=NOON)

    for reading in mine:
        reading.refresh_from_db()
        assert (reading.about, reading.reason) == (None, "")
        assert (reading.staff, reading.at, reading.kind) == (bertil, NOON, Kind.DETAIL)
    hers.refresh_from_db()
    assert (hers.about, hers.reason) == (celia.pk, "Celia asked")


def test_after_two_years_the_sweep_takes_the_rows_away(anna: Customer, bertil: Account) -> None:
    note(anna.pk, bertil)
    note(None, bertil)
    later = note(anna.pk, bertil, at=NOON + timedelta(days=1))

    sweep(at=NOON + timedelta(days=730))
    assert Reading.objects.count() == 3
    sweep(at=NOON + timedelta(days=731))

    assert Reading.objects.get() == later
    with pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.all().delete()


def test_every_page_with_people_in_it_is_logged() -> None:
    assert every_look_is_logged(None) == []


def test_a_page_that_forgets_the_log_stops_the_start() -> None:
    class Forgetful(ModelAdmin[Customer]):
        pass

    class Beneath(ModelAdmin[Manufacturer]):
        inlines = CustomerAdmin.inlines

    class Mindful(ReadLogged, ModelAdmin[Order]):
        pass

    site = ReadLoggedSite("another")
    site.register(Customer, Forgetful)
    site.register(Manufacturer, Beneath)
    site.register(Order, Mindful)
    assert [fault.id for fault in faults_of(site)] == ["privacy.E041", "privacy.E041"]

    plain = AdminSite("plain")
    plain.register(Order, Mindful)
    assert [fault.id for fault in faults_of(plain)] == ["privacy.E042"]


def test_each_list_of_looks_goes_by_an_index(anna: Customer, bertil: Account) -> None:
    clerks = StaffFactory.create_batch(10)
    looked = {"table": "orders.Order", "kind": Kind.LIST}
    Reading.objects.bulk_create(
        Reading(
            at=NOON + timedelta(minutes=number), about=uuid4(), staff=clerks[number % 10], **looked
        )
        for number in range(4000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE privacy_reading")
    asked: dict[str, dict[str, Any]] = {
        "readings_of_person": {"about": anna.pk},
        "readings_by_staff": {"staff": bertil},
        "readings_by_time": {},
    }
    for index, where in asked.items():
        plan = Reading.objects.filter(**where).order_by("-at", "-pk")[:50].explain()
        assert index in plan, plan
        assert "Sort" not in plan, plan


def test_the_person_reads_who_looked_and_not_by_name(
    anna: Customer, celia: Customer, bertil: Account
) -> None:
    call_command("staff_groups")
    gunilla = StaffFactory.create(full_name="Gunilla Gård", is_superuser=False, role="care")
    order = order_of(anna, "anna@example.fi")
    note(order.pk, gunilla, reason="Asked where the parcel is")
    note(anna.pk, bertil, kind=Kind.SEARCH, table="customers.Customer")
    note(celia.pk, bertil, reason="Something of Celia's")

    page = seen_by(anna).get("/en/account/own-data/").content.decode()

    translation.activate("en")
    part = page[page.index("Looks at your data by our staff") :]
    for words in (
        date_format(timezone.localtime(NOON), "SHORT_DATETIME_FORMAT"),
        "Orders",
        "opened",
        "customer service",
        "Asked where the parcel is",
        "Card in the customer register",
        "found by a search",
        "administration of the shop",
    ):
        assert words.casefold() in part.casefold(), words
    for words in ("Gunilla", "Bertil", "Celia", str(order.pk), str(gunilla.pk)):
        assert words not in part


def test_the_page_shows_the_newest_looks_and_counts_the_rest(
    anna: Customer, bertil: Account
) -> None:
    for number in range(103):
        note(anna.pk, bertil, reason=f"look {number:03}", at=NOON + timedelta(minutes=number))

    page = seen_by(anna).get("/en/account/own-data/").content.decode()

    assert "look 102" in page
    assert "look 003" in page
    assert "look 002" not in page
    assert "3 older rows" in page


def test_each_look_in_whatever_language_has_words(anna: Customer, bertil: Account) -> None:
    reading = note(anna.pk, bertil, table="no.Such", kind=Kind.DETAIL)
    assert reading.get_table_display() == "no.Such"
    with translation.override("fi"):
        shown = {str(kind.label) for kind in Kind} | {reading.get_role_display()}
    with translation.override("en"):
        assert not shown & {str(kind.label) for kind in Kind}


def test_the_owner_of_a_company_alone_is_found(anna: Customer, bertil: Account) -> None:
    company = CompanyFactory.create()
    MembershipFactory.create(company=company, customer=anna)
    reading = note(company.pk, bertil, table="customers.Company")

    assert reading.pk in rows_of(subject_of(cards=[anna.pk]))[registry[Reading]]
    assert Company.objects.count() == 1
