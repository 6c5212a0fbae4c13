"""Whose a purchase is: somebody's own, or a company's that somebody approves for."""

from typing import Any

from django.db.models import Model, Q, QuerySet

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


def own_or_to_approve(purchases: type[Model], customer: Customer) -> QuerySet[Any, Any]:
    """Give the keys of what is a customer's own, and of others' what is the customer's to approve.

    Whoever has left a company sees nothing of it, whoever bought it. The two are gathered apart,
    each by its own index: asked in one breath, all rows are read.
    """
    of_all = purchases._default_manager.order_by().values("pk")
    return of_all.filter(own(customer)).union(of_all.filter(to_approve(customer)))
