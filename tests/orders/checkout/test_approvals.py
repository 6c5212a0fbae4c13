"""What goes over a member's limit waits for somebody else of the company, and is placed once."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.test import Client

from customers.companies.operations import leave
from customers.models import Company, Customer, Membership
from orders.basket.models import Basket
from orders.catalogue.models import Variant
from orders.checkout.approvals import (
    WAITS,
    BuyerHasLeft,
    DecidedAlready,
    NotApprover,
    approve,
    ask_for_approval,
    expire_purchases,
    let_go_of_leavers,
    refuse,
    withdraw,
)
from orders.checkout.limits import NeedsApproval
from orders.checkout.models import CheckoutDraft, PurchaseRequest
from orders.checkout.operations import SomethingChanged, place_order
from orders.sales.models import Order
from orders.stock.models import Level
from orders.stock.operations import OutOfStock
from privacy.outbox.models import Letter
from soluto_shop.staff_groups import ensure_groups
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.factories import BasketFactory, CompanyFactory, MembershipFactory, StaffFactory
from tests.orders.checkout.conftest import Fill, seal_of
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return CompanyFactory.create(name="Lamppu Oy", business_id="2077474-0")


@pytest.fixture
def buyer(company: Company, anna: Customer) -> Membership:
    """Anna may buy for twenty euros without asking: one lamp, for ten without VAT."""
    return MembershipFactory.create(company=company, customer=anna, order_limit=Decimal(20))


@pytest.fixture
def approver(company: Company, celia: Customer) -> Membership:
    return MembershipFactory.create(company=company, customer=celia, role="approver")


@pytest.fixture
def draft(fill: Fill, variant: Variant, buyer: Membership) -> CheckoutDraft:
    """Anna wants three lamps."""
    return for_company(fill, variant, buyer, 3)


def for_company(fill: Fill, variant: Variant, buyer: Membership, pieces: int) -> CheckoutDraft:
    return fill(
        variant,
        pieces,
        basket=BasketFactory.create(customer=buyer.customer),
        email=buyer.customer.email,
        for_company=True,
        company_name=buyer.company.name,
        business_id=buyer.company.business_id,
        delivery_method__price=0,
    )


def asked(draft: CheckoutDraft) -> PurchaseRequest:
    return ask_for_approval(draft_id=draft.pk, seen=seal_of(draft), digital_consent=False, at=NOON)


def test_over_the_limit_nothing_is_ordered_without_asking(
    draft: CheckoutDraft, fill: Fill, variant: Variant
) -> None:
    with pytest.raises(NeedsApproval):
        place_order(draft_id=draft.pk, seen=seal_of(draft), at=NOON)

    assert not Order.objects.exists()
    assert Level.objects.get().on_hand == 10


def test_within_the_limits_of_order_and_month_it_is_ordered(
    fill: Fill, variant: Variant, buyer: Membership
) -> None:
    Membership.objects.update(month_limit=Decimal(15))
    one = for_company(fill, variant, buyer, 1)
    order = place_order(draft_id=one.pk, seen=seal_of(one), at=NOON)
    assert (order.company, order.total_net) == (buyer.company, Decimal("10.00"))

    two = for_company(fill, variant, buyer, 1)
    with pytest.raises(NeedsApproval):
        place_order(draft_id=two.pk, seen=seal_of(two), at=NOON)
    assert place_order(draft_id=two.pk, seen=seal_of(two), at=NOON + timedelta(days=10))


def test_asked_twice_is_asked_once_and_told_to_those_who_decide(
    draft: CheckoutDraft, approver: Membership
) -> None:
    first = asked(draft)
    assert asked(draft) == first

    assert PurchaseRequest.objects.get().total_net == Decimal("30.00")
    letter = Letter.objects.get()
    assert (letter.kind, letter.to) == ("purchase_wanted", "celia@example.fi")
    assert not Order.objects.exists()
    assert not Basket.objects.at_hand().exists()
    with pytest.raises(NeedsApproval):
        place_order(draft_id=draft.pk, seen=seal_of(draft), at=NOON)


def test_what_is_approved_is_ordered_and_the_buyer_told(
    draft: CheckoutDraft, approver: Membership, buyer: Membership
) -> None:
    request = asked(draft)

    order = approve(by=approver, key=request.pk, seen=seal_of(draft), at=NOON)

    request.refresh_from_db()
    assert (request.state, request.order, request.decided_by) == (
        "placed",
        order,
        approver.customer,
    )
    assert (order.customer, order.company) == (buyer.customer, buyer.company)
    assert Level.objects.get().on_hand == 7
    kinds = Letter.objects.filter(to="anna@example.fi").values_list("kind", flat=True)
    assert sorted(kinds) == ["order_placed", "purchase_decided"]
    with pytest.raises(DecidedAlready):
        refuse(by=approver, key=request.pk, reason="x", at=NOON)


def test_nobody_decides_about_the_own_purchase_or_another_companys(
    draft: CheckoutDraft, buyer: Membership, approver: Membership
) -> None:
    Membership.objects.filter(pk=buyer.pk).update(role="admin")
    request = asked(draft)
    strangers = MembershipFactory.create(role="admin")

    with pytest.raises(NotApprover):
        approve(by=buyer, key=request.pk, seen=seal_of(draft), at=NOON)
    with pytest.raises(Exception, match="PurchaseRequest"):
        approve(by=strangers, key=request.pk, seen=seal_of(draft), at=NOON)
    with pytest.raises(NotApprover):
        withdraw(by=approver, key=request.pk, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        PurchaseRequest.objects.update(state="refused", decided_by=buyer.customer, decided_at=NOON)
    assert not Order.objects.exists()


def test_what_has_changed_is_not_ordered_unseen(
    draft: CheckoutDraft, approver: Membership, variant: Variant
) -> None:
    request, older = asked(draft), seal_of(draft)
    Variant.objects.update(price=Decimal("25.10"))

    with pytest.raises(SomethingChanged) as refusal:
        approve(by=approver, key=request.pk, seen=older, at=NOON)
    assert [(each.what, each.after) for each in refusal.value.changes] == [("price", "25.10")]
    assert not Order.objects.exists()

    page = seen_by(approver.customer).get(f"/tili/yritys/{request.company_id}/ostot/{request.pk}/")
    assert "Muuttunut pyynnön jälkeen" in page.content.decode()
    order = approve(by=approver, key=request.pk, seen=seal_of(draft), at=NOON)
    assert order.total_net == Decimal(60)


def test_what_is_sold_out_meanwhile_still_waits(
    draft: CheckoutDraft, approver: Membership, fill: Fill, variant: Variant
) -> None:
    request = asked(draft)
    others = fill(variant, 8, delivery_method__price=0)
    place_order(draft_id=others.pk, seen=seal_of(others), at=NOON)

    with pytest.raises(OutOfStock):
        approve(by=approver, key=request.pk, seen=seal_of(draft), at=NOON)

    request.refresh_from_db()
    assert request.state == "waiting"


def test_whoever_has_left_gets_nothing_approved(
    draft: CheckoutDraft, approver: Membership, buyer: Membership
) -> None:
    request, seen = asked(draft), seal_of(draft)
    buyer.delete()

    with pytest.raises(BuyerHasLeft):
        approve(by=approver, key=request.pk, seen=seen, at=NOON)
    assert expire_purchases(at=NOON) == 0
    assert let_go_of_leavers(at=NOON) == 1
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.order) == ("left", None, None)
    assert not Basket.objects.filter(is_set_aside=True).exists()


def test_a_purchase_ends_in_the_moment_in_which_its_buyer_leaves(
    draft: CheckoutDraft, approver: Membership, buyer: Membership
) -> None:
    MembershipFactory.create(company=approver.company, role="admin")
    request, seen = asked(draft), seal_of(draft)
    before = Letter.objects.filter(kind="purchase_decided").count()

    leave(member=buyer, at=NOON)

    request.refresh_from_db()
    assert request.state == "left"
    with pytest.raises(DecidedAlready):
        approve(by=approver, key=request.pk, seen=seen, at=NOON)
    assert not Order.objects.exists()
    assert Letter.objects.filter(kind="purchase_decided").count() == before
    assert let_go_of_leavers(at=NOON) == 0


def test_leaving_and_approving_at_once_is_one_of_them(
    transactional_db: None, draft: CheckoutDraft, approver: Membership, buyer: Membership
) -> None:
    MembershipFactory.create(company=approver.company, role="admin")
    request, seen = asked(draft), seal_of(draft)

    either: list[Callable[[], object]] = [
        partial(approve, by=approver, key=request.pk, seen=seen, at=NOON),
        partial(leave, member=buyer, at=NOON),
    ]
    at_once(either)

    request.refresh_from_db()
    assert request.state in ("placed", "left")
    assert Order.objects.count() == (1 if request.state == "placed" else 0)
    assert not Membership.objects.filter(pk=buyer.pk).exists()


def test_staff_cancel_what_hangs_and_approve_nothing(
    draft: CheckoutDraft, buyer: Membership
) -> None:
    request = asked(draft)
    ensure_groups()
    desk = let_in(Client(), StaffFactory.create(role="care", is_superuser=False))
    address = f"/admin/orders/purchaserequest/{request.pk}/"
    work_list = desk.get("/admin/orders/purchaserequest/?waiting=yes").content.decode()
    page = desk.get(f"{address}change/").content.decode()

    assert "Lamppu Oy" in work_list
    assert "Yrityksessä ei ole ketään" in page
    assert "anna@example.fi" not in str(LogEntry.objects.values_list("change_message"))
    assert desk.post(f"{address}cancel/", {"reason": ""}).status_code == 200
    assert desk.post(f"{address}cancel/", {"reason": "Kukaan ei vastaa."}).status_code == 302
    assert desk.post(f"{address}cancel/", {"reason": "Toistamiseen"}).status_code == 302

    request.refresh_from_db()
    assert (request.state, request.reason) == ("cancelled", "Kukaan ei vastaa.")
    letter = Letter.objects.get(kind="purchase_decided")
    assert "Kukaan ei vastaa." in letter.text
    assert "Olemme peruneet ostoksesi" in letter.text
    assert not Order.objects.exists()


def test_what_is_taken_back_lies_in_the_basket_again(
    draft: CheckoutDraft, buyer: Membership
) -> None:
    request = asked(draft)

    withdraw(by=buyer, key=request.pk, at=NOON)

    assert [line.quantity for line in Basket.objects.at_hand().get().lines.all()] == [3]
    request.refresh_from_db()
    assert (request.state, request.draft) == ("withdrawn", None)


def test_what_nobody_decides_about_goes_after_two_weeks(
    draft: CheckoutDraft, approver: Membership
) -> None:
    request = asked(draft)
    assert expire_purchases(at=NOON + WAITS) == 0

    assert expire_purchases(at=NOON + WAITS + timedelta(seconds=1)) == 1

    request.refresh_from_db()
    assert request.state == "expired"
    assert not Basket.objects.exists()
    assert Letter.objects.filter(kind="purchase_decided", to="anna@example.fi").exists()


def test_of_two_approvers_one_orders(
    transactional_db: None, draft: CheckoutDraft, approver: Membership
) -> None:
    other = MembershipFactory.create(company=approver.company, role="admin")
    request, seen = asked(draft), seal_of(draft)

    done = at_once(
        [
            partial(approve, by=each, key=request.pk, seen=seen, at=NOON)
            for each in (approver, other)
        ]
    )

    assert sorted(type(each).__name__ for each in done) == ["DecidedAlready", "Order"]
    assert Order.objects.count() == 1


def test_approved_and_taken_back_at_once_is_one_of_them(
    transactional_db: None, draft: CheckoutDraft, approver: Membership, buyer: Membership
) -> None:
    request, seen = asked(draft), seal_of(draft)

    either: list[Callable[[], object]] = [
        partial(approve, by=approver, key=request.pk, seen=seen, at=NOON),
        partial(withdraw, by=buyer, key=request.pk, at=NOON),
    ]
    done = at_once(either)

    assert sum(isinstance(each, DecidedAlready) for each in done) == 1
    request.refresh_from_db()
    assert Order.objects.count() == (1 if request.state == "placed" else 0)


def test_the_pages_ask_the_approver_and_show_nobody_elses(
    draft: CheckoutDraft, approver: Membership, buyer: Membership, company: Company
) -> None:
    request = asked(draft)
    address = f"/tili/yritys/{company.pk}/ostot/{request.pk}/"
    celias = seen_by(approver.customer)
    annas = seen_by(buyer.customer)

    assert "Hyväksy ja tilaa" in celias.get(address).content.decode()
    assert "Hyväksy ja tilaa" not in annas.get(address).content.decode()
    assert annas.post(address, {"step": "approve", "seen": seal_of(draft)}).status_code == 404
    assert celias.post(address, {"step": "refuse", "reason": ""}).status_code == 200
    assert celias.post(address, {"step": "refuse", "reason": "Liian kallis"}).status_code == 302

    assert "Liian kallis" in annas.get(address).content.decode()
    assert "Liian kallis" in Letter.objects.get(kind="purchase_decided").text
