"""Complaining page by page, for buyers; and the desk, for staff."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Account, Customer
from orders.complaints.models import Complaint
from orders.complaints.states import ComplaintState, Remedy
from orders.sales.models import Order
from privacy.limits import MOST_FORMS
from privacy.outbox.models import Letter
from soluto_shop.staff_groups import ensure_groups
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.factories import StaffFactory
from tests.orders.buying import HERE
from tests.orders.complaints.complaining import complained
from tests.orders.money_matters import three_rates
from tests.orders.returns.test_cases import bought, refunded
from tests.privacy.lives import finish, order_of

pytestmark = pytest.mark.django_db


def typed(order: Order, **said: str) -> dict[str, str]:
    pieces = {f"pieces_{line.pk}": "0" for line in order.lines.all()}
    lamp = order.lines.get(sku="LAMPPU")
    return {
        **pieces,
        f"pieces_{lamp.pk}": "1",
        "words": "It <b>flickers</b>.",
        "wish": "replacement",
        "noticed_date": "2026-11-20",
        "email": "Anna@Example.fi",
        "submission": str(uuid4()),
        **said,
    }


def send(client: Client, address: str, said: dict[str, str]) -> Any:
    return client.post(address, said, headers=HERE)


def test_a_guest_complains_from_the_orders_page_and_sees_there_how_it_stands(
    client: Client,
) -> None:
    order = finish(three_rates(), at=timezone.now())
    home = f"/en/order/{order.secret}/"
    address = f"{home}complain/"
    assert address in client.get(home).content.decode()
    assert 'name="email" value="anna@example.fi"' in client.get(address).content.decode()

    answer = send(client, address, typed(order))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{home}#complaining")
    complaint = Complaint.objects.get()
    assert (complaint.order, complaint.email, complaint.language) == (
        order,
        "anna@example.fi",
        "en",
    )
    assert (complaint.words, complaint.wish) == ("It <b>flickers</b>.", Remedy.REPLACEMENT)
    assert [(line.order_line.sku, line.quantity) for line in complaint.lines.all()] == [
        ("LAMPPU", 1)
    ]
    page = client.get(home).content.decode()
    assert f"Your complaint {complaint.number} of" in page
    assert "Being examined" not in page
    assert "flickers" not in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": ""},
        {"words": "131052-308T"},
        {"wish": ""},
        {"wish": "gold"},
        {"email": "anna"},
        {"noticed_date": "2099-01-01"},
    ],
)
def test_what_is_missing_or_must_not_be_kept_is_asked_for_and_nothing_typed_is_lost(
    client: Client, wrong: dict[str, str]
) -> None:
    order = finish(three_rates(), at=timezone.now())
    said = {**typed(order, email="uusi@example.fi"), **wrong}
    page = send(client, f"/en/order/{order.secret}/complain/", said)
    assert page.status_code == 400
    kept = "uusi@example.fi" if "email" not in wrong else "flickers"
    assert kept in page.content.decode()
    assert not Complaint.objects.exists()


def test_a_complaint_is_of_something_and_of_no_more_than_was_ordered(client: Client) -> None:
    order = finish(three_rates(), at=timezone.now())
    lamp = f"pieces_{order.lines.get(sku='LAMPPU').pk}"
    for pieces in ("0", "2", "-1", ""):
        page = send(client, f"/en/order/{order.secret}/complain/", typed(order, **{lamp: pieces}))
        assert page.status_code == 400
    assert not Complaint.objects.exists()


def test_whoever_sends_too_many_keeps_what_was_typed_and_is_told_another_way(
    client: Client,
) -> None:
    order = finish(three_rates(), at=timezone.now())
    address = f"/en/order/{order.secret}/complain/"
    for _each in range(MOST_FORMS):
        assert send(client, address, typed(order)).status_code == 302
    answer = send(client, address, typed(order, words="It smokes now."))
    assert answer.status_code == 429
    assert "It smokes now." in answer.content.decode()
    assert Complaint.objects.count() == MOST_FORMS


def test_it_is_offered_once_the_order_has_left_and_for_ever_after(client: Client) -> None:
    waiting = three_rates()
    old = finish(three_rates(), at=timezone.now() - timedelta(days=5 * 365))
    for order, is_offered in ((waiting, False), (old, True)):
        page = client.get(f"/en/order/{order.secret}/").content.decode()
        assert (f"/en/order/{order.secret}/complain/" in page) == is_offered


def test_members_complain_of_their_own_orders_and_celia_sees_nothing(
    anna: Customer, celia: Customer
) -> None:
    order = finish(order_of(anna, "anna@example.fi"), at=timezone.now())
    address = f"/en/account/orders/{order.number}/complain/"
    hers = seen_by(anna)
    assert address in hers.get(f"/en/account/orders/{order.number}/").content.decode()
    assert send(hers, address, typed(order)).status_code == 302
    assert Complaint.objects.get().way == Complaint.Way.MEMBER

    other = seen_by(celia)
    assert other.get(address).status_code == 404
    assert send(other, address, typed(order)).status_code == 404
    assert other.get(f"/en/account/orders/{order.number}/").status_code == 404
    assert "flickers" not in other.get("/en/account/data/").content.decode()
    assert Client().get(address).status_code == 302
    assert Complaint.objects.count() == 1


# --- The desk


def desk_of(role: str) -> Client:
    ensure_groups()
    clerk = StaffFactory.create(is_superuser=False, full_name=f"Bertil {role}")
    clerk.groups.add(Group.objects.get(name=role))
    return let_in(Client(), clerk)


def test_the_desk_takes_a_complaint_from_the_queue_to_its_end(
    client: Client, bertil: Account
) -> None:
    order = bought()
    complaint = complained(order, LAMPPU=1)
    desk = let_in(client, bertil)
    queue = desk.get("/admin/orders/complaint/?waiting=yes").content.decode()
    assert complaint.number in queue
    address = f"/admin/orders/complaint/{complaint.pk}/"
    page = desk.get(f"{address}change/").content.decode()
    assert "Virheen oletetaan olleen tuotteessa alusta asti (23.11.2027 saakka)" in page
    assert "Lamppu välkkyy &amp; &lt;sammuu&gt;." in page
    desk.post(f"{address}deed/", {"deed": "examine"})

    line = complaint.lines.get().pk
    said = {
        "deed": "accept",
        "remedy": "reduction",
        "answer": "Pahoittelemme.",
        f"{line}-granted": "1",
        f"{line}-reduction": "",
    }
    for wrong in ({}, {f"{line}-reduction": "99,01"}, {f"{line}-granted": "2"}):
        refused = desk.post(f"{address}deed/", {**said, **wrong})
        assert (refused.status_code, "Pahoittelemme." in refused.content.decode()) == (200, True)
    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.EXAMINING
    desk.post(f"{address}deed/", {**said, f"{line}-reduction": "9,50"})
    assert refunded(order) == 0
    desk.post(f"{address}deed/", {"deed": "make_good"})
    desk.post(f"{address}deed/", {"deed": "make_good"})

    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.REMEDIED
    assert refunded(order) == Decimal("9.50")
    assert [step.staff for step in complaint.steps.order_by("at", "pk")][1:] == [bertil] * 3
    assert "–" in desk.get("/admin/orders/complaint/").content.decode()


def test_a_refusal_without_reasons_is_asked_for_them(client: Client, bertil: Account) -> None:
    complaint = complained(bought(), LAMPPU=1)
    desk = let_in(client, bertil)
    address = f"/admin/orders/complaint/{complaint.pk}/deed/"
    desk.post(address, {"deed": "examine"})
    assert desk.post(address, {"deed": "refuse", "answer": ""}).status_code == 200
    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.EXAMINING
    assert desk.post(address, {"deed": "refuse", "answer": "Ei vikaa."}).status_code == 302
    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.REFUSED


def test_care_decides_and_money_goes_back_by_whoever_may_refund() -> None:
    order = bought()
    complaint = complained(order, LAMPPU=1)
    care, orders, auditor = (desk_of(role) for role in ("care", "orders", "auditor"))
    address = f"/admin/orders/complaint/{complaint.pk}/deed/"
    line = complaint.lines.get().pk
    assert auditor.post(address, {"deed": "examine"}).status_code == 403
    assert care.post(address, {"deed": "examine"}).status_code == 302
    said = {"remedy": "reduction", f"{line}-granted": "1", f"{line}-reduction": "5"}
    assert care.post(address, {"deed": "accept", **said}).status_code == 302
    assert care.post(address, {"deed": "make_good"}).status_code == 403
    assert refunded(order) == 0
    assert orders.post(address, {"deed": "make_good"}).status_code == 302
    assert refunded(order) == Decimal("5.00")


def test_the_queue_asks_the_same_of_one_and_of_many(
    client: Client, bertil: Account, django_assert_max_num_queries: Any
) -> None:
    desk = let_in(client, bertil)
    order = bought()
    counts = []
    for _round in range(2):
        for _each in range(3):
            complained(order, at=NOON, KIRJA=1)
        with django_assert_max_num_queries(40) as asked:
            desk.get("/admin/orders/complaint/?waiting=yes")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_staff_write_down_what_was_told_by_telephone_as_of_the_moment_of_the_call(
    client: Client, bertil: Account
) -> None:
    order = finish(three_rates(language="sv"), at=timezone.now())
    let_in(client, bertil)
    desk = reverse("admin:orders_order_change", args=[order.pk])
    address = reverse("admin:orders_order_complaint", args=[order.pk])
    assert address in client.get(desk).content.decode()
    form = client.get(address).content.decode()
    assert 'value="anna@example.fi"' in form

    placed = timezone.localtime(order.placed_at)
    called = placed + timedelta(hours=2)
    said = {**typed(order), "way": "phone", "received_at": f"{called:%Y-%m-%dT%H:%M}"}
    for wrong in (
        {"received_at": f"{placed - timedelta(hours=1):%Y-%m-%dT%H:%M}"},
        {"received_at": "2099-01-01T12:00"},
        {"way": "member"},
        {"words": "131052-308T"},
    ):
        refused = client.post(address, {**said, **wrong})
        assert refused.status_code == 400, wrong
        assert 'value="Anna@Example.fi"' in refused.content.decode()
    assert not Complaint.objects.exists()

    for _twice in range(2):
        assert client.post(address, said).status_code == 302
    complaint = Complaint.objects.get()
    assert (complaint.way, complaint.language, complaint.email) == (
        Complaint.Way.PHONE,
        "sv",
        "anna@example.fi",
    )
    assert timezone.localtime(complaint.received_at) == called.replace(second=0, microsecond=0)
    step = complaint.steps.get()
    assert step.staff == bertil
    assert step.at > complaint.received_at
    receipt = Letter.objects.get(kind="complaint_received")
    assert (receipt.to, receipt.language) == ("anna@example.fi", "sv")
    assert complaint.number in receipt.text


def test_without_an_address_it_is_written_down_and_nobody_is_written_to(
    client: Client, bertil: Account, celia: Customer
) -> None:
    order = finish(three_rates(), at=timezone.now())
    let_in(client, bertil)
    address = reverse("admin:orders_order_complaint", args=[order.pk])
    came = timezone.localtime(order.placed_at) + timedelta(days=1)
    said = {**typed(order, email=""), "way": "mail", "received_at": f"{came:%Y-%m-%dT%H:%M}"}
    assert client.post(address, said).status_code == 302
    assert Complaint.objects.get().email == ""
    assert not Letter.objects.filter(kind="complaint_received").exists()
    stranger = seen_by(celia)
    assert stranger.get(address).status_code in (302, 403)
