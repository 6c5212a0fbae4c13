"""What is kept of signing in: what section 5 of the statement names, for as long as it says."""

import html
import runpy
from datetime import datetime, timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.test import Client
from django.utils import timezone, translation

from customers.models import Account, Customer
from customers.signing_in import sealed_name
from privacy.editions.models import AUTHENTIC
from privacy.networks import is_whole
from privacy.registry import Datum, Line, ended, registry
from privacy.statement import edition_in_force
from privacy.sweep import sweep
from privacy.telling.record import record_of
from privacy.telling.supplement import supplement
from privacy.terms import Days
from tests.conftest import NOON
from tests.customers.conftest import Door
from tests.doors import code_of, give_app, let_in, lift_limits, prove_email
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

LOGS = [AccessLog, AccessFailureLog]
WRONG = "jokin-aivan-muu-7731"
WHOLE = "192.0.2.77"


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    lift_limits(monkeypatch)


# --- What is kept --------------------------------------------------------------------------


def test_no_door_keeps_more_than_section_5_names(known: Account, bertil: Account) -> None:
    prove_email(bertil)
    secret = give_app(bertil)
    browser = {
        "user-agent": "kanaria-selain",
        "accept": "text/kanaria",
        "accept-language": "fi",
        "referer": "http://testserver/?kanaria",
    }
    shop, desk, again, stranger = (Client(REMOTE_ADDR=WHOLE, headers=browser) for _ in range(4))
    sign_in = "/tili/kirjaudu/?q=kanaria"
    step_two = "/tili/kaksivaiheinen/nayta/?q=kanaria"

    shop.post(sign_in, {"login": "anna@example.fi", "password": WRONG, "note": "kanaria"})
    shop.post(sign_in, {"login": "anna@example.fi", "password": PASSWORD})
    stranger.post(sign_in, {"login": "kanaria@example.fi", "password": WRONG})
    stranger.post("/admin/login/?q=kanaria", {"username": "kanaria", "password": WRONG})
    for client, code in ((desk, "000000"), (again, code_of(secret))):
        client.post(sign_in, {"login": "bertil@example.fi", "password": PASSWORD})
        client.post(step_two, {"code": code, "note": "kanaria"})
    shop.post("/tili/salasana/vaihda/?q=kanaria", {"oldpassword": WRONG, "password1": "x"})
    shop.post("/tili/kirjaudu-ulos/?q=kanaria")

    rows = [row for model in (*LOGS, AccessAttempt) for row in model.objects.values()]
    doors = {row["path_info"] for row in rows}
    assert doors == {"/tili/kirjaudu/", "/tili/kaksivaiheinen/nayta/", "/tili/salasana/vaihda/"}
    unnamed = ("user_agent", "http_accept", "get_data", "post_data")
    assert {row.get(name, "") for row in rows for name in unnamed} == {""}
    assert {row["ip_address"] for row in rows} == {WHOLE}
    assert {row["username"] for row in rows} == {
        "anna@example.fi",
        "bertil@example.fi",
        sealed_name("kanaria@example.fi"),
    }
    assert "kanaria" not in str(rows)
    assert AccessLog.objects.filter(username="anna@example.fi", logout_time=None).count() == 0


def test_the_log_has_no_column_that_the_statement_has_no_line_for() -> None:
    lines = {Line.USER_NAME, Line.IP_ADDRESS, Line.SIGN_IN_TIME, Line.FAILED_SIGN_IN}
    for model in (*LOGS, AccessAttempt):
        assert {datum.line for datum in registry[model].data.values()} <= lines
        assert registry[model].impersonal == frozenset()


# --- How long ------------------------------------------------------------------------------


def addresses() -> list[tuple[str, str, Datum]]:
    """Give every declared column that holds an IP address."""
    return [
        (declaration.label, name, datum)
        for declaration in registry.values()
        for name, datum in declaration.data.items()
        if isinstance(declaration.column(name), models.GenericIPAddressField)
    ]


@pytest.mark.parametrize(("table", "column", "datum"), addresses())
def test_no_address_stays_whole_for_more_than_thirty_days(
    table: str, column: str, datum: Datum
) -> None:
    day = NOON.date()
    whole = datum.whole_for or datum.keep.period

    assert whole.last_day(day) <= day + timedelta(days=30)
    assert datum.keep.period.last_day(day) <= day + timedelta(days=365)


def logged(
    address: str | None, *, at: datetime = NOON, model: type[models.Model] = AccessLog
) -> models.Model:
    row = model._base_manager.create(username="anna@example.fi", ip_address=address, path_info="/")
    model._base_manager.filter(pk=row.pk).update(attempt_time=at)
    return row


def address_of(row: models.Model) -> str | None:
    found: str | None = (
        type(row)._base_manager.filter(pk=row.pk).values_list("ip_address", flat=True).first()
    )
    return found


@pytest.mark.parametrize("model", LOGS)
@pytest.mark.parametrize(
    ("whole", "network"),
    [
        ("192.0.2.77", "192.0.2.0"),
        ("203.0.113.255", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("2001:db8:ffff:ffff::1", "2001:db8:ffff::"),
    ],
)
def test_an_address_is_whole_for_thirty_days_its_network_to_the_year_and_then_nothing(
    model: type[models.Model], whole: str, network: str
) -> None:
    row = logged(whole, model=model)

    for days, left in ((30, whole), (31, network), (365, network), (366, None)):
        sweep(at=NOON + timedelta(days=days))
        assert address_of(row) == left
    assert not model._base_manager.exists()


def test_an_address_that_is_not_known_stays_unknown() -> None:
    row = logged(None)

    assert sweep(at=NOON + timedelta(days=31)) == {}
    assert address_of(row) is None


def test_what_is_shortened_is_not_written_again() -> None:
    logged(WHOLE)
    logged("192.0.2.0")  # a network by itself
    later = NOON + timedelta(days=31)

    assert sweep(at=later) == {"axes.AccessLog.ip_address (to its network)": 1}
    assert sweep(at=later) == {}


def test_many_addresses_are_shortened_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacy.sweep.BATCH", 3)
    for last in range(1, 8):
        logged(f"192.0.2.{last}")

    assert sweep(at=NOON + timedelta(days=31)) == {"axes.AccessLog.ip_address (to its network)": 7}
    assert set(AccessLog.objects.values_list("ip_address", flat=True)) == {"192.0.2.0"}


INDEXES: dict[type[models.Model], tuple[str, str]] = {
    AccessLog: ("sign_ins_by_time", "sign_ins_with_whole_address"),
    AccessFailureLog: ("sign_in_failures_by_time", "failed_sign_ins_with_whole_address"),
}


@pytest.mark.parametrize("model", LOGS)
def test_the_sweep_reads_only_what_is_due(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    due = (
        ended("attempt_time", Days(365), NOON),
        ended("attempt_time", Days(30), NOON) & is_whole("ip_address"),
    )
    for index, rows in zip(INDEXES[model], due, strict=True):
        plan = model._base_manager.filter(rows).explain()
        assert f" {index} " in plan


@pytest.mark.parametrize(
    ("name", "days"), [("KEEP_FULL_IP_DAYS", "31"), ("KEEP_SIGN_IN_LOG_DAYS", "366")]
)
def test_the_shop_does_not_start_with_a_longer_time_than_it_promises(
    name: str, days: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, days)

    with pytest.raises(ImproperlyConfigured, match=f"{name} is at most"):
        runpy.run_path("soluto_shop/settings.py")


# --- That it is told -----------------------------------------------------------------------

TOLD = {
    "fi": "koko osoite 30 päivää, sen jälkeen vain osoitteen verkko-osa: 1 vuosi siitä, kun",
    "sv": "hela adressen i 30 dagar, därefter bara dess nätdel: 1 år från det att",
    "en": "the whole address for 30 days, after that its network: 1 year from when",
}


@pytest.mark.parametrize("language", TOLD)
def test_statement_and_record_say_how_long_an_address_is_whole(language: str) -> None:
    with translation.override(language):
        [line] = [each for each in supplement().lines if each.name == str(Line.IP_ADDRESS.label)]
        record = record_of(edition_in_force(), language or AUTHENTIC, at=timezone.now())

    assert any(TOLD[language] in str(time) for time in line.times)
    assert any(TOLD[language] in time for each in record.activities for time in each.times)


def test_the_door_and_ones_own_page_say_it_too(anna: Customer) -> None:
    assert anna.account is not None
    door, member = Door(), Client()
    prove_email(anna.account)
    door.knock("anna@example.fi", WRONG)
    let_in(member, anna.account)

    for page in (member.get("/tili/omat-tiedot/"), door.client.get("/tili/kirjaudu/")):
        assert TOLD["fi"] in html.unescape(page.content.decode()).replace("Koko", "koko")
