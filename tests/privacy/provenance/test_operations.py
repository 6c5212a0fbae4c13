"""Where data came from is noted once, kept as it was noted, and forgotten with its person."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.models import Account, Company, Customer, Membership
from customers.operations import change_details
from orders.sales.models import Order
from privacy.copies.contents import _is_portable
from privacy.erase import erase
from privacy.provenance.models import Provenance, SourceNotice, Whence
from privacy.provenance.operations import (
    NamesNobody,
    UndeclaredColumn,
    note_provenance,
    owe_notice,
)
from privacy.registry import Basis, Purpose
from privacy.subject import subject_of
from privacy.sweep import sweep
from privacy.telling.holdings import Value, holdings_of
from privacy.telling.own import by_line
from privacy.terms import month_after
from tests.conftest import NOON
from tests.factories import CompanyFactory, CustomerFactory, MembershipFactory
from tests.privacy.lives import login_of, member, order_of
from tests.races import at_once

pytestmark = pytest.mark.django_db


def note(rows: Any, **facts: Any) -> list[Provenance]:
    said: dict[str, Any] = {
        "source": Whence.THIRD_PARTY,
        "party": "Numeropalvelu Oy",
        "basis": Basis.CONTRACT,
        "purpose": Purpose.CARE,
        "at": NOON,
        **facts,
    }
    return note_provenance(rows=rows, **said)


def value_of(card: Customer, column: str) -> Value:
    [found] = [
        value
        for holding in holdings_of(subject_of(cards=[card.pk]), at=NOON)
        if holding.declaration.model is Customer
        for entry in holding.entries
        for value in entry.values
        if value.column == column
    ]
    return found


def test_a_note_says_what_who_on_what_basis_for_what_when_and_by_whom(
    anna: Customer, bertil: Account
) -> None:
    note({anna: ["phone"]}, source=Whence.AUTHORITY, party=" DVV ", by=bertil, is_public=True)

    kept = Provenance.objects.get()
    assert (kept.table.model, kept.row, kept.column) == ("customer", anna.pk, "phone")
    assert (kept.whence, kept.party, kept.is_public) == ("authority", "DVV", True)
    assert (kept.basis, kept.purpose, kept.at, kept.by) == ("b", "care", NOON, bertil)
    assert "Anna" not in str(kept)


@pytest.mark.parametrize("source", [Whence.AUTHORITY, Whence.THIRD_PARTY])
def test_others_are_named(anna: Customer, source: Whence) -> None:
    with pytest.raises(NamesNobody):
        note({anna: ["phone"]}, source=source, party=" ")
    [kept] = note({anna: ["phone"]})
    kept.pk, kept.party = None, ""
    with pytest.raises(IntegrityError, match="provenance_names_its_party"), transaction.atomic():
        Provenance.objects.bulk_create([Provenance(**_facts(kept))])


def _facts(kept: Provenance) -> dict[str, Any]:
    names = ("table_id", "row", "column", "whence", "party", "basis", "purpose", "at")
    return {name: getattr(kept, name) for name in names}


def test_only_what_is_declared_for_purposes_of_the_statement_is_taken(anna: Customer) -> None:
    with pytest.raises(UndeclaredColumn):
        note({anna: ["warned_at"]})
    with pytest.raises(UndeclaredColumn):
        note({anna: ["birth_date"]})
    with pytest.raises(ValueError, match="profiling"):
        note({anna: ["phone"]}, purpose="profiling")
    with pytest.raises(ValueError, match="z"):
        note({anna: ["phone"]}, basis="z")
    assert not Provenance.objects.exists()
    [kept] = note({anna: ["phone"]})
    for change in ({"purpose": "profiling"}, {"basis": "z"}, {"whence": "rumour"}):
        with pytest.raises(IntegrityError, match="as_the_statement_says"), transaction.atomic():
            Provenance.objects.create(**{**_facts(kept), **change})


def test_a_note_is_never_rewritten(anna: Customer, bertil: Account) -> None:
    note({anna: ["phone"]})

    changes: list[dict[str, Any]] = [{"party": "Muu"}, {"by": bertil}, {"column": "email"}]
    for change in changes:
        with pytest.raises(ProgrammingError), transaction.atomic():
            Provenance.objects.update(**change)


def test_the_customers_word_taken_down_by_staff_owes_nobody_a_notice(anna: Customer) -> None:
    note({anna: ["phone"]}, source=Whence.TOLD, party="")

    assert not SourceNotice.objects.exists()


def test_what_others_gave_is_told_within_a_calendar_month(anna: Customer) -> None:
    note({anna: ["phone"]})

    notice = SourceNotice.objects.get()
    assert (notice.card, notice.collected_at) == (anna, NOON)
    assert notice.due_at == month_after(NOON)
    assert notice.due_at.date().isoformat() == "2026-12-23"


@pytest.mark.parametrize(
    ("begun", "due"),
    [
        (datetime(2027, 1, 31, 10, tzinfo=UTC), "2027-02-28"),
        (datetime(2026, 12, 15, 10, tzinfo=UTC), "2027-01-15"),
        (datetime(2028, 1, 30, 10, tzinfo=UTC), "2028-02-29"),
        (datetime(2026, 12, 31, 22, 30, tzinfo=UTC), "2027-02-01"),  # past midnight in Helsinki
    ],
)
def test_a_month_is_a_calendar_month_of_the_shops_own_days(begun: datetime, due: str) -> None:
    assert month_after(begun).date().isoformat() == due


def test_one_notice_is_owed_at_a_time_and_its_day_does_not_move(anna: Customer) -> None:
    note({anna: ["phone"]})
    note({anna: ["last_name"]}, at=NOON + timedelta(days=10))

    assert SourceNotice.objects.get().due_at == month_after(NOON)
    with pytest.raises(ProgrammingError), transaction.atomic():
        SourceNotice.objects.update(due_at=NOON + timedelta(days=300))


def test_those_who_buy_for_a_company_are_told_of_what_was_said_of_it(anna: Customer) -> None:
    membership = MembershipFactory.create(customer=anna)
    note({membership.company: ["name"]}, source=Whence.AUTHORITY, party="PRH")

    assert SourceNotice.objects.get().card == anna


def test_many_rows_are_noted_in_as_many_questions_as_few() -> None:
    counts = []
    for many in (2, 60):
        cards = [CustomerFactory.create() for _each in range(many)]
        with CaptureQueriesContext(connection) as asked:
            note({card: ["first_name", "last_name", "email"] for card in cards})
        counts.append(len(asked))
        assert Provenance.objects.filter(row__in=[card.pk for card in cards]).count() == 3 * many
    assert counts[0] == counts[1]
    assert SourceNotice.objects.count() == 62


def test_each_value_tells_where_it_came_from(anna: Customer) -> None:
    Customer.objects.filter(pk=anna.pk).update(phone="+358401234567")
    note({anna: ["phone"]})

    phone, name = value_of(anna, "phone"), value_of(anna, "first_name")

    assert "Numeropalvelu Oy" in phone.source
    assert name.source == str(name.datum.source.label) if name.datum else False
    assert not name.whence
    said = {told.said: told.source for line in by_line(_held(anna)) for told in line.values()}
    assert "Numeropalvelu Oy" in said["+358401234567"]
    assert "Numeropalvelu" not in said["Anna"]


def _held(card: Customer) -> Any:
    return holdings_of(subject_of(cards=[card.pk]), at=NOON)


def test_what_others_gave_is_not_ported_and_what_was_told_is(anna: Customer) -> None:
    Customer.objects.filter(pk=anna.pk).update(phone="+358401234567")
    note({anna: ["phone"]})
    assert not _is_portable(value_of(anna, "phone"))

    note({anna: ["phone"]}, source=Whence.TOLD, party="puhelimitse", at=NOON + timedelta(days=1))
    phone = value_of(anna, "phone")
    assert _is_portable(phone)
    assert "puhelimitse" in phone.source


def test_a_persons_own_word_stands_over_what_others_said(anna: Customer) -> None:
    note({anna: ["phone", "last_name"]}, at=NOON - timedelta(days=30))

    change_details(
        anna, first_name="Anna", last_name="Virtanen", phone="+358409999999", language="fi"
    )

    assert not value_of(anna, "phone").whence
    assert "Numeropalvelu Oy" in value_of(anna, "last_name").source
    assert Provenance.objects.filter(whence=Whence.THEMSELVES).count() == 1


def test_own_writes_leave_no_note_where_nobody_else_has_written(anna: Customer) -> None:
    change_details(
        anna, first_name="Anni", last_name="Virtanen", phone="+358409999999", language="sv"
    )

    assert not Provenance.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_notes_and_notices_go_with_their_person() -> None:
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    note({anna: ["phone"], celia: ["phone"]})

    receipt = erase(subject_of(cards=[anna.pk]), at=NOON)

    assert receipt.removed["privacy.Provenance.party"] == 1
    assert receipt.removed["privacy.SourceNotice.card"] == 1
    assert Provenance.objects.get().row == celia.pk
    assert SourceNotice.objects.get().card == celia


def test_notes_go_when_their_row_goes_and_not_before(anna: Customer) -> None:
    company = CompanyFactory.create()
    MembershipFactory.create(company=company, customer=anna)
    note({company: ["name"], anna: ["phone"]})
    sweep(at=NOON + timedelta(days=4000))
    assert Provenance.objects.count() == 2

    Membership.objects.all().delete()
    sweep(at=NOON + timedelta(days=4000))
    assert not Company.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Provenance.objects.get().row == anna.pk


def test_notes_about_an_order_belong_to_its_buyer() -> None:
    anna = member("anna@example.fi")
    order = order_of(anna, "anna@example.fi")
    note({order: ["street"]})

    told = [
        value
        for holding in _held(anna)
        if holding.declaration.model is Order
        for entry in holding.entries
        for value in entry.values
        if value.whence
    ]
    assert [value.column for value in told] == ["street"]
    assert SourceNotice.objects.get().card == anna
    assert login_of(anna)


@pytest.mark.django_db(transaction=True)
def test_several_at_once_owe_one_notice(anna: Customer) -> None:
    results = at_once([partial(owe_notice, cards=[anna.pk], at=NOON) for _each in range(5)])

    assert results == [None] * 5
    assert SourceNotice.objects.count() == 1
