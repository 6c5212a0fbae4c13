"""The contact person's pages of the register of breaches."""

import html
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

from customers.grants.roles import OWNER
from customers.models import Account, Customer
from privacy.breaches.affected import Seen, add_affected
from privacy.breaches.models import Affected, Breach
from privacy.breaches.operations import close_breach, open_breach
from privacy.reading.models import Kind, Reading
from privacy.reading.operations import note_readings
from soluto_shop.staff_groups import GDPR_CONTACT, GROUPS
from tests.conftest import NOON
from tests.doors import let_in, seated_as
from tests.privacy.lives import member, order_of

pytestmark = pytest.mark.django_db

LIST = "/en/admin/privacy/breach/"
WORDS = {f"letter_{code}": f"Words in {code}." for code in ("fi", "sv", "en")}


@pytest.fixture
def contact() -> Client:
    return seated_as(GDPR_CONTACT)


@pytest.fixture
def breach() -> Breach:
    return open_breach(noticed_at=timezone.now() - timedelta(hours=60), what="A laptop was stolen.")


@pytest.fixture
def anna() -> Customer:
    return member("anna@example.fi")


def own(breach: Breach, way: str) -> str:
    return f"{LIST}{breach.pk}/{way}"


def moment(name: str, at: datetime) -> dict[str, str]:
    at = timezone.localtime(at)
    return {f"{name}_0": f"{at:%Y-%m-%d}", f"{name}_1": f"{at:%H:%M:%S}"}


def typed(**changed: Any) -> dict[str, Any]:
    said = {"what": "A laptop was stolen.", "risk": "unknown", **changed}
    return {**moment("noticed_at", timezone.now() - timedelta(hours=80)), **said}


def test_only_the_contact_person_keeps_the_register(breach: Breach) -> None:
    for group in GROUPS:
        client = seated_as(group)
        expected = 200 if group in (GDPR_CONTACT, OWNER) else 403
        for address in (
            LIST,
            own(breach, "change/"),
            own(breach, "people/"),
            own(breach, "notice/"),
        ):
            assert client.get(address).status_code == expected, (group, address)
        if expected == 403:
            for way in ("tell/", "close/"):
                assert client.post(own(breach, way)).status_code == 403
            assert client.get("/en/admin/privacy/affected/").status_code == 403


def test_a_breach_is_noted_and_its_clock_is_on_list_and_page(contact: Client) -> None:
    noticed = timezone.now() - timedelta(hours=60)

    answer = contact.post(f"{LIST}add/", typed(**moment("noticed_at", noticed)))

    assert answer.status_code == 302
    breach = Breach.objects.get()
    assert breach.number == 1
    assert breach.due_at - breach.noticed_at == timedelta(hours=72)
    for address in (LIST, own(breach, "change/")):
        page = contact.get(address).content.decode()
        assert "11 hours left" in page or "12 hours left" in page
        assert "state-cancelled" in page


def test_told_late_needs_a_reason_and_nothing_typed_is_lost(
    contact: Client, breach: Breach
) -> None:
    late = moment("notified_at", timezone.now())
    said = typed(cause="It lay in a car.", **late)

    refused = contact.post(own(breach, "change/"), said)

    assert refused.status_code == 200
    assert "write why" in html.unescape(refused.content.decode())
    assert "It lay in a car." in refused.content.decode()
    breach.refresh_from_db()
    assert breach.notified_at is None
    taken = contact.post(own(breach, "change/"), {**said, "delay_reasons": "Ill."})
    assert taken.status_code == 302
    breach.refresh_from_db()
    assert breach.notified_at is not None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"risk": "high"}, "Write the reasons for the judgement."),
        ({"noticed_at_0": "2099-01-01"}, "This is in the future."),
        (
            {
                "happened_from_0": "2026-11-02",
                "happened_from_1": "10:00",
                "happened_until_0": "2026-11-01",
                "happened_until_1": "10:00",
            },
            "It cannot have ended before it began.",
        ),
    ],
    ids=["no reasons", "future", "backwards"],
)
def test_what_cannot_be_is_told_beside_the_form(
    contact: Client, breach: Breach, wrong: dict[str, str], words: str
) -> None:
    refused = contact.post(own(breach, "change/"), typed(**wrong))

    assert refused.status_code == 200
    assert words in html.unescape(refused.content.decode())


def test_the_people_are_computed_from_the_page_in_three_ways(
    contact: Client, breach: Breach, anna: Customer, bertil: Account
) -> None:
    order = order_of(anna, "anna@example.fi")
    guest = order_of(None, "bea@example.fi")
    celia = member("celia@example.fi")
    note_readings(staff=bertil, kind=Kind.DETAIL, table="orders.Order", numbers=[order.pk], at=NOON)
    page = own(breach, "people/")

    contact.post(
        page,
        {
            "how": "session",
            "session-staff": str(bertil.pk),
            **moment("session-since", NOON - timedelta(hours=1)),
            **moment("session-until", NOON + timedelta(hours=1)),
        },
    )
    assert [row.about for row in Affected.objects.all()] == [anna.pk]
    contact.post(page, {"how": "numbers", "numbers-numbers": f"{guest.number}\n{order.number}"})
    assert {row.about for row in Affected.objects.all()} == {anna.pk, guest.pk}
    contact.post(page, {"how": "tables", "tables-tables": ["customers.Customer"]})
    assert {row.about for row in Affected.objects.all()} == {anna.pk, guest.pk, celia.pk}

    breach.refresh_from_db()
    assert breach.people == 3
    assert breach.tables == {"orders.Order": 2, "customers.Customer": 2}
    shown = contact.get(own(breach, "change/")).content.decode()
    assert "Card in the customer register: 2" in shown


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({"how": "numbers", "numbers-numbers": "123456789"}, "123456789"),
        ({"how": "tables"}, ""),
        ({"how": "session", "session-since_0": "2026-11-01"}, "2026-11-01"),
    ],
    ids=["nobody", "nothing", "half"],
)
def test_a_source_that_means_nobody_is_told(
    contact: Client, breach: Breach, wrong: dict[str, str], kept: str
) -> None:
    answer = contact.post(own(breach, "people/"), wrong)

    assert answer.status_code == 200
    words = answer.content.decode()
    assert "errorlist" in words or "errornote" in words
    assert kept in words
    assert not Affected.objects.exists()


def test_looking_at_the_people_is_a_look_at_each(
    contact: Client, breach: Breach, anna: Customer
) -> None:
    add_affected(breach, {anna.pk: Seen({"orders.Order"}, NOON, NOON)}, at=NOON)

    contact.get(own(breach, "change/"))
    assert not Reading.objects.exists()
    page = contact.get(f"/en/admin/privacy/affected/?breach__id__exact={breach.pk}")

    assert str(anna.pk) in page.content.decode()
    assert Reading.objects.get().about == anna.pk


def test_the_draft_says_every_item_of_article_33(contact: Client, breach: Breach) -> None:
    anna = member("anna@example.fi")
    add_affected(breach, {anna.pk: Seen({"orders.Order"}, NOON, NOON)}, at=NOON)
    for name, value in {
        "consequences": "Strangers may write to customers.",
        "measures": "The disk was wiped from afar.",
        "cause": "It lay in a car.",
        "processor": "Laptop Service Oy",
        "risk": "risk",
        "risk_reasons": "Addresses, no passwords.",
    }.items():
        setattr(breach, name, value)
    breach.save()

    page = html.unescape(contact.get(own(breach, "notice/")).content.decode())
    answer = contact.get(own(breach, "notice.pdf"))
    paper = " ".join(
        " ".join(each.extract_text() for each in PdfReader(BytesIO(answer.content)).pages).split()
    )

    for words in (
        "33(1)",
        "33(3)(a)",
        "33(3)(b)",
        "33(3)(c)",
        "33(3)(d)",
        "A laptop was stolen.",
        "It lay in a car.",
        "about 1 person",
        "Orders: of 1 person",
        "Person's address",
        "Jani-Petteri Pohjonen",
        "gdpr@soluto.fi",
        "Strangers may write to customers.",
        "Addresses, no passwords.",
        "The disk was wiped from afar.",
        "Laptop Service Oy",
        "Not known yet",
    ):
        assert words in page, words
        assert words in paper, words
    assert b"pdfuaid" in answer.content
    assert "anna" not in page + paper


def test_the_people_are_written_to_from_the_page(
    contact: Client, breach: Breach, anna: Customer
) -> None:
    add_affected(breach, {anna.pk: Seen({"orders.Order"}, NOON, NOON)}, at=NOON)
    refused = contact.post(own(breach, "tell/"), follow=True)
    assert "only when the risk is high" in refused.content.decode()
    assert not ProcrastinateJob.objects.filter(task_name__endswith="write_to_people").exists()

    contact.post(own(breach, "change/"), typed(risk="high", risk_reasons="x", **WORDS))
    contact.post(own(breach, "tell/"))

    [job] = ProcrastinateJob.objects.filter(task_name__endswith="write_to_people")
    assert job.args == {"breach_id": str(breach.pk)}
    breach.refresh_from_db()
    assert breach.told_at is not None


def test_a_breach_is_closed_from_the_page_and_only_read_afterwards(
    contact: Client, breach: Breach
) -> None:
    left = contact.post(own(breach, "close/"), follow=True).content.decode()
    assert "Judge the risk." in left
    contact.post(own(breach, "change/"), typed(risk="none", risk_reasons="Encrypted."))
    contact.post(own(breach, "close/"))

    breach.refresh_from_db()
    assert breach.closed_at is not None
    assert contact.get(own(breach, "change/")).status_code == 200
    for address in ("change/", "people/", "tell/", "close/", "delete/"):
        assert contact.post(own(breach, address), typed()).status_code == 403, address


def test_not_even_a_superuser_takes_a_breach_away(
    client: Client, breach: Breach, bertil: Account
) -> None:
    let_in(client, bertil)

    assert client.post(own(breach, "delete/"), {"post": "yes"}).status_code == 403
    assert Breach.objects.get() == breach


def test_the_list_asks_the_same_few_questions_for_many(
    contact: Client, django_assert_max_num_queries: Any
) -> None:
    for _each in range(30):
        breach = open_breach(noticed_at=timezone.now(), what="x")
    contact.get(LIST)
    with django_assert_max_num_queries(10):
        contact.get(LIST)
    close_breach_of_no_risk(breach)


def close_breach_of_no_risk(breach: Breach) -> None:
    breach.risk, breach.risk_reasons = "none", "x"
    breach.save()
    close_breach(breach, at=timezone.now())
