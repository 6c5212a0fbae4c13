"""Signing in: who gets in, who waits, and what is written down."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from customers.limits import MOST_FAILURES, WINDOW
from customers.models import Account, Customer, FailureCount, Session
from customers.sessions import hash_of
from customers.signing_in import sealed_name, typed_name
from customers.tasks import clear_spent_limits, close_sign_ins
from privacy.network import NOWHERE, client_address, neighbourhood
from tests.customers.conftest import Door
from tests.doors import lift_limits, prove_email
from tests.factories import PASSWORD, AccountFactory

pytestmark = pytest.mark.django_db

WRONG = "jokin-aivan-muu-7731"
HERE = "192.0.2.7"


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep allauth's own limits out of the way: these tests are about ours."""
    lift_limits(monkeypatch)
    return iter([None])


def test_the_right_password_lets_in_and_is_written_down(known: Account, door: Door) -> None:
    assert door.knock("anna@example.fi") == 302
    assert door.answer["Location"] == "/tili/"

    row = AccessLog.objects.get()
    assert (row.username, row.ip_address, row.path_info) == (
        "anna@example.fi",
        HERE,
        "/tili/kirjaudu/",
    )
    assert (row.user_agent, row.http_accept, row.logout_time) == ("", "", None)


def test_signing_out_writes_the_time_and_ends_the_session(known: Account, door: Door) -> None:
    door.knock("anna@example.fi")
    door.client.post("/tili/kirjaudu-ulos/", REMOTE_ADDR=HERE)

    assert AccessLog.objects.get().logout_time is not None
    assert not Session.objects.filter(account=known).exists()


def test_a_wrong_password_leaves_name_address_time_and_nothing_else(
    known: Account, door: Door
) -> None:
    door.knock("anna@example.fi", WRONG, next="/tili/?email=anna@example.fi")

    row = AccessFailureLog.objects.get()
    assert (row.username, row.ip_address) == ("anna@example.fi", HERE)
    attempt = AccessAttempt.objects.get()
    assert (attempt.get_data, attempt.post_data, attempt.user_agent) == ("", "", "")


def test_a_name_that_is_no_accounts_is_kept_as_a_keyed_hash(known: Account, door: Door) -> None:
    typed = "salaisuuteni@typed-in-the-wrong.box"
    door.knock(typed, WRONG)

    kept = AccessFailureLog.objects.get().username
    assert kept == sealed_name(typed)
    assert "salaisuuteni" not in str(AccessAttempt.objects.values())


# --- AU-01: the lock of a name at an address ----------------------------------------------


def test_au_01_after_five_failures_the_right_password_must_wait(known: Account, door: Door) -> None:
    statuses = [door.knock("anna@example.fi", WRONG) for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]

    assert door.knock("anna@example.fi") == 429
    assert door.answer["Retry-After"] == "900"
    assert not Session.objects.filter(account=known).exists()


def test_au_01_known_and_unknown_are_answered_with_the_same_words(
    known: Account, door: Door
) -> None:
    pages = []
    for name in ("anna@example.fi", "kukaan@example.fi"):
        for _ in range(5):
            door.knock(name, WRONG)
        pages.append((door.answer.status_code, door.answer.content.replace(name.encode(), b"")))

    assert pages[0] == pages[1]


def test_au_04_each_guess_costs_one_look_at_a_password_whosever_it_is(
    known: Account, door: Door, hashed: list[str]
) -> None:
    prove_email(AccountFactory.create(email="suljettu@example.fi", is_active=False))
    costs: dict[str, list[tuple[int, list[str]]]] = {}
    for name in ("anna@example.fi", "kukaan@example.fi", "suljettu@example.fi"):
        for _ in range(6):  # the last meets the lock, before any password is looked at
            hashed.clear()
            status = door.knock(name, WRONG)
            costs.setdefault(name, []).append((status, list(hashed)))
        hashed.clear()
        door.knock(name, address="198.51.100.20")
        door.client = Client()
        costs[name].append((0, list(hashed)))

    wrong, waits = [(200, [WRONG])] * 4, [(429, [WRONG])] * 2
    assert costs["kukaan@example.fi"] == [*wrong, *waits, (0, [PASSWORD])]
    assert costs["anna@example.fi"] == costs["suljettu@example.fi"] == costs["kukaan@example.fi"]


def test_au_01_after_the_wait_the_right_password_lets_in(known: Account, door: Door) -> None:
    for _ in range(5):
        door.knock("anna@example.fi", WRONG)
    long_ago = timezone.now() - timedelta(minutes=16)
    AccessAttempt.objects.update(attempt_time=long_ago)

    assert door.knock("anna@example.fi", WRONG) == 200
    assert door.knock("anna@example.fi") == 302


def test_the_lock_holds_at_its_address_only(known: Account, door: Door) -> None:
    for _ in range(5):
        door.knock("anna@example.fi", WRONG)

    assert door.knock("anna@example.fi", address="198.51.100.20") == 302


@pytest.mark.parametrize(
    "spelling",
    ["ANNA@EXAMPLE.FI", " anna@example.fi ", "ａｎｎａ@example.fi", "an\u200bna@example.fi"],
)
def test_law_11_the_lock_holds_over_spellings(known: Account, door: Door, spelling: str) -> None:
    for _ in range(4):
        door.knock("anna@example.fi", WRONG)

    assert door.knock(spelling, WRONG) == 429
    assert door.knock("anna@example.fi") == 429


def test_au_02_nobodys_success_clears_anothers_failures(known: Account, door: Door) -> None:
    own = AccountFactory.create(email="roisto@example.fi")
    prove_email(own)
    for _round in range(2):
        for _ in range(2):
            door.knock("anna@example.fi", WRONG)
        assert door.knock("roisto@example.fi") == 302
        door.client = Client()

    assert door.knock("anna@example.fi", WRONG) == 429
    assert AccessAttempt.objects.get(username="anna@example.fi").failures_since_start == 5


def test_ones_own_success_clears_ones_own_failures_at_that_address_only(
    known: Account, door: Door
) -> None:
    door.knock("anna@example.fi", WRONG, address="198.51.100.20")
    door.knock("anna@example.fi", WRONG)
    door.knock("anna@example.fi")

    assert AccessAttempt.objects.get().ip_address == "198.51.100.20"


def test_au_09_empty_names_lock_nobody(known: Account, door: Door) -> None:
    for _ in range(10):
        assert door.knock("", WRONG) == 200

    assert door.knock("anna@example.fi") == 302


@pytest.mark.parametrize("length", [255, 256, 320, 5000])
def test_long_names_are_refused_and_never_an_error(length: int, door: Door) -> None:
    name = "a" * (length - len("@example.fi")) + "@example.fi"

    assert door.knock(name, WRONG) == 200


# --- Spraying: the limit of an address over all names --------------------------------------


def spray(door: Door, names: int = MOST_FAILURES, *, address: str = HERE) -> None:
    for number in range(names):
        door.knock(f"nimi{number}@example.fi", WRONG, address=address)


def test_who_sprays_one_password_over_many_names_is_stopped(known: Account, door: Door) -> None:
    spray(door, MOST_FAILURES - 1)
    assert door.answer.status_code == 200
    spray(door, 1)
    assert door.answer.status_code == 429

    # Even a lucky guess is not let in any more.
    assert door.knock("anna@example.fi") == 429
    assert door.knock("anna@example.fi", address="198.51.100.20") == 302


def test_who_has_signed_in_from_the_address_before_is_not_locked_by_others(
    known: Account, door: Door
) -> None:
    door.knock("anna@example.fi")
    door.client = Client()
    spray(door)

    assert door.knock("anna@example.fi") == 302


def test_a_familiar_name_that_fails_is_told_no_more_than_others(known: Account, door: Door) -> None:
    door.knock("anna@example.fi")
    door.client = Client()
    spray(door)

    assert door.knock("anna@example.fi", WRONG) == 429
    of_anna = door.answer.content
    assert door.knock("kukaan@example.fi", WRONG) == 429
    assert door.answer.content == of_anna


def test_successes_do_not_give_an_address_new_guesses(known: Account, door: Door) -> None:
    spray(door, 10)
    door.knock("anna@example.fi")

    assert FailureCount.objects.get(ip_address=HERE).failures == 10


def test_attempts_that_were_refused_are_not_counted(known: Account, door: Door) -> None:
    spray(door)
    spray(door, 5)

    assert FailureCount.objects.get(ip_address=HERE).failures == MOST_FAILURES


def test_the_limit_of_an_address_ends_with_its_window(known: Account, door: Door) -> None:
    spray(door)
    FailureCount.objects.update(window_began_at=timezone.now() - WINDOW)

    assert door.knock("anna@example.fi") == 302


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("not an address", NOWHERE),
    ],
)
def test_a_line_of_ipv6_counts_as_one_address(address: str, counted: str) -> None:
    assert neighbourhood(address) == counted


# --- Proxies -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "[2001:db8::5]:443", "2001:db8::5"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "<script>", None),
        (2, "203.0.113.9", "192.0.2.7"),
    ],
)
def test_only_the_shops_own_proxies_are_believed(
    settings: Settings, proxies: int, forwarded: str, seen: str | None
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == seen


def test_a_typed_name_is_found_at_every_door() -> None:
    AccountFactory.create(email="anna@example.fi")
    for field in ("username", "email", "login"):
        request = RequestFactory().post("/", {field: " Anna@Example.FI "})
        assert typed_name(request) == "anna@example.fi"


# --- Sessions (law 14) ---------------------------------------------------------------------


def test_law_14_the_session_turns_over_at_sign_in(known: Account, door: Door) -> None:
    door.client.get("/tili/salasana/unohtui/")
    session = door.client.session
    session["something"] = "kept"
    session.save()
    before = session.session_key

    door.knock("anna@example.fi")
    after = door.client.session.session_key
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()


def test_au_08_a_closed_account_is_out_at_the_next_request(known: Account, door: Door) -> None:
    door.knock("anna@example.fi")
    Account.objects.filter(pk=known.pk).update(is_active=False)

    assert door.client.get("/tili/").status_code == 302
    assert not Session.objects.filter(account=known).exists()
    assert door.knock("anna@example.fi") == 302
    assert door.answer["Location"] == "/tili/suljettu/"
    Account.objects.filter(pk=known.pk).update(is_active=True)
    assert door.client.get("/tili/").status_code == 302


def test_a_changed_password_ends_the_other_sessions_and_keeps_the_log_of_this_one(
    known: Account, door: Door
) -> None:
    elsewhere = Door()
    elsewhere.knock("anna@example.fi")
    door.knock("anna@example.fi")
    new = "aivan-uusi-ja-pitkä-lause"
    answer = door.client.post(
        "/tili/salasana/vaihda/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
        REMOTE_ADDR=HERE,
    )

    assert answer.status_code == 302
    assert elsewhere.client.get("/tili/").status_code == 302
    assert door.client.get("/tili/").status_code == 200
    key = door.client.session.session_key
    assert key is not None
    assert AccessLog.objects.filter(session_hash=hash_of(key), logout_time=None).count() == 1


def test_guessing_at_the_old_password_is_a_failed_sign_in(known: Account, door: Door) -> None:
    door.knock("anna@example.fi")
    guess = {"oldpassword": WRONG, "password1": "x", "password2": "x"}
    for _ in range(5):
        answer = door.client.post("/tili/salasana/vaihda/", guess, REMOTE_ADDR=HERE)

    assert AccessFailureLog.objects.filter(username="anna@example.fi").count() == 5
    assert answer.status_code == 429


def test_a_session_that_ran_out_gets_the_time_at_which_it_did(known: Account, door: Door) -> None:
    door.knock("anna@example.fi")
    ended = timezone.now() - timedelta(hours=2)
    Session.objects.update(expire_date=ended)
    AccessLog.objects.update(attempt_time=timezone.now() - timedelta(hours=4))

    close_sign_ins(at=timezone.now())
    assert AccessLog.objects.get().logout_time == ended
    assert not Session.objects.exists()


def test_a_session_that_is_gone_is_closed_and_one_that_lasts_is_not(
    known: Account, door: Door
) -> None:
    door.knock("anna@example.fi")
    AccessLog.objects.update(attempt_time=timezone.now() - timedelta(hours=4))
    at = timezone.now()

    close_sign_ins(at=at)
    assert AccessLog.objects.get().logout_time is None
    Session.objects.all().delete()
    close_sign_ins(at=at)
    assert AccessLog.objects.get().logout_time == at


def test_spent_limits_are_cleared(known: Account, door: Door) -> None:
    door.knock("anna@example.fi", WRONG)
    clear_spent_limits(timestamp=int(timezone.now().timestamp()))
    assert AccessAttempt.objects.count() == FailureCount.objects.count() == 1

    later = timezone.now() + timedelta(minutes=16)
    clear_spent_limits(timestamp=int(later.timestamp()))
    assert AccessAttempt.objects.count() == FailureCount.objects.count() == 0


@pytest.mark.parametrize(
    "cookie", ["", "x" * 8000, "a" * 31 + "\0", "../../etc", "ä" * 32, "A" * 32]
)
def test_se_07_a_forged_session_cookie_is_nobodys(cookie: str, anna: Customer) -> None:
    client = Client()
    client.cookies["sessionid"] = cookie

    assert client.get("/tili/").status_code == 302
