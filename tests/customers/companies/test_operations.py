"""Who buys for a company, and what members do with each other's memberships."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from customers.companies.operations import (
    AddressNotProved,
    AlreadyMember,
    InvitationOver,
    LastAdmin,
    Limits,
    NotAdmin,
    accept,
    add_company,
    change_member,
    invitation_behind,
    invite,
    key_of,
    leave,
    remove_member,
    take_back,
)
from customers.models import Account, Company, Customer, Invitation, Membership, MembershipEvent
from privacy.erase import erase
from privacy.outbox.models import Letter
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.doors import prove_email
from tests.factories import CompanyFactory, CustomerFactory, MembershipFactory
from tests.privacy.lives import login_of
from tests.races import at_once

pytestmark = pytest.mark.django_db

ADMIN, APPROVER, BUYER = Membership.Role.ADMIN, Membership.Role.APPROVER, Membership.Role.BUYER
FIFTY = Limits(Decimal("50.00"))


@pytest.fixture
def admin(anna: Customer) -> Membership:
    """Anna looks after Lamppu Oy."""
    company = CompanyFactory.create(name="Lamppu Oy", business_id="2077474-0")
    return MembershipFactory.create(company=company, customer=anna, role=ADMIN)


def invited(admin: Membership, email: str = "celia@example.fi") -> str:
    invitation = invite(by=admin, email=email, role=BUYER, limits=FIFTY, at=NOON)
    return key_of(cast(Invitation, invitation))


def events() -> list[tuple[str, str]]:
    told = MembershipEvent.objects.order_by("at", "pk").values_list("kind", "customer__email")
    return [(str(kind), str(email)) for kind, email in told]


def letters() -> list[tuple[str, str]]:
    return sorted(Letter.objects.values_list("kind", "to"))


def test_whoever_registers_a_company_is_its_first_admin(anna: Customer) -> None:
    member = add_company(anna, name="Lamppu Oy", business_id="2077474-0", at=NOON)

    assert (member.role, member.company.vat_id) == (ADMIN, "")
    assert events() == [("joined", "anna@example.fi")]


def test_the_vat_id_follows_from_the_business_id() -> None:
    company = CompanyFactory.create(business_id="2077474-0", in_vat_register=True)

    assert company.vat_id == "FI20774740"


def test_whoever_is_invited_joins_once_with_role_and_limit(
    admin: Membership, celia: Customer
) -> None:
    key = invited(admin)
    prove_email(login_of(celia))

    member = accept(card=celia, account=login_of(celia), key=key, at=NOON)

    assert (member.role, member.order_limit, member.month_limit) == (BUYER, Decimal(50), None)
    assert events() == [("joined", "celia@example.fi")]
    assert MembershipEvent.objects.get().by == admin.customer
    assert letters() == [
        ("company_invitation", "celia@example.fi"),
        ("company_member", "anna@example.fi"),
    ]
    with pytest.raises(InvitationOver):
        accept(card=celia, account=login_of(celia), key=key, at=NOON)


def test_nobody_joins_whose_account_has_not_proved_the_address(
    admin: Membership, celia: Customer
) -> None:
    key = invited(admin)

    with pytest.raises(AddressNotProved):
        accept(card=celia, account=login_of(celia), key=key, at=NOON)

    assert Membership.objects.get() == admin


def test_an_invitation_ends_when_it_is_taken_back_renewed_or_old(
    admin: Membership, celia: Customer
) -> None:
    older = invited(admin)
    key = invited(admin)
    found = invitation_behind(key, at=NOON)

    assert invitation_behind(older, at=NOON) is None
    assert invitation_behind(key, at=NOON + timedelta(days=14)) is None
    assert invitation_behind("made-up", at=NOON) is None
    assert found is not None
    assert take_back(by=admin, key=found.pk)
    assert invitation_behind(key, at=NOON) is None


def test_a_known_and_an_unknown_address_are_invited_alike(
    admin: Membership, celia: Customer
) -> None:
    invite(by=admin, email="Celia@Example.fi ", role=BUYER, limits=Limits(), at=NOON)
    invite(by=admin, email="nobody@example.fi", role=BUYER, limits=Limits(), at=NOON)

    first, second = Letter.objects.order_by("to")
    assert (first.to, second.to) == ("celia@example.fi", "nobody@example.fi")
    assert first.subject == second.subject
    # The key says when it was signed, which may be a second later for the second.
    told = [re.sub(r"[\w-]+:[\w-]+:[\w-]+", "KEY", letter.text) for letter in (first, second)]
    assert told[0] == told[1].replace(second.to, first.to)
    assert "/KEY/" in told[0]
    with pytest.raises(AlreadyMember):
        invite(by=admin, email="anna@example.fi", role=BUYER, limits=Limits(), at=NOON)


def test_strangers_cause_no_more_than_three_letters_an_hour(admin: Membership) -> None:
    for _each in range(5):
        invited(admin)

    assert Letter.objects.count() == 3


def test_only_an_admin_invites_changes_and_removes(admin: Membership, celia: Customer) -> None:
    buyer = MembershipFactory.create(company=admin.company, customer=celia, role=APPROVER)

    with pytest.raises(NotAdmin):
        invite(by=buyer, email="x@example.fi", role=ADMIN, limits=Limits(), at=NOON)
    with pytest.raises(NotAdmin):
        change_member(by=buyer, key=buyer.pk, role=ADMIN, limits=Limits(), at=NOON)
    with pytest.raises(NotAdmin):
        remove_member(by=buyer, key=admin.pk, at=NOON)
    assert not MembershipEvent.objects.exists()
    assert not Letter.objects.exists()


def test_a_change_is_noted_and_told_to_whom_it_concerns(admin: Membership, celia: Customer) -> None:
    buyer = MembershipFactory.create(company=admin.company, customer=celia)

    change_member(by=admin, key=buyer.pk, role=BUYER, limits=FIFTY, at=NOON)
    change_member(by=admin, key=buyer.pk, role=APPROVER, limits=FIFTY, at=NOON + timedelta(1))
    remove_member(by=admin, key=buyer.pk, at=NOON + timedelta(2))

    assert [kind for kind, _email in events()] == ["limit", "role", "removed"]
    assert letters() == [("company_member", "celia@example.fi")] * 3
    assert not celia.memberships.exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        MembershipEvent.objects.update(kind="left")


def test_the_last_admin_stays_while_others_are_there(admin: Membership, celia: Customer) -> None:
    buyer = MembershipFactory.create(company=admin.company, customer=celia)

    with pytest.raises(LastAdmin):
        leave(member=admin, at=NOON)
    with pytest.raises(LastAdmin):
        change_member(by=admin, key=admin.pk, role=BUYER, limits=Limits(), at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=admin.pk).update(role=BUYER)
    with pytest.raises(IntegrityError), transaction.atomic():
        admin.delete()

    leave(member=buyer, at=NOON)
    leave(member=Membership.objects.get(), at=NOON)
    assert not Membership.objects.exists()
    assert letters() == [("company_member", "anna@example.fi")]


def test_even_the_last_admin_is_forgotten_and_staff_see_it(
    transactional_db: None, admin: Membership, celia: Customer
) -> None:
    MembershipFactory.create(company=admin.company, customer=celia)

    erase(subject_of(cards=[admin.customer_id]), at=NOON)

    assert Company.objects.without_admin().get() == admin.company
    assert Membership.objects.get().customer == celia


def test_two_admins_do_not_both_leave(transactional_db: None, admin: Membership) -> None:
    other = MembershipFactory.create(company=admin.company, role=ADMIN)
    MembershipFactory.create(company=admin.company)

    done = at_once([lambda: leave(member=admin, at=NOON), lambda: leave(member=other, at=NOON)])

    assert sorted(type(each).__name__ for each in done) == ["LastAdmin", "NoneType"]
    assert Membership.objects.admins().count() == 1


def test_the_database_itself_keeps_one_of_two_admins(
    transactional_db: None, admin: Membership
) -> None:
    other = MembershipFactory.create(company=admin.company, role=ADMIN)

    def demote(member: Membership) -> int:
        with transaction.atomic():
            return Membership.objects.filter(pk=member.pk).update(role=BUYER)

    done = at_once([lambda: demote(admin), lambda: demote(other)])

    assert sorted(type(each).__name__ for each in done) == ["IntegrityError", "int"]
    assert Membership.objects.admins().count() == 1


def test_one_invitation_lets_one_account_in(
    transactional_db: None, admin: Membership, celia: Customer
) -> None:
    key = invited(admin)
    prove_email(login_of(celia))
    account: Account = login_of(celia)

    done = at_once([lambda: accept(card=celia, account=account, key=key, at=NOON)] * 2)

    assert sorted(type(each).__name__ for each in done) == ["InvitationOver", "Membership"]


def test_a_member_is_found_in_the_own_company_only(admin: Membership) -> None:
    theirs = MembershipFactory.create(customer=CustomerFactory.create())

    with pytest.raises(Exception, match="Membership"):
        remove_member(by=admin, key=theirs.pk, at=NOON)

    assert Membership.objects.filter(pk=theirs.pk).exists()
