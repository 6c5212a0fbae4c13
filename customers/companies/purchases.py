"""Whose a purchase is: somebody's own, or a company's that somebody approves for."""

from django.db.models import Q

from customers.models import Customer, Membership


def own(customer: Customer) -> Q:
    """Give what is a customer's own.

    What was bought for a company is the buyer's as long as the buyer is a member of it.
    """
    mine = Membership.objects.filter(customer=customer).values("company")
    return Q(customer=customer) & (Q(company=None) | Q(company__in=mine))


def to_approve(customer: Customer) -> Q:
    """Give what was bought, by whomever, for companies for which a customer approves."""
    approved = Membership.objects.filter(customer=customer).who_approve().values("company")
    return Q(company__in=approved)


def own_or_to_approve(customer: Customer) -> Q:
    """Give what is a customer's own, and what of others' is the customer's to approve.

    Whoever has left a company sees nothing of it, whoever bought it.
    """
    return own(customer) | to_approve(customer)
