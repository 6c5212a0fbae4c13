"""Each group of the staff may do its own work, and no more."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client

from customers.models import Customer
from soluto_shop.staff_groups import GDPR_CONTACT, GROUPS, ensure_groups
from tests.doors import let_in
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def groups() -> None:
    call_command("staff_groups")


def staff_of(name: str) -> Client:
    account = StaffFactory.create(is_superuser=False)
    account.groups.add(Group.objects.get(name=name))
    return let_in(Client(), account)


def test_the_groups_have_exactly_what_the_list_says() -> None:
    extra = Permission.objects.get(codename="delete_order")
    Group.objects.get(name="orders").permissions.add(extra)
    ensure_groups()

    for name, wanted in GROUPS.items():
        held = Group.objects.get(name=name).permissions.select_related("content_type")
        assert {f"{p.content_type.app_label}.{p.codename}" for p in held} == set(wanted)


def test_no_group_gives_out_accounts_or_rewrites_what_happened() -> None:
    given = {permission for wanted in GROUPS.values() for permission in wanted}

    assert not {p for p in given if p.split("_", 1)[1] in {"account", "group", "permission"}} - {
        "customers.view_account",
        "auth.view_group",
    }
    for facts in ("order", "orderevent", "movement", "accesslog", "accessfailurelog", "letter"):
        assert not [p for p in given if p.endswith(f".delete_{facts}")]
    assert not [p for p in GROUPS["auditor"] if ".view_" not in p]
    assert {p for p in GROUPS[GDPR_CONTACT] if ".view_" not in p} == {
        "privacy.add_edition",
        *(f"privacy.{way}_processor" for way in ("add", "change", "delete")),
        *(f"privacy.{way}_subprocessor" for way in ("add", "change", "delete")),
        "privacy.change_recipientnotice",
        "privacy.add_disclosure",
        "privacy.approve_disclosure",
        "privacy.fetch_disclosure",
        "privacy.add_breach",
        "privacy.change_breach",
        "privacy.change_sourcenotice",
        "privacy.answer_request",
    }
    for group, wanted in GROUPS.items():
        if group != GDPR_CONTACT:
            assert not [p for p in wanted if p.endswith(("_breach", "_affected"))]
    assert not {p for p in given if p.startswith(("customers.add_grant", "customers.change_grant"))}
    assert [name for name, held in GROUPS.items() if "privacy.view_request" in held] == [
        GDPR_CONTACT
    ]
    assert not [p for p in GROUPS["catalogue"] if p.startswith(("customers.", "axes."))]


@pytest.mark.parametrize(
    ("group", "opens", "refuses"),
    [
        ("orders", ["orders/order", "customers/customer"], ["customers/account", "axes/accesslog"]),
        ("catalogue", ["orders/product", "orders/level"], ["orders/order", "customers/customer"]),
        ("care", ["customers/customer", "orders/order"], ["customers/account", "orders/product"]),
        (
            GDPR_CONTACT,
            ["customers/customer", "axes/accesslog", "privacy/request", "privacy/restriction"],
            ["orders/product", "auth/group"],
        ),
        (
            "auditor",
            ["orders/order", "axes/accesslog", "privacy/erasure", "privacy/sweeprun"],
            ["customers/customer", "privacy/letter", "privacy/request", "privacy/restriction"],
        ),
    ],
)
def test_each_group_sees_its_own_tables(
    group: str, opens: list[str], refuses: list[str], anna: Customer
) -> None:
    client = staff_of(group)

    assert client.get("/admin/").status_code == 200
    assert {path: client.get(f"/admin/{path}/").status_code for path in opens} == dict.fromkeys(
        opens, 200
    )
    assert {path: client.get(f"/admin/{path}/").status_code for path in refuses} == dict.fromkeys(
        refuses, 403
    )
