"""Owners give, extend, confirm and end access; the contact person looks; others see nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import Account, Grant, GrantReview
from soluto_shop.staff_groups import ensure_groups
from tests.doors import let_in
from tests.factories import StaffFactory, give_access

pytestmark = pytest.mark.django_db

LIST = "/en/admin/customers/grant/"
ADD = f"{LIST}add/"
REVIEWS = f"{LIST}reviews/"


@pytest.fixture(autouse=True)
def groups() -> None:
    ensure_groups()


@pytest.fixture
def carl() -> Account:
    return StaffFactory.create(role="", is_superuser=False, full_name="Carl Clerk")


@pytest.fixture
def desk(bertil: Account) -> Client:
    return let_in(Client(), bertil)


def said(account: Account, **changed: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "account": str(account.pk),
        "role": str(Group.objects.get(name="orders").pk),
        "employer": "Kumppani Oy",
        "begins_date": f"{today:%d.%m.%Y}",
        "last_date": f"{today + timedelta(days=60):%d.%m.%Y}",
        "reason": "Kesän tilaukset",
        **changed,
    }


def day(days: int) -> str:
    return f"{timezone.localdate() + timedelta(days=days):%d.%m.%Y}"


def test_an_owner_gives_access_in_their_own_name(
    desk: Client, bertil: Account, carl: Account
) -> None:
    answer = desk.post(ADD.removeprefix("/en"), said(carl))

    assert answer.status_code == 302
    grant = carl.grants.get()
    assert (grant.given_by, grant.role.name, grant.employer) == (bertil, "orders", "Kumppani Oy")
    assert grant.reason == "Kesän tilaukset"
    assert not grant.at_installation
    assert let_in(Client(), carl).get("/admin/orders/order/").status_code == 200


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"employer": ""}, "employer"),
        ({"begins_date": day(-1)}, "begins_date"),
        ({"last_date": day(-1)}, "last_date"),
        ({"last_date": day(366)}, "last_date"),
        ({"last_date": ""}, "last_date"),
        ({"role": ""}, "role"),
    ],
)
def test_what_is_half_said_is_refused_and_nothing_typed_is_lost(
    desk: Client, carl: Account, changed: dict[str, str], field: str
) -> None:
    answer = desk.post(ADD.removeprefix("/en"), said(carl, **changed))

    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert list(form.errors) == [field]
    if field != "reason":
        assert "Kesän tilaukset" in answer.content.decode()
    assert not carl.grants.exists()


def test_nobody_is_offered_their_own_name_a_customers_or_a_closed_accounts(
    desk: Client, bertil: Account, carl: Account
) -> None:
    closed = StaffFactory.create(role="", is_active=False, full_name="Suljettu Tili")
    page = desk.get(ADD).content.decode()

    assert "Carl Clerk" in page
    assert "Suljettu Tili" not in page
    assert f'value="{bertil.pk}"' not in page
    for account in (bertil, closed):
        refused = desk.post(ADD, said(account))
        assert "account" in refused.context["adminform"].form.errors


def test_access_goes_to_persons_with_first_and_last_name(desk: Client) -> None:
    shared = StaffFactory.create(role="", full_name="Asiakaspalvelu")

    answer = desk.post(ADD, said(shared))

    assert "named persons" in answer.content.decode()
    assert not shared.grants.exists()


def test_the_same_role_on_the_same_days_is_told_beside_the_form(
    desk: Client, carl: Account
) -> None:
    give_access(carl, "orders")

    answer = desk.post(ADD.removeprefix("/en"), said(carl))

    assert answer.status_code == 200
    assert answer.context["adminform"].form.non_field_errors()
    assert carl.grants.count() == 1


def test_a_role_that_may_give_access_does_not_make_owners(carl: Account) -> None:
    helper = StaffFactory.create(role="", is_superuser=False, full_name="Heli Helper")
    role = give_access(helper, "porttivahti").role
    role.permissions.set(Permission.objects.filter(codename__in=["add_grant", "view_grant"]))
    client = let_in(Client(), helper)

    owner = str(Group.objects.get(name="owner").pk)
    refused = client.post(ADD.removeprefix("/en"), said(carl, role=owner))
    given = client.post(ADD.removeprefix("/en"), said(carl))

    assert "role" in refused.context["adminform"].form.errors
    assert given.status_code == 302
    assert carl.grants.get().role.name == "orders"


def test_to_extend_is_to_give_the_next(desk: Client, carl: Account) -> None:
    grant = give_access(carl, "orders", employer="Kumppani Oy")
    page = desk.get(f"{LIST}{grant.pk}/change/")
    address = page.context["extend_address"]

    form = desk.get(address).context["adminform"].form
    assert str(form["account"].value()) == str(carl.pk)
    assert form["employer"].value() == "Kumppani Oy"
    next_day = grant.last_date + timedelta(days=1)
    assert form["begins_date"].value() == next_day.isoformat()


def test_nothing_that_was_given_can_be_edited_or_deleted(desk: Client, carl: Account) -> None:
    grant = give_access(carl, "orders")
    address = f"{LIST}{grant.pk}/change/"

    assert desk.post(address, said(carl, reason="Muu")).status_code == 403
    assert desk.post(f"{LIST}{grant.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Grant.objects.get(pk=grant.pk).reason == "Työ"


def test_an_owner_ends_access_with_a_reason(desk: Client, bertil: Account, carl: Account) -> None:
    grant = give_access(carl, "orders")
    client = let_in(Client(), carl)
    address = f"{LIST}{grant.pk}/end/"

    assert desk.get(address).status_code == 200
    assert desk.post(address, {"why": " "}).status_code == 200
    assert client.get("/admin/").status_code == 200

    desk.post(address, {"why": "Sopimus päättyi"})

    grant.refresh_from_db()
    assert (grant.ended_by, grant.ended_why) == (bertil, "Sopimus päättyi")
    assert client.get("/admin/").status_code == 403
    assert desk.post(address, {"why": "Taas"}).status_code == 302
    grant.refresh_from_db()
    assert grant.ended_why == "Sopimus päättyi"


def test_the_last_owner_cannot_be_ended_from_the_page(desk: Client, bertil: Account) -> None:
    answer = desk.post(f"{LIST}{bertil.grants.get().pk}/end/", {"why": "Lähden"})

    assert "Nobody else could give access" in answer.content.decode()
    assert bertil.grants.get().ended_at is None


def test_reviews_are_one_click_each(desk: Client, bertil: Account, carl: Account) -> None:
    long_ago = timezone.now() - timedelta(days=93)
    needed = give_access(carl, "orders", given_at=long_ago)
    spare = give_access(carl, "care", given_at=long_ago)
    give_access(carl, "auditor")
    assert "2 grants of access have not been confirmed" in desk.get("/en/admin/").content.decode()
    page = desk.get(REVIEWS)
    assert [row["grant"] for row in page.context["rows"]] == sorted(
        [needed, spare], key=lambda grant: grant.pk
    )

    desk.post(reverse("admin:customers_grant_confirm", args=[needed.pk]))
    why = str(page.context["not_needed"])
    desk.post(
        reverse("admin:customers_grant_end", args=[spare.pk]), {"why": why, "from": "reviews"}
    )

    assert GrantReview.objects.get().grant == needed
    spare.refresh_from_db()
    assert spare.ended_by == bertil
    assert spare.ended_why
    assert desk.get(REVIEWS).context["rows"] == []
    assert "have not been confirmed" not in desk.get("/en/admin/").content.decode()


def test_looking_confirms_and_ends_nothing(desk: Client, carl: Account) -> None:
    grant = give_access(carl, "orders", given_at=timezone.now() - timedelta(days=93))

    assert desk.get(f"{LIST}{grant.pk}/confirm/").status_code == 405
    desk.get(f"{LIST}{grant.pk}/end/")
    grant.refresh_from_db()
    assert grant.ended_at is None
    assert not GrantReview.objects.exists()


def test_ones_own_is_confirmed_by_another_and_reminds_nobody_of_it(
    desk: Client, bertil: Account
) -> None:
    bertil.grants.all().delete()
    own = give_access(bertil, "owner", given_at=timezone.now() - timedelta(days=93))

    assert "somebody else confirms it" in desk.get(REVIEWS).content.decode()
    desk.post(reverse("admin:customers_grant_confirm", args=[own.pk]))

    assert not GrantReview.objects.exists()
    assert "confirmed for a quarter" not in desk.get("/en/admin/").content.decode()


def test_the_contact_person_looks_and_changes_nothing(carl: Account) -> None:
    contact = StaffFactory.create(role="gdpr_contact", is_superuser=False, full_name="Tiina T")
    grant = give_access(carl, "orders", given_at=timezone.now() - timedelta(days=93))
    client = let_in(Client(), contact)

    assert "Carl Clerk" in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{grant.pk}/change/").status_code == 200
    assert "Still needed" not in client.get(REVIEWS).content.decode()
    assert client.get(ADD).status_code == 403
    assert client.post(f"{LIST}{grant.pk}/end/", {"why": "x"}).status_code == 403
    assert client.post(f"{LIST}{grant.pk}/confirm/").status_code == 403
    assert "confirmed for a quarter" not in client.get("/en/admin/").content.decode()


def test_the_list_is_parted_by_what_runs_ends_soon_and_has_ended(
    desk: Client, bertil: Account, carl: Account
) -> None:
    today, now = timezone.localdate(), timezone.now()
    long = give_access(carl, "orders", days=200)
    soon = give_access(carl, "care", days=30)
    later = give_access(carl, "auditor", begins_date=today + timedelta(days=5))
    lapsed = give_access(
        carl,
        "catalogue",
        begins_date=today - timedelta(days=20),
        last_date=today - timedelta(days=1),
    )
    ended = give_access(carl, "gdpr_contact", ended_at=now, ended_by=bertil, ended_why="x")

    def shown(state: str) -> set[Grant]:
        page = desk.get(f"{LIST}?state={state}&q=Carl")
        assert page.status_code == 200
        return set(page.context["cl"].result_list)

    assert shown("running") == {long, soon}
    assert shown("ending") == {soon}
    assert shown("to_come") == {later}
    assert shown("over") == {lapsed, ended}
    page = desk.get(f"{LIST}?role={long.role_id}&q=Carl")
    assert set(page.context["cl"].result_list) == {long}


def test_the_list_asks_equally_much_for_few_and_many(desk: Client) -> None:
    counts = []
    desk.get(LIST)
    for more in (1, 12):
        for n in range(more):
            give_access(StaffFactory.create(role="", full_name=f"Myyjä {n}"), "care")
        with CaptureQueriesContext(connection) as asked:
            desk.get(LIST)
            desk.get(REVIEWS)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_accounts_give_no_power_from_their_own_form(desk: Client, carl: Account) -> None:
    address = f"/en/admin/customers/account/{carl.pk}/change/"
    page = desk.get(address).content.decode()
    for name in ("is_superuser", "groups", "user_permissions"):
        assert f'name="{name}"' not in page

    desk.post(
        address,
        {
            "email": carl.email,
            "full_name": "Carl Clerk",
            "language": "fi",
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
            "groups": str(Group.objects.get(name="orders").pk),
            "grants-TOTAL_FORMS": "0",
            "grants-INITIAL_FORMS": "0",
        },
    )
    carl.refresh_from_db()
    assert not carl.is_superuser
    assert not carl.groups.exists()
    assert desk.post(f"/en/admin/customers/account/{carl.pk}/delete/").status_code == 403


def test_staff_without_a_name_are_refused_with_words(desk: Client, carl: Account) -> None:
    answer = desk.post(
        f"/en/admin/customers/account/{carl.pk}/change/",
        {"email": carl.email, "full_name": "", "language": "fi", "is_staff": "on"},
    )

    assert "full name" in answer.content.decode()
    carl.refresh_from_db()
    assert carl.full_name == "Carl Clerk"


def test_the_grant_tells_when_and_by_whom_it_was_confirmed(
    desk: Client, bertil: Account, carl: Account
) -> None:
    grant = give_access(carl, "orders")
    address = f"{LIST}{grant.pk}/change/"
    assert "Not yet." in desk.get(address).content.decode()

    GrantReview.objects.create(grant=grant, by=bertil, at=timezone.now())

    assert ", Bertil Ek</li>" in desk.get(address).content.decode()
