"""The contact person keeps the processors register; others look."""

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from customers.models import Account
from privacy.processors.in_force import partners_lately
from privacy.processors.models import Processor
from privacy.registry import Role, passed_to
from soluto_shop.staff_groups import GDPR_CONTACT
from tests.doors import let_in, seated_as
from tests.factories import ProcessorFactory
from tests.privacy.lives import passed_on

pytestmark = pytest.mark.django_db

LIST = "/en/admin/privacy/processor/"


def said(**changed: object) -> dict[str, object]:
    form: dict[str, object] = {
        "name": "Reipas Oy",
        "role": "carrier",
        "country": "FI",
        "purpose": "Kuljettaa lähetykset",
        "lines": ["name", "address"],
        "hosts": "API.Reipas.example\nseuranta.reipas.example.",
        "agreed_date": "2026-11-01",
        "agreement": "TKS-7",
        "erasure_email": "poistot@reipas.example",
        "erasure_how": "",
        "begins_date": f"{timezone.localdate():%Y-%m-%d}",
        "ends_date": "",
        "subs-TOTAL_FORMS": "1",
        "subs-INITIAL_FORMS": "0",
        "subs-0-name": "Terminaali AS",
        "subs-0-country": "EE",
    }
    return {**form, **changed}


def test_the_contact_person_enters_a_company() -> None:
    answer = seated_as(GDPR_CONTACT).post(f"{LIST}add/", said())

    assert answer.status_code == 302
    row = Processor.objects.get(name="Reipas Oy")
    assert row.hosts == ["api.reipas.example", "seuranta.reipas.example"]
    assert row.lines == ["name", "address"]
    assert row.subs.get().country == "EE"
    assert row.is_in_force(timezone.localdate())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"country": "US"}, "Select a valid choice"),
        ({"lines": []}, "This field is required"),
        ({"lines": ["name", "ip_address"]}, "The shop passes this to nobody of that role: IP add"),
        ({"role": "mail", "lines": ["name"]}, "What is sent to it holds this as well: Company na"),
        ({"hosts": "https://reipas.example/api"}, "is no name of a host"),
        ({"hosts": "127.0.0.1"}, "127.0.0.1 is this machine"),
        ({"agreement": ""}, "Before it is in force there is an agreement"),
        ({"agreed_date": ""}, "Before it is in force there is an agreement"),
        ({"ends_date": "2020-01-01"}, "It would end before it begins"),
        ({"subs-0-country": "US"}, "Select a valid choice"),
    ],
)
def test_what_would_not_hold_is_refused_in_words(changed: dict[str, object], words: str) -> None:
    answer = seated_as(GDPR_CONTACT).post(f"{LIST}add/", said(**changed))

    assert answer.status_code == 200
    page = answer.content.decode()
    assert words in page
    assert "Kuljettaa lähetykset" in page, "what was typed is lost"
    assert not Processor.objects.filter(name="Reipas Oy").exists()


def test_a_draft_may_be_incomplete_and_is_not_called() -> None:
    answer = seated_as(GDPR_CONTACT).post(
        f"{LIST}add/", said(begins_date="", agreed_date="", agreement="", hosts="")
    )

    assert answer.status_code == 302
    assert not Processor.objects.in_force(timezone.localdate()).exists()


def test_an_example_is_looked_at_and_let_go_but_not_altered() -> None:
    desk = seated_as(GDPR_CONTACT)
    example = Processor.objects.filter(role=Role.MAIL).get()
    address = f"{LIST}{example.pk}/change/"

    assert desk.get(address).status_code == 200
    assert desk.post(address, said()).status_code == 403
    assert desk.post(f"{LIST}{example.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Processor.objects.filter(pk=example.pk).exists()


def test_what_was_in_force_or_received_something_is_ended_and_never_deleted() -> None:
    desk = seated_as(GDPR_CONTACT)
    row, draft = ProcessorFactory.create(), ProcessorFactory.create(begins_date=None)
    passed_on(draft.pk, to=draft)

    for kept in (row, draft):
        assert desk.post(f"{LIST}{kept.pk}/delete/", {"post": "yes"}).status_code == 403
    today = f"{timezone.localdate():%Y-%m-%d}"
    form = said(ends_date=today) | {"subs-TOTAL_FORMS": "0"}
    assert desk.post(f"{LIST}{row.pk}/change/", form).status_code == 302
    assert str(Processor.objects.get(pk=row.pk).ends_date) == today


def test_others_look_or_do_not_see_it_at_all() -> None:
    row = ProcessorFactory.create(name="Reipas Oy")
    auditor = seated_as("auditor")

    assert "Reipas Oy" in auditor.get(LIST).content.decode()
    assert auditor.get(f"{LIST}{row.pk}/change/").status_code == 200
    assert auditor.post(f"{LIST}{row.pk}/change/", said()).status_code == 403
    assert auditor.get(f"{LIST}add/").status_code == 403
    assert seated_as("orders").get(LIST).status_code == 403


def test_the_list_says_who_may_be_called() -> None:
    ProcessorFactory.create(name="Reipas Oy")
    ProcessorFactory.create(name="Luonnos Oy", begins_date=None)
    desk = seated_as(GDPR_CONTACT)

    page = desk.get(LIST).content.decode()
    assert page.count("Example, never called") == 3
    in_force = desk.get(f"{LIST}?in_force=yes").content.decode()
    assert "Reipas Oy" in in_force
    assert "Luonnos Oy" not in in_force
    not_yet = desk.get(f"{LIST}?in_force=no").content.decode()
    assert "Luonnos Oy" in not_yet
    assert "Reipas Oy" not in not_yet


def test_notices_name_a_company_as_soon_as_it_is_entered() -> None:
    caches["parts"].clear()
    assert partners_lately().all == ()

    seated_as(GDPR_CONTACT).post(f"{LIST}add/", said())

    assert [each.name for each in partners_lately().all] == ["Reipas Oy"]


def test_the_duties_and_the_start_page_say_when_a_company_receives_too_much(
    bertil: Account,
) -> None:
    desk = let_in(Client(), bertil)
    assert desk.get("/healthz/duties").json()["processors"] is True
    assert "receives more than the shop" not in desk.get("/en/admin/").content.decode()

    row = ProcessorFactory.create(lines=["ip_address"])

    assert desk.get("/healthz/duties").json()["processors"] is False
    assert desk.get("/healthz/duties").status_code == 503
    assert "receives more than the shop" in desk.get("/en/admin/").content.decode()
    Processor.objects.filter(pk=row.pk).update(lines=sorted(passed_to(Role.CARRIER)))
    assert desk.get("/healthz/duties").json()["processors"] is True
