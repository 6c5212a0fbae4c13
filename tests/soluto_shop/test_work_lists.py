"""Staff's lists of what waits begin with what has waited longest."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from customers.models import Account
from orders.bookings.models import Booking
from orders.catalogue.times import Slot
from orders.checkout.models import PurchaseRequest
from orders.complaints.models import Complaint
from orders.quotes.models import Quote
from orders.returns.models import WithdrawalNotice
from orders.reviews.models import Review
from privacy.admin_parts import OldestFirst
from privacy.base import Model
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

WORK_LISTS: dict[type[Model], str] = {
    Complaint: "received_at",
    PurchaseRequest: "asked_at",
    Quote: "asked_at",
    Review: "written_at",
    WithdrawalNotice: "received_at",
}


@pytest.fixture
def owner() -> Account:
    return StaffFactory.create(is_superuser=True)


def first_by(model: type[Model], query: str, owner: Account) -> object:
    """Give the column by which a list of the staff's is sorted before all others."""
    request = RequestFactory().get(f"/{query}")
    request.user = owner
    page = admin.site._registry[model]
    shown = page.get_changelist_instance(request).get_queryset(request)
    return shown.query.order_by[0]


def test_every_work_list_is_looked_at_here() -> None:
    found = {model for model, page in admin.site._registry.items() if isinstance(page, OldestFirst)}

    assert found == set(WORK_LISTS)


@pytest.mark.parametrize("model", WORK_LISTS)
def test_what_has_waited_longest_comes_first_where_only_that_is_looked_at(
    model: type[Model], owner: Account
) -> None:
    came = WORK_LISTS[model]

    assert first_by(model, "?waiting=yes", owner) == came
    assert first_by(model, "", owner) == f"-{came}"


def test_appointments_and_times_are_sorted_by_their_day_where_days_are_asked_for(
    owner: Account,
) -> None:
    assert first_by(Booking, "?when=coming", owner) == "starts_at"
    assert first_by(Booking, "", owner) == "-booked_at"
    assert first_by(Slot, "?when=past", owner) == "-starts_at"
    assert first_by(Slot, "", owner) == "starts_at"
