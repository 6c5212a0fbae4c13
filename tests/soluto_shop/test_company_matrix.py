"""Laws 8 and AC-03: what a member of a company may see of a colleague's, page by page and role.

The pages are read from the address map, as for everybody (`test_url_matrix.py`). Where a colleague
of Anna's, or whoever runs another company, is answered otherwise than Celia, who has no company,
the answer stands in `tests/data/company_matrix.csv`: whatever has no row there is refused to them
as to a stranger.
"""

import csv
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from customers.models import Account, Customer, Membership
from orders.quotes.models import Quote
from orders.sales.models import Order
from orders.subscriptions.models import Subscription
from tests.doors import let_in_just_now
from tests.factories import AccountFactory, CompanyFactory, CustomerFactory, MembershipFactory
from tests.soluto_shop.test_url_matrix import ANNA, NOT_ALLOWED, OK, addresses, annas, ask, pages

__all__ = ["annas"]

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parents[1] / "data" / "company_matrix.csv"
ROLES = ("buyer", "approver", "admin")
WHO = ("celia", *ROLES, "another company's admin")
STRANGER = WHO[0]

Answers = dict[tuple[str, str], list[str]]


@pytest.fixture
def at_work(annas: Customer) -> Membership:
    """Let Anna have bought, been quoted and kept a service for the company that she runs."""
    mine = Membership.objects.get(customer=annas)
    for model in (Order, Quote, Subscription):
        model._default_manager.update(company=mine.company)
    return mine


def colleagues(at_work: Membership) -> dict[str, Client]:
    """Let everybody in, each with a browser of their own."""
    others = CompanyFactory.create(name="Muu Oy")
    companies = {STRANGER: None, WHO[-1]: others} | dict.fromkeys(ROLES, at_work.company)
    found = {}
    for number, who in enumerate(WHO):
        account: Account = AccountFactory.create(email=f"colleague{number}@example.fi")
        card = CustomerFactory.create(account=account, email=account.email)
        if company := companies[who]:
            role = who if who in ROLES else "admin"
            MembershipFactory.create(company=company, customer=card, role=role)
        found[who] = let_in_just_now(Client(), account)
    return found


def test_law_8_and_ac_03_a_member_sees_of_a_colleague_s_what_the_role_says(
    at_work: Membership,
) -> None:
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    expected: Answers = {(row["page"], row["how"]): [row[who] for who in WHO] for row in rows}
    people, nobody, known = colleagues(at_work), Client(), addresses()
    marks = [ANNA, at_work.customer.last_name, at_work.customer.phone, "Kotikatu"]
    found: Answers = {}
    told: set[tuple[str, str]] = set()
    for page, parts in pages(get_resolver().url_patterns):
        address = reverse(page, kwargs=known.get(page, {}))
        if ask(nobody, "GET", address).status == OK:
            continue  # it is everybody's, or of whoever has its address
        for how in ("GET", "POST") if parts else ("GET",):
            answers = {who: ask(client, how, address) for who, client in people.items()}
            statuses = [answers[who].status for who in WHO]
            if len(set(statuses)) > 1 and set(statuses) != {NOT_ALLOWED}:
                found[page, how] = [str(status) for status in statuses]
            told |= {(page, who) for who in WHO if any(mark in answers[who].said for mark in marks)}

    new = [",".join([*row, *said]) for row, said in found.items() if expected.get(row) != said]
    assert new == [], "say in company_matrix.csv what is right:\n" + "\n".join(new)
    assert set(expected) == set(found)
    assert {row for row in told if row[1] in (STRANGER, WHO[-1])} == set()
    # Whom to ask, and nothing else, is told of Anna to a colleague who only buys.
    assert {page for page, who in told if who == "buyer"} == {"customers:company-page"}
