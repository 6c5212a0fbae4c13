"""Customers of a former shop: what is taken, what is dropped and why, and who is left alone."""

import io
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Account, Address, Company, Customer, Membership
from customers.moving.operations import import_customers
from customers.operations import join_cards
from privacy.erase import erase
from privacy.intake import taking
from privacy.intake.models import Intake
from privacy.intake.people import PeopleReport
from privacy.intake.report import UnreadableFile
from privacy.intake.taking import Wish
from privacy.provenance.models import Provenance, SourceNotice, Whence
from privacy.registry import Source
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.factories import CustomerFactory
from tests.races import at_once
from tests.shared import sample

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parents[2] / "data" / "moving"
HEAD = "email,first_name,last_name,phone,language,street,postcode,city"


def bring(file: str | Path, **said: Any) -> PeopleReport:
    path = FILES / file if isinstance(file, str) else file
    return import_customers(path, Wish(**said), at=NOON)


def written(tmp_path: Path, *rows: str, head: str = HEAD) -> Path:
    path = tmp_path / "asiakkaat.csv"
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def told(report: PeopleReport) -> list[tuple[str, int, str]]:
    return [(issue.code, issue.line, issue.column) for issue in report.issues]


def everything() -> list[Any]:
    tables: Sequence[Any] = (Customer, Address, Company, Membership, Provenance, SourceNotice)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_our_own_file_goes_in_whole_and_bad_rows_are_told_by_line_column_and_reason() -> None:
    report = bring("own.csv", party="Vanha kauppa Oy")

    anna = Customer.objects.get(email="anna.ojala@example.fi")
    assert (anna.full_name, anna.phone, anna.language) == ("Anna Ojala", "+358401234567", "fi")
    assert (anna.source, anna.account, anna.created_at) == (Source.THIRD_PARTY, None, NOON)
    [home] = anna.addresses.all()
    assert (home.name, home.street, home.postcode, home.city) == (
        "Anna Ojala",
        "Mannerheimintie 1",
        "00100",
        "Helsinki",
    )
    assert (home.is_delivery, home.is_billing) == (True, True)
    bo = Customer.objects.get(email="bo@example.fi")
    [membership] = bo.memberships.all()
    assert (membership.company.name, membership.company.business_id, membership.role) == (
        "Ek & Söner Ab",
        "2077474-0",
        Membership.Role.BUYER,
    )
    assert told(report) == [
        ("not_an_email_address", 4, "email"),
        ("must_not_be_kept", 5, "first_name"),
        ("left_out_cell", 5, "postcode"),
    ]
    assert report.dropped == {
        "first_name": {"identity": 1},
        "birth_date": {"birth": 1},
        "marketing": {"consent": 2},
        "street": {"unusable": 1},
        "postcode": {"unusable": 1},
        "city": {"unusable": 1},
    }
    assert Customer.objects.get(email="cecilia@example.fi").full_name == "Holm"
    assert not Account.objects.exists()
    notes = Provenance.objects.filter(row=anna.pk)
    assert {(note.column, note.whence, note.party) for note in notes} == {
        (column, Whence.THIRD_PARTY, "Vanha kauppa Oy")
        for column in ("email", "first_name", "last_name", "phone", "language")
    }
    assert {notice.card for notice in SourceNotice.objects.owed()} == set(Customer.objects.all())


@pytest.mark.parametrize(
    ("file", "shop", "phone", "street"),
    [
        ("woocommerce.csv", "woocommerce", "", ""),
        ("woocommerce-plugin.csv", "woocommerce", "+358401234567", "Mannerheimintie 1, A 7"),
        ("shopify.csv", "shopify", "+358401234567", "Mannerheimintie 1, A 7"),
    ],
)
def test_other_shops_files_are_recognised(file: str, shop: str, phone: str, street: str) -> None:
    report = bring(file)

    card = Customer.objects.get()
    assert (report.format, report.errors) == (shop, 0)
    assert (card.email, card.full_name, card.phone) == (
        "anna.ojala@example.fi",
        "Anna Ojala",
        phone,
    )
    assert [address.street for address in card.addresses.all()] == [street][: bool(street)]


def test_a_card_number_in_a_note_is_seen_and_nothing_of_it_stays() -> None:
    report = bring("shopify.csv")

    assert report.dropped["note"] == {"card": 1}
    assert report.dropped["accepts email marketing"] == {"consent": 1}
    assert report.dropped["tags"] == {"not_named": 1}
    assert "4111" not in json.dumps([report.as_json(), everything()], default=str)


def test_of_a_person_with_far_too_much_only_the_statement_s_lines_are_taken() -> None:
    report = bring("dummyjson-users.json")

    assert (report.counts["cards_new"], report.errors) == (3, 0)
    assert {what for whats in report.taken.values() for what in whats} <= {
        "email",
        "first_name",
        "last_name",
        "phone",
    }
    why = {column: [*reasons] for column, reasons in report.dropped.items()}
    assert why["birthDate"] == why["age"] == ["birth"]
    assert why["ssn"] == why["ein"] == ["identity"]
    assert why["bank.cardNumber"] == why["bank.iban"] == why["crypto.wallet"] == ["card"]
    assert why["password"] == ["password"]
    assert why["username"] == ["account"]
    assert why["eyeColor"] == why["bloodGroup"] == ["body"]
    assert why["macAddress"] == why["userAgent"] == why["ip"] == ["device"]
    assert why["address.address"] == ["abroad"]
    assert why["company.name"] == ["no_business_id"]
    everywhere = json.dumps([report.as_json(), everything()], default=str)
    for user in json.loads((FILES / "dummyjson-users.json").read_text()):
        for secret in (user["ssn"], user["bank"]["cardNumber"], user["password"], user["ip"]):
            assert secret not in everywhere


def test_a_consent_given_elsewhere_is_none_here() -> None:
    report = bring("spree-customers.csv")

    assert report.counts["cards_new"] == 4
    assert report.dropped["accepts_email_marketing"] == {"consent": 4}
    assert "accepts_email_marketing" not in report.taken
    # Numbers of elsewhere without a country code could be somebody's here.
    assert Customer.objects.get(email="sarah.johnson@example.com").phone == ""
    assert Customer.objects.get(email="charlotte.harris@example.com").phone == "+442079460958"


def test_the_report_holds_nobody(tmp_path: Path) -> None:
    path = written(tmp_path, "ei-osoite-anna,Anna,Virtanen,999,fi,Katu 1,1,Turku")
    report = bring(path)

    said = json.dumps(report.as_json())
    for word in ("Virtanen", "ei-osoite", "999", "Katu", "Turku"):
        assert word not in said
    nameless = written(tmp_path, "1", head="email,first_name,last_name,language,anna@example.fi")
    assert "anna@" not in json.dumps(bring(nameless).as_json())


def test_the_same_file_a_second_time_changes_nothing() -> None:
    bring("own.csv")
    before = everything()

    again = bring("own.csv")

    assert everything() == before
    counts = {name: count for name, count in again.counts.items() if count}
    assert "cards_new" not in counts
    assert "cards_changed" not in counts
    assert counts["cards_unchanged"] == 3


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    before = everything()
    dry = bring("own.csv", dry_run=True)
    assert everything() == before

    assert dry.as_json() == bring("own.csv").as_json()


def test_who_has_an_account_is_left_alone(tmp_path: Path, anna: Customer) -> None:
    before = everything()
    report = bring(written(tmp_path, "ANNA@example.fi,Joku,Muu,0409999999,fi,,,"))

    assert told(report) == [("has_account", 2, "")]
    assert everything() == before


def test_an_address_proved_under_another_account_is_its_owner_s(
    tmp_path: Path, anna: Customer
) -> None:
    EmailAddress.objects.create(user=anna.account, email="toinen@example.fi", verified=True)
    report = bring(written(tmp_path, "toinen@example.fi,Anna,Virtanen,,fi,,,"))

    assert told(report) == [("has_account", 2, "")]
    assert Customer.objects.get() == anna


def test_a_card_without_conflict_is_joined_and_only_its_gaps_are_filled(tmp_path: Path) -> None:
    card = CustomerFactory.create(
        account=None, email="anna@example.fi", first_name="Anna", last_name="", phone=""
    )
    report = bring(written(tmp_path, "anna@example.fi, anna ,Virtanen,0401234567,sv,,,"))

    card.refresh_from_db()
    assert Customer.objects.get() == card
    assert (card.full_name, card.phone, card.language) == ("Anna Virtanen", "+358401234567", "fi")
    assert report.counts["cards_changed"] == 1
    assert set(Provenance.objects.values_list("column", flat=True)) == {"last_name", "phone"}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("anna@example.fi,Anneli,Virtanen,,fi,,,", "first_name"),
        ("anna@example.fi,Anna,Virtanen,0409999999,fi,Katu 1,00100,Helsinki", "phone"),
    ],
)
def test_who_is_called_otherwise_is_a_conflict_and_nothing_is_overwritten(
    tmp_path: Path, row: str, column: str
) -> None:
    said = {"first_name": "Anna", "last_name": "Virtanen", "phone": "+358401234567"}
    CustomerFactory.create(account=None, email="anna@example.fi", **said)
    before = everything()

    report = bring(written(tmp_path, row))

    assert told(report) == [("differs", 2, column)]
    assert everything() == before


def test_two_cards_of_one_mailbox_and_an_address_twice_in_the_file_are_told(
    tmp_path: Path,
) -> None:
    for name in ("Anna", "Antti"):
        CustomerFactory.create(account=None, email="perhe@example.fi", first_name=name)
    rows = [
        "perhe@example.fi,Anna,,,fi,,,",
        "uusi@example.fi,A,B,,fi,,,",
        "UUSI@example.fi,C,D,,fi,,,",
    ]
    report = bring(written(tmp_path, *rows))

    assert set(told(report)) == {("several_cards", 2, ""), ("doubled_email", 4, "email")}
    assert Customer.objects.get(email="uusi@example.fi").first_name == "A"


@pytest.mark.django_db(transaction=True)
def test_who_was_forgotten_is_not_brought_back(tmp_path: Path) -> None:
    erase(subject_of(emails=["anna@example.fi"]), at=NOON)

    report = bring(written(tmp_path, "anna@example.fi,Anna,V,,fi,,,", "bo@example.fi,Bo,E,,fi,,,"))

    assert told(report) == [("was_forgotten", 2, "")]
    assert [card.email for card in Customer.objects.all()] == ["bo@example.fi"]


def test_data_that_may_only_be_stored_are_not_added_to(tmp_path: Path) -> None:
    card = CustomerFactory.create(account=None, email="anna@example.fi", phone="")
    restrict(subject_of(cards=[card.pk]), reason=Restriction.Reason.ACCURACY, at=NOON)

    report = bring(written(tmp_path, "anna@example.fi,,,0401234567,fi,,,"))

    assert told(report) == [("is_restricted", 2, "")]
    card.refresh_from_db()
    assert card.phone == ""


def test_a_company_that_others_run_takes_nobody_in(anna: Customer) -> None:
    company = Company.objects.create(name="Ek", business_id="2077474-0", created_at=NOON)
    Membership.objects.create(company=company, customer=anna)

    report = bring("own.csv")

    assert ("company_known", 3, "") in told(report)
    assert Membership.objects.get().customer == anna
    assert Customer.objects.filter(email="bo@example.fi").exists()


def test_one_s_card_waits_until_its_address_is_proved(tmp_path: Path) -> None:
    bring("own.csv")
    account = Account.objects.create_user("anna.ojala@example.fi")
    CustomerFactory.create(
        account=account, email=account.email, first_name="", last_name="", phone=""
    )

    card = join_cards(account)

    assert card is not None
    assert (card.full_name, card.source) == ("Anna Ojala", Source.THIRD_PARTY)


def test_killed_in_the_middle_nothing_is_half_and_the_same_file_goes_on(tmp_path: Path) -> None:
    rows = [f"a{n}@example.fi,A,B,0401234567,fi,Katu {n},00100,Helsinki" for n in range(9)]
    path = written(tmp_path, *rows)

    def die(done: int, of: int) -> None:
        if done >= 6:
            raise KeyboardInterrupt

    with patch.object(taking, "BATCH", 3):
        with pytest.raises(KeyboardInterrupt):
            import_customers(path, Wish(), at=NOON, progress=die)
        there = Customer.objects.count()
        assert 0 < there < 9
        assert Address.objects.count() == SourceNotice.objects.count() == there
        report = import_customers(path, Wish(), at=NOON)

    assert report.counts["cards_new"] == 9 - there
    assert Address.objects.count() == SourceNotice.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_each_card_once(tmp_path: Path) -> None:
    path = written(tmp_path, *(f"a{n}@example.fi,A,B,,fi,,," for n in range(20)))

    def run() -> PeopleReport:
        return import_customers(path, Wish(), at=NOON)

    reports = at_once([run] * 3)

    assert all(isinstance(report, PeopleReport) for report in reports), reports
    assert Customer.objects.count() == SourceNotice.objects.count() == 20


def test_a_batch_asks_the_same_however_many_are_in_it(tmp_path: Path) -> None:
    def asked(count: int, start: int) -> int:
        rows = (
            f"a{n}@example.fi,A,B,0401234567,fi,Katu {n},00100,Helsinki"
            for n in range(start, start + count)
        )
        path = written(tmp_path, *rows)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            bring(path)
        return len(queries)

    asked(1, 0)
    assert asked(2, 10) == asked(100, 100)


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "empty"), ("nimi,osoite\nx,y\n", "unknown_format"), ("{}", "no_list")],
)
def test_what_is_no_such_file_is_refused_as_a_whole(
    tmp_path: Path, content: str, code: str
) -> None:
    path = tmp_path / "x"
    path.write_text(content)
    with pytest.raises(UnreadableFile) as refusal:
        bring(path)
    assert refusal.value.issue.code == code


def test_the_command_prints_and_keeps_the_account_and_logs_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    out = io.StringIO()
    call_command("import_customers", FILES / "own.csv", dry_run=True, stdout=out)
    assert not Intake.objects.exists()

    call_command("import_customers", FILES / "own.csv", stdout=out)

    [kept] = Intake.objects.all()
    assert (kept.kind, kept.state, bool(kept.file)) == ("customers", Intake.State.FINISHED, False)
    assert kept.report.dropped["birth_date"] == {"birth": 1}
    said = out.getvalue()
    assert "1  birth_date: age or birth date" in said
    assert "line 4, email: error: This is no e-mail address" in said
    for words in (said, caplog.text, json.dumps(kept.result)):
        assert "Ojala" not in words
        assert "anna.ojala" not in words.casefold()
    with pytest.raises(CommandError):
        call_command("import_customers", FILES / "nowhere.csv")


@pytest.mark.parametrize(
    ("file", "people", "shop"),
    [("spree-customers.csv", 20, "spree"), ("dummyjson-users.json", 208, "json")],
)
def test_other_shops_whole_sample_files_go_in(file: str, people: int, shop: str) -> None:
    report = bring(sample(file))

    assert (report.format, report.counts["rows"], report.errors) == (shop, people, 0)
    assert Customer.objects.count() == SourceNotice.objects.count() == people
