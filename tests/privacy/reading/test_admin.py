"""Who watches over the log, what they see, and that they are watched themselves."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessLog
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from customers.grants.roles import OWNER
from customers.models import Account, Customer, Session
from privacy.outbox.models import Letter
from privacy.reading.models import Kind, Reading
from privacy.reading.operations import note_readings
from soluto_shop.staff_groups import GDPR_CONTACT, GROUPS
from tests.conftest import NOON
from tests.doors import give_app, let_in, seated_as
from tests.factories import StaffFactory
from tests.privacy.lives import login_of, member, order_of

pytestmark = pytest.mark.django_db

LOG = "/admin/privacy/reading/"
SIGN_INS = "/admin/axes/accesslog/"
WHY = "The customer asked by telephone"


@pytest.fixture
def anna() -> Customer:
    return member("anna@example.fi")


@pytest.fixture
def celia() -> Customer:
    return member("celia@example.fi", first_name="Celia", last_name="Lindström")


def note(about: UUID, clerk: Account, **facts: Any) -> None:
    said: dict[str, Any] = {"kind": Kind.DETAIL, "table": "orders.Order", "at": timezone.now()}
    note_readings(staff=clerk, numbers=[about], **{**said, **facts})


def give_reason(client: Client, address: str, view: str, why: str = WHY) -> Any:
    return client.post(address, {"reading-reason": why, "reading-view": view})


def test_the_contact_person_and_the_auditor_read_the_log_and_nobody_else(bertil: Account) -> None:
    for group in GROUPS:
        expected = 200 if group in (GDPR_CONTACT, OWNER, "auditor") else 403
        assert seated_as(group).get(LOG).status_code == expected, group


def test_the_list_names_staff_and_views_but_not_whose_data_it_was(
    anna: Customer, bertil: Account
) -> None:
    note(anna.pk, bertil, reason="Anna Virtanen asked")
    client = seated_as(GDPR_CONTACT)

    page = client.get(LOG).content.decode()

    assert "Bertil Ek" in page
    assert str(anna.pk)[:8] not in page
    assert "Anna Virtanen asked" not in page
    assert Reading.objects.count() == 1, "a list that names nobody is no look at anybody"


def test_the_log_is_filtered_by_staff_day_and_view(anna: Customer, bertil: Account) -> None:
    other = StaffFactory.create(full_name="Doris Dahl")
    note(anna.pk, bertil)
    note(anna.pk, other, kind=Kind.LIST, at=NOON.replace(year=2025))
    client = seated_as("auditor")

    def shown(**asked: str) -> int:
        return len(client.get(LOG, asked).context["cl"].result_list)

    assert shown() == 2
    assert shown(staff=str(other.pk)) == 1
    assert shown(kind__exact="detail") == 1
    assert shown(at__year="2025") == 1
    assert shown(table="orders.Order") == 2


@pytest.mark.parametrize("how", ["address", "order", "card"])
def test_the_looks_at_one_person_need_a_reason_and_are_noted(
    how: str, anna: Customer, celia: Customer, bertil: Account
) -> None:
    order = order_of(anna, "anna@example.fi")
    note(order.pk, bertil)
    note(celia.pk, bertil)
    typed = {"address": "Anna@example.fi", "order": order.number, "card": str(anna.pk)[:8]}[how]
    client = seated_as(GDPR_CONTACT)
    address = f"{LOG}?q={typed}"

    asked = client.get(address)
    assert "Bertil Ek" not in asked.content.decode()
    assert Reading.objects.count() == 2
    assert give_reason(client, address, "privacy.Reading/search").url == address

    shown = client.get(address)
    assert [reading.about for reading in shown.context["cl"].result_list] == [order.pk]
    noted = Reading.objects.order_by("-pk")[0]
    assert (noted.table, noted.kind, noted.about) == ("privacy.Reading", Kind.SEARCH, order.pk)
    assert (noted.reason, noted.role) == (WHY, GDPR_CONTACT)
    assert not Reading.objects.filter(about=celia.pk, table="privacy.Reading").exists()


def sign_ins(*addresses: str) -> None:
    for address in addresses:
        AccessLog.objects.create(username=address, ip_address="192.0.2.7", path_info="/")


def test_seeking_somebodys_sign_ins_needs_a_reason(anna: Customer, celia: Customer) -> None:
    sign_ins("anna@example.fi", "celia@example.fi")
    client = seated_as(GDPR_CONTACT)
    address = f"{SIGN_INS}?q=anna@example.fi"

    asked = client.get(address).content.decode()
    assert "192.0.2.7" not in asked
    assert 'name="reading-reason"' in asked
    assert not Reading.objects.exists()

    again = give_reason(client, address, "axes.AccessLog/search", "no")
    assert "192.0.2.7" not in again.content.decode()
    assert 'value="no"' in again.content.decode(), "nothing typed is lost"

    give_reason(client, address, "axes.AccessLog/search")
    assert "192.0.2.7" in client.get(address).content.decode()
    noted = Reading.objects.get()
    assert (noted.about, noted.reason) == (login_of(anna).pk, WHY)


def test_a_reason_is_for_one_person_one_view_and_a_quarter_of_an_hour(
    anna: Customer, celia: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_ins("anna@example.fi", "celia@example.fi")
    client = seated_as(GDPR_CONTACT)
    annas, celias = (f"{SIGN_INS}?q={name}@example.fi" for name in ("anna", "celia"))
    give_reason(client, annas, "axes.AccessLog/search")

    def is_shown(address: str) -> bool:
        return "192.0.2.7" in client.get(address).content.decode()

    assert is_shown(annas)
    assert is_shown(annas)
    assert not is_shown(celias)
    assert not is_shown(f"{LOG}?q=anna@example.fi")
    kept = client.session["reading_reasons"]
    assert "example.fi" not in str(kept)
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr("privacy.reading.logged.timezone.now", lambda: later)
    assert not is_shown(annas)


def test_the_whole_list_of_sign_ins_needs_no_reason(anna: Customer) -> None:
    sign_ins("anna@example.fi")

    assert "192.0.2.7" in seated_as(GDPR_CONTACT).get(SIGN_INS).content.decode()
    assert Reading.objects.filter(about=login_of(anna).pk, kind=Kind.LIST, reason="").count() == 1


def test_a_card_or_an_order_needs_no_reason(anna: Customer, bertil: Account) -> None:
    order = order_of(anna, "anna@example.fi")
    client = seated_as("care")

    assert client.get(f"/admin/orders/order/{order.pk}/change/").status_code == 200
    assert (
        "anna@example.fi"
        in client.get("/admin/customers/customer/", {"q": "anna@example.fi"}).content.decode()
    )
    assert set(Reading.objects.values_list("reason", "role")) == {("", "care")}


def test_a_lost_second_factor_is_taken_away_by_an_action_and_logged(
    client: Client, bertil: Account
) -> None:
    doris = StaffFactory.create(full_name="Doris Dahl", email="doris@example.fi")
    give_app(doris)
    let_in(Client(), StaffFactory.create())
    session = Client()
    session.force_login(doris, backend="allauth.account.auth_backends.AuthenticationBackend")
    let_in(client, bertil)

    answer = client.post(
        "/admin/customers/account/",
        {"action": "take_second_factor", "_selected_action": [str(doris.pk)]},
    )

    assert answer.status_code == 302
    assert not Authenticator.objects.filter(user=doris).exists()
    assert Authenticator.objects.filter(user=bertil).exists()
    assert not Session.objects.filter(account=doris).exists()
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (bertil, str(doris.pk))
    assert "second factor" in entry.change_message
    assert Letter.objects.get().to == "doris@example.fi"


def test_who_may_only_look_takes_no_second_factor_away(bertil: Account) -> None:
    give_app(bertil)

    answer = seated_as(GDPR_CONTACT).post(
        "/admin/customers/account/",
        {"action": "take_second_factor", "_selected_action": [str(bertil.pk)]},
    )

    assert answer.status_code in (200, 302, 403)
    assert Authenticator.objects.filter(user=bertil).exists()
    assert not LogEntry.objects.exists()
