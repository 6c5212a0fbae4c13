"""What staff may do follows from grants that run at this moment, and from nothing else."""

import asyncio
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.grants.operations import end_grant
from customers.models import Account, Grant
from soluto_shop.staff_groups import ensure_groups
from tests.doors import let_in
from tests.factories import StaffFactory, give_access

pytestmark = pytest.mark.django_db

DESK = "/admin/orders/order/"


@pytest.fixture(autouse=True)
def groups() -> None:
    ensure_groups()


def clerk(role: str = "orders") -> Account:
    return StaffFactory.create(role=role, is_superuser=False, full_name="Carl Clerk")


def again(account: Account) -> Account:
    """Give the account as the next request has it."""
    return Account.objects.get(pk=account.pk)


def shift(grant: Grant, *, days: int) -> None:
    """Let a grant have been given otherwise, past the trigger that keeps what was given."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE customers_grant SET begins_date = begins_date + %s, last_date = last_date + %s"
            " WHERE id = %s",
            [days, days, grant.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_a_role_gives_its_permissions_and_no_others() -> None:
    account = clerk()

    assert account.has_perm("orders.change_order")
    assert account.has_module_perms("orders")
    assert not account.has_perm("orders.change_product")
    assert not account.has_perm("customers.change_customer")
    assert not account.has_module_perms("axes")


def test_several_roles_add_up() -> None:
    account = clerk()
    give_access(account, "catalogue")

    assert again(account).has_perms(["orders.change_order", "orders.change_product"])


def test_groups_permissions_and_the_flag_give_nothing_by_themselves() -> None:
    account = StaffFactory.create(role="", is_superuser=True)
    account.groups.add(Group.objects.get(name="orders"))
    account.user_permissions.add(Permission.objects.get(codename="view_order"))

    account = again(account)
    assert account.get_all_permissions() == set()
    assert not account.has_perm("orders.view_order")
    assert not account.has_module_perms("orders")
    assert not asyncio.run(account.ahas_perm("orders.view_order"))
    client = let_in(Client(), account, as_granted=False)
    assert client.get(DESK).status_code == 403


def test_the_owner_may_do_everything_for_as_long_as_the_grant_runs() -> None:
    account = StaffFactory.create(is_superuser=False, role="owner")
    assert account.has_perm("customers.add_grant")
    assert account.has_perm("auth.change_group")
    assert account.get_all_permissions() >= {"orders.delete_product", "customers.view_grant"}

    shift(account.grants.get(), days=-60)

    assert again(account).get_all_permissions() == set()
    assert not again(account).has_perm("customers.add_grant")


@pytest.mark.parametrize(("days", "status"), [(-30, 200), (-31, 403), (1, 200), (2, 403)])
def test_a_grant_runs_from_its_first_day_to_its_last(days: int, status: int) -> None:
    account = clerk()  # from yesterday, for thirty days from today
    client = let_in(Client(), account)
    shift(account.grants.get(), days=days)

    assert client.get(DESK).status_code == status


def test_what_ends_is_gone_at_the_very_next_request(bertil: Account) -> None:
    account = clerk()
    client = let_in(Client(), account)
    assert client.get(DESK).status_code == 200

    end_grant(account.grants.get(), by=bertil, why="Lähti", at=timezone.now())

    assert client.get(DESK).status_code == 403
    assert client.get("/admin/").status_code == 403


def test_au_08_a_closed_account_is_signed_out_and_may_do_nothing() -> None:
    account = clerk()
    client = let_in(Client(), account)
    Account.objects.filter(pk=account.pk).update(is_active=False)

    assert client.get(DESK)["Location"].startswith("/admin/login/")
    assert "_auth_user_id" not in client.session
    assert not again(account).has_perm("orders.view_order")
    assert again(account).grants.count() == 1


def test_who_is_of_the_staff_no_more_has_no_power_left() -> None:
    account = clerk()
    Account.objects.filter(pk=account.pk).update(is_staff=False)

    assert not again(account).has_perm("orders.view_order")


def test_the_two_questions_are_asked_once_however_many_grants_there_are() -> None:
    account = clerk()
    for role in ("catalogue", "care", "auditor"):
        give_access(account, role)
    account = again(account)

    with CaptureQueriesContext(connection) as asked:
        for permission in ("orders.view_order", "orders.change_product", "axes.view_accesslog"):
            assert account.has_perm(permission)
        assert account.has_module_perms("customers")
        assert account.get_all_permissions()

    assert len(asked) == 2


def test_a_page_asks_equally_much_for_one_grant_and_for_many() -> None:
    account = clerk()
    client = let_in(Client(), account)
    client.get(DESK)
    counts = []
    for _each in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(DESK).status_code == 200
        counts.append(len(asked))
        for role in ("catalogue", "care", "auditor"):
            if not account.grants.filter(role__name=role).exists():
                give_access(account, role)
    assert counts[0] == counts[1]


def test_createsuperuser_makes_an_owner_for_a_year() -> None:
    call_command(
        "createsuperuser",
        interactive=False,
        email="olga@example.fi",
        full_name="Olga Omistaja",
    )

    account = Account.objects.get(email="olga@example.fi")
    grant = account.grants.get()
    assert account.is_owner
    assert grant.at_installation
    assert grant.reason == "createsuperuser"
    assert grant.last_date == timezone.localdate() + timedelta(days=365)
