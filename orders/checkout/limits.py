"""How much a member may buy for a company without asking."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from customers.models import Customer, Membership
from orders import money
from orders.checkout.models import CheckoutDraft, PurchaseRequest, PurchaseState
from orders.checkout.summary import Summary
from orders.sales.models import Order
from orders.sales.states import Status


class NeedsApproval(Exception):
    """The buyer may not buy so much for the company without asking."""


def member_of(draft: CheckoutDraft, customer: Customer | None) -> Membership | None:
    """Give the membership by which somebody buys for the company that the checkout names."""
    if customer is None or not draft.for_company or not draft.business_id:
        return None
    mine = Membership.objects.filter(customer=customer, company__business_id=draft.business_id)
    return mine.select_related("company").first()


def is_over(member: Membership, net: Decimal, *, at: datetime) -> bool:
    """Tell whether a purchase goes over what the member may buy without asking."""
    if member.order_limit is not None and net > member.order_limit:
        return True
    limit: Decimal | None = member.month_limit
    return limit is not None and spent_this_month(member, at=at) + net > limit


def spent_this_month(member: Membership, *, at: datetime) -> Decimal:
    """Sum what the member has bought for the company since the first of the month, without VAT."""
    first = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    bought = Order.objects.filter(
        company=member.company_id, customer=member.customer_id, placed_at__gte=first
    ).exclude(status=Status.CANCELLED)
    spent: Decimal | None = bought.aggregate(net=Sum("total_net"))["net"]
    return spent or money.ZERO


def refuse_what_needs_approval(
    draft: CheckoutDraft, summary: Summary, customer: Customer | None, *, at: datetime
) -> None:
    """Let two orders of one member be counted one after the other.

    :raises NeedsApproval: when the order goes over the limit, or waits for an approver already.
    """
    if draft.basket is not None and draft.basket.is_set_aside and _waits(draft):
        raise NeedsApproval
    member = member_of(draft, customer)
    if member is None:
        return
    held = Membership.objects.select_for_update(no_key=True, of=("self",)).filter(pk=member.pk)
    now = held.first()
    if now is not None and is_over(now, summary.total_net, at=at):
        raise NeedsApproval


def _waits(draft: CheckoutDraft) -> bool:
    """Tell whether a checkout waits for an approver; one that was quoted lies apart as well."""
    return PurchaseRequest.objects.filter(draft=draft, state=PurchaseState.WAITING).exists()
