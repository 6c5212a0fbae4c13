"""The history of consents for the contact person: shown, written down, and never changed."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacy.consents.models import Consent
from privacy.consents.operations import give, withdraw
from privacy.consents.purposes import For, Place
from privacy.reading.models import Reading
from privacy.subject import subject_of
from soluto_shop.staff_groups import GDPR_CONTACT, ensure_groups
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import StaffFactory
from tests.privacy.lives import login_of, member

pytestmark = pytest.mark.django_db
LIST = "/admin/privacy/consent/"


@pytest.fixture
def desk(client: Client) -> Client:
    ensure_groups()
    gunilla = StaffFactory.create(is_superuser=False)
    gunilla.groups.add(Group.objects.get(name=GDPR_CONTACT))
    return let_in(client, gunilla)


def said_yes(email: str, purpose: For) -> Consent:
    account = login_of(member(email))
    return give(purpose=purpose, account_id=account.pk, place=Place.ACCOUNT, language="fi", at=NOON)


def test_consents_are_found_by_purpose_and_state_and_each_look_is_written_down(
    desk: Client,
) -> None:
    said_yes("anna@example.fi", For.PERSONAL)
    celias = said_yes("celia@example.fi", For.NEWSLETTER)
    assert celias.account_id is not None
    withdraw(
        purpose=For.NEWSLETTER,
        subject=subject_of(accounts=[celias.account_id]),
        place=Place.ONE_CLICK,
        language="fi",
        at=NOON + timedelta(hours=1),
    )

    def shown(query: str) -> list[tuple[str, bool]]:
        rows = desk.get(f"{LIST}?{query}").context["cl"].result_list
        return [(row.account.email.partition("@")[0], row.is_given) for row in rows]

    anna, gave, took = ("anna", True), ("celia", True), ("celia", False)
    assert shown("")[0] == took
    assert set(shown("")) == {took, gave, anna}
    assert shown("state=stands") == [anna]
    assert shown("state=replaced") == [gave]
    assert shown("state=withdrawn") == [took]
    assert shown("purpose__exact=newsletter") == [took, gave]
    assert shown("purpose__exact=personal&state=withdrawn") == []
    assert shown("q=celia%40example.fi") == [took, gave]
    assert shown("q=celia") == []
    looked = Reading.objects.filter(table="privacy.Consent")
    assert set(looked.values_list("kind", flat=True)) == {"list", "search"}

    page = desk.get(f"{LIST}{celias.pk}/change/").content.decode()
    assert celias.wording in page
    assert "celia" not in page.partition("<title>")[2].partition("</title>")[0]
    assert looked.filter(kind="detail", about=celias.pk).count() == 1
    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.post(f"{LIST}{celias.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post(f"{LIST}{celias.pk}/change/", {"purpose": "personal"})
    assert Consent.objects.get(pk=celias.pk).purpose == For.NEWSLETTER


def test_the_list_asks_no_more_for_many(desk: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(LIST).status_code == 200
        return len(queries)

    said_yes("anna@example.fi", For.PERSONAL)
    desk.get(LIST)
    few = asked()
    for number in range(9):
        said_yes(f"a{number}@example.fi", For.PERSONAL)
    assert asked() == few
