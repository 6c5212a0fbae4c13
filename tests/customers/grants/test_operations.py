"""Grants are given by another, for a time, with a reason; kept as they were given; and ended."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from customers.grants.operations import (
    GrantedAlready,
    LastOwner,
    NotAnothers,
    OnlyOwnersMakeOwners,
    OverAlready,
    TooLong,
    confirm_grant,
    end_grant,
    give_grant,
    remind_of_ends,
    reviews_waiting_for,
)
from customers.models import Account, Acknowledgement, Grant, GrantReview
from privacy.outbox.models import Letter
from privacy.statement import edition_in_force
from privacy.sweep import sweep
from soluto_shop.local.preparation import make_first_accounts
from soluto_shop.staff_groups import ensure_groups
from tests.factories import StaffFactory, give_access
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def groups() -> None:
    ensure_groups()


@pytest.fixture
def carl() -> Account:
    """Carl works at the desk for a partner, without access as yet."""
    return StaffFactory.create(role="", is_superuser=False, full_name="Carl Clerk")


def give(account: Account, by: Account, **facts: Any) -> Grant:
    today = timezone.localdate()
    said: dict[str, Any] = {
        "role": Group.objects.get(name="orders"),
        "begins_date": today,
        "last_date": today + timedelta(days=90),
        "reason": "Tilausten käsittely",
        "at": timezone.now(),
    }
    return give_grant(account=account, by=by, **{**said, **facts})


def test_a_grant_says_who_what_by_whom_from_when_until_when_and_why(
    bertil: Account, carl: Account
) -> None:
    grant = give(carl, bertil, employer="Kumppani Oy")

    kept = Grant.objects.get(pk=grant.pk)
    assert (kept.account, kept.given_by, kept.role.name) == (carl, bertil, "orders")
    assert (kept.employer, kept.reason) == ("Kumppani Oy", "Tilausten käsittely")
    assert kept.last_date - kept.begins_date == timedelta(days=90)
    assert not kept.at_installation
    assert "Carl" not in str(kept)


def test_who_works_for_nobody_else_works_for_the_controller(bertil: Account, carl: Account) -> None:
    assert give(carl, bertil).employer == "Soluto Oy"


def test_nobody_gives_access_to_themselves(bertil: Account) -> None:
    with pytest.raises(NotAnothers):
        give(bertil, bertil)
    with pytest.raises(IntegrityError, match="grant_is_given_by_another"), transaction.atomic():
        give_access(bertil, "orders", given_by=bertil)


def test_a_grant_without_a_giver_is_the_installations_or_none(carl: Account) -> None:
    with pytest.raises(IntegrityError, match="names who has given it"), transaction.atomic():
        give_access(carl, "orders", given_by=None)

    assert give_access(carl, "orders").at_installation


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"reason": ""}, "grant_has_a_reason"),
        ({"reason": "  "}, "grant_has_a_reason"),
        ({"employer": " "}, "grant_names_an_employer"),
        ({"last_date": timezone.localdate() - timedelta(days=9)}, "grant_has_an_end"),
        ({"last_date": timezone.localdate() + timedelta(days=365)}, "grant_has_an_end"),
        ({"ended_at": timezone.now()}, "grant_is_ended_with_a_reason"),
        ({"ended_why": "x"}, "grant_is_ended_with_a_reason"),
    ],
)
def test_the_database_refuses_half_a_grant(carl: Account, facts: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        give_access(carl, "orders", **facts)  # from yesterday


def test_a_grant_has_an_end(carl: Account) -> None:
    with pytest.raises(IntegrityError, match="last_date"), transaction.atomic():
        give_access(carl, "orders", last_date=None)


def test_the_setting_may_ask_for_less_than_a_year(
    bertil: Account, carl: Account, settings: Any
) -> None:
    settings.LONGEST_GRANT_DAYS = 30
    today = timezone.localdate()

    with pytest.raises(TooLong):
        give(carl, bertil, last_date=today + timedelta(days=31))
    assert give(carl, bertil, last_date=today + timedelta(days=30))


def test_one_role_is_not_given_twice_for_the_same_days(bertil: Account, carl: Account) -> None:
    first = give(carl, bertil)
    with pytest.raises(GrantedAlready):
        give(carl, bertil, begins_date=first.last_date, last_date=first.last_date)

    following = first.last_date + timedelta(days=1)
    give(carl, bertil, begins_date=following, last_date=following)
    give(carl, bertil, role=Group.objects.get(name="care"))
    assert carl.grants.count() == 3


def test_after_its_end_the_role_may_be_given_anew_the_same_day(
    bertil: Account, carl: Account
) -> None:
    end_grant(give(carl, bertil), by=bertil, why="Väärä rooli", at=timezone.now())

    assert give(carl, bertil)


@pytest.mark.django_db(transaction=True)
def test_of_five_who_give_the_same_at_once_one_does(bertil: Account, carl: Account) -> None:
    results = at_once([partial(give, carl, bertil) for _each in range(5)])

    assert len([each for each in results if isinstance(each, Grant)]) == 1
    assert len([each for each in results if isinstance(each, GrantedAlready)]) == 4


def test_only_an_owner_makes_an_owner(carl: Account) -> None:
    giver = StaffFactory.create(role="orders", is_superuser=True)

    with pytest.raises(OnlyOwnersMakeOwners):
        give(carl, giver, role=Group.objects.get(name="owner"))


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "Muu syy"},
        {"last_date": timezone.localdate() + timedelta(days=200)},
        {"employer": "Toinen Oy"},
        {"at_installation": True, "given_by": None},
    ],
)
def test_what_was_given_is_never_rewritten(
    bertil: Account, carl: Account, change: dict[str, Any]
) -> None:
    grant = give(carl, bertil)

    with pytest.raises(ProgrammingError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(**change)


def test_another_giver_cannot_be_written_in(bertil: Account, carl: Account) -> None:
    grant = give(carl, bertil)
    other = StaffFactory.create()

    with pytest.raises(ProgrammingError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(given_by=other)


def test_a_grant_is_ended_once_by_somebody_and_for_a_reason(bertil: Account, carl: Account) -> None:
    now = timezone.now()
    grant = end_grant(give(carl, bertil), by=bertil, why="Sopimus päättyi", at=now)

    assert (grant.ended_at, grant.ended_by, grant.ended_why) == (now, bertil, "Sopimus päättyi")
    with pytest.raises(OverAlready):
        end_grant(grant, by=bertil, why="Taas", at=now)
    for change in ({"ended_at": None, "ended_by": None, "ended_why": ""}, {"ended_why": "Muu"}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Grant.objects.filter(pk=grant.pk).update(**change)


def test_the_last_owner_stays(bertil: Account) -> None:
    with pytest.raises(LastOwner):
        end_grant(bertil.grants.get(), by=bertil, why="Lähden", at=timezone.now())

    StaffFactory.create()
    end_grant(bertil.grants.get(), by=bertil, why="Lähden", at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_end_each_other_at_once_one_stays(bertil: Account) -> None:
    other = StaffFactory.create()

    def ending(grant: Grant, by: Account) -> Callable[[], Grant]:
        return partial(end_grant, grant, by=by, why="Riita", at=timezone.now())

    results = at_once([ending(bertil.grants.get(), other), ending(other.grants.get(), bertil)])

    assert len([each for each in results if isinstance(each, LastOwner)]) == 1
    assert Grant.objects.running(timezone.localdate()).filter(role__name="owner").count() == 1


# --- Reviews


def given_long_ago(account: Account, *, days: int) -> Grant:
    return give_access(
        account,
        "orders",
        given_at=timezone.now() - timedelta(days=days),
        begins_date=timezone.localdate() - timedelta(days=days),
    )


def test_what_nobody_has_confirmed_for_a_quarter_stands_on_the_list(
    bertil: Account, carl: Account
) -> None:
    grant = given_long_ago(carl, days=92)
    now = timezone.now()
    assert list(Grant.objects.to_review(now)) == [grant]
    assert list(Grant.objects.to_review(now - timedelta(minutes=1))) == []

    confirm_grant(grant, by=bertil, at=now)

    assert list(Grant.objects.to_review(now)) == []
    later = now + timedelta(days=20)
    assert list(Grant.objects.to_review(later)) == []
    assert GrantReview.objects.get().by == bertil


def test_ended_and_lapsed_grants_wait_for_nobody(bertil: Account, carl: Account) -> None:
    grant = given_long_ago(carl, days=100)
    end_grant(grant, by=bertil, why="Ei tarvita", at=timezone.now())

    assert not Grant.objects.to_review(timezone.now()).exists()
    with pytest.raises(OverAlready):
        confirm_grant(grant, by=bertil, at=timezone.now())


def test_nobody_confirms_their_own(carl: Account, bertil: Account) -> None:
    grant = given_long_ago(carl, days=100)
    now = timezone.now()

    with pytest.raises(NotAnothers):
        confirm_grant(grant, by=carl, at=now)
    with pytest.raises(IntegrityError, match="nobody confirms"), transaction.atomic():
        GrantReview.objects.create(grant=grant, by=carl, at=now)
    assert reviews_waiting_for(carl, at=now) == 0
    assert reviews_waiting_for(bertil, at=now) == 1


def test_reviews_and_promises_are_never_rewritten(bertil: Account, carl: Account) -> None:
    confirm_grant(given_long_ago(carl, days=100), by=bertil, at=timezone.now())

    for model in (GrantReview, Acknowledgement):
        with pytest.raises(ProgrammingError), transaction.atomic():
            model._base_manager.update(at=timezone.now() - timedelta(days=1))


# --- Reminders


def test_holder_and_giver_are_written_to_a_fortnight_before_the_end_and_once(
    bertil: Account, carl: Account
) -> None:
    Account.objects.filter(pk=carl.pk).update(language="sv")
    grant = give(carl, bertil)
    fortnight_before = timezone.now() + timedelta(days=90 - 14)

    assert remind_of_ends(at=fortnight_before - timedelta(days=1)) == 0
    assert remind_of_ends(at=fortnight_before) == 1
    assert remind_of_ends(at=fortnight_before + timedelta(days=1)) == 0

    letters = {letter.to: letter for letter in Letter.objects.filter(kind="access_ends")}
    assert set(letters) == {carl.email, bertil.email}
    assert letters[carl.email].language == "sv"
    assert "Carl Clerk" in letters[bertil.email].text
    assert "Carl Clerk" not in letters[carl.email].text
    assert {letter.about for letter in letters.values()} == {grant.pk}


def test_nobody_is_reminded_of_what_goes_on(bertil: Account, carl: Account) -> None:
    first = give(carl, bertil)
    begins = first.last_date + timedelta(days=1)
    give(carl, bertil, begins_date=begins, last_date=begins + timedelta(days=90))

    remind_of_ends(at=timezone.now() + timedelta(days=80))

    assert not Letter.objects.exists()


def test_owners_are_written_to_where_the_giver_is_gone(bertil: Account, carl: Account) -> None:
    give_access(carl, "orders", days=14)

    remind_of_ends(at=timezone.now())

    assert set(Letter.objects.values_list("to", flat=True)) == {carl.email, bertil.email}


# --- The first, the carried over, and those given from the server


def test_the_first_accounts_have_grants_of_the_installation() -> None:
    Grant.objects.all().delete()
    Account.objects.all().delete()
    first = make_first_accounts()

    grants = Grant.objects.select_related("role", "account")
    assert {(grant.account.email, grant.role.name) for grant in grants} == {
        (first[0].email, "owner"),
        (first[1].email, "gdpr_contact"),
    }
    assert all(grant.at_installation for grant in grants)


def test_present_staff_are_carried_over_for_ninety_days() -> None:
    chief = StaffFactory.create(role="", is_superuser=True)
    helper = StaffFactory.create(role="", is_superuser=False)
    helper.groups.add(Group.objects.get(name="care"))
    helper.user_permissions.add(Permission.objects.get(codename="view_terms"))
    gone = StaffFactory.create(role="", is_superuser=True, is_active=False)

    import_module("customers.migrations.0009_carry_access_over").carry_over(apps, None)

    assert chief.grants.get().role.name == "owner"
    assert chief.grants.get().reason == "carried over"
    assert chief.grants.get().last_date == timezone.localdate() + timedelta(days=90)
    again = Account.objects.get(pk=helper.pk)
    assert again.has_perms(["customers.change_customer", "orders.view_terms"])
    assert not again.has_perm("orders.change_product")
    assert not gone.grants.exists()


def test_the_command_gives_access_where_nobody_else_can(carl: Account, bertil: Account) -> None:
    until = timezone.localdate() + timedelta(days=30)
    said = ["--until", f"{until:%Y-%m-%d}", "--reason", "Kesätyö"]
    call_command("grant_access", carl.email.upper(), "care", *said)

    grant = carl.grants.get()
    assert (grant.role.name, grant.last_date, grant.reason) == ("care", until, "Kesätyö")
    assert grant.at_installation

    call_command("grant_access", carl.email, "orders", *said, "--by", bertil.email)
    assert carl.grants.get(role__name="orders").given_by == bertil


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"role": "emperor"}, "roles are: accountant, auditor"),
        ({"email": "nobody@example.fi"}, "no staff account"),
        ({"until": timezone.localdate() + timedelta(days=366)}, "within 365 days"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "within 365 days"),
        ({"reason": " "}, "what work"),
        ({"role": "auditor"}, "has that role"),
    ],
)
def test_the_command_refuses_with_words(carl: Account, change: dict[str, Any], words: str) -> None:
    give_access(carl, "auditor")
    until = timezone.localdate() + timedelta(days=30)
    said = {"email": carl.email, "role": "care", "until": until, "reason": "Työ", **change}

    with pytest.raises(CommandError, match=words):
        call_command(
            "grant_access",
            said["email"],
            said["role"],
            f"--until={said['until']:%Y-%m-%d}",
            f"--reason={said['reason']}",
        )
    assert carl.grants.count() == 1


# --- How long it is kept


def test_what_is_over_goes_after_its_time_and_what_runs_stays(carl: Account) -> None:
    old = give_access(
        carl,
        "orders",
        begins_date=timezone.localdate() - timedelta(days=800),
        last_date=timezone.localdate() - timedelta(days=735),
    )
    running = give_access(carl, "care")
    sweep(at=timezone.now())
    assert set(carl.grants.all()) == {old, running}  # Carl is still of the staff

    Account.objects.filter(pk=carl.pk).update(is_staff=False)
    sweep(at=timezone.now())
    assert set(carl.grants.all()) == {running}


def test_a_giver_who_is_erased_leaves_the_grant_without_a_name(
    bertil: Account, carl: Account
) -> None:
    grant = give(carl, bertil)
    Grant.objects.filter(account=bertil).delete()
    bertil.delete()

    assert Grant.objects.get(pk=grant.pk).given_by is None


def test_the_lists_go_by_an_index(carl: Account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM customers_grant ORDER BY begins_date DESC, given_at DESC"
            " LIMIT 50"
        )
        assert "grants_by_first_day" in str(cursor.fetchall())


def test_one_promise_for_each_edition(carl: Account) -> None:
    with pytest.raises(IntegrityError, match="one_acknowledgement"), transaction.atomic():
        Acknowledgement.objects.create(account=carl, edition=edition_in_force(), at=timezone.now())
