"""Many at the door at once: no more guesses than allowed, no more accounts than one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from customers.limits import MOST_FAILURES
from customers.models import Account, Customer
from privacy.outbox.models import Letter
from tests.customers.conftest import Door
from tests.doors import lift_limits, prove_email
from tests.factories import PASSWORD, AccountFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    lift_limits(monkeypatch)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each guess have its turn, however slow the machine: nobody is only told to wait."""
    monkeypatch.setattr("privacy.limits.PATIENCE", "60s")


def guess(name: str) -> int:
    door = Door()
    try:
        return door.knock(name, "jokin-aivan-muu-7731")
    finally:
        connection.close()


def test_law_11_guesses_sent_at_once_are_no_more_than_guesses_in_turn() -> None:
    prove_email(AccountFactory.create(email="anna@example.fi"))
    with ThreadPoolExecutor(12) as threads:
        statuses = list(threads.map(guess, ["anna@example.fi"] * 12))

    # Four are told that it was wrong; the fifth and all after it meet the lock.
    assert sorted(statuses) == [200] * 4 + [429] * 8


def test_law_11_nor_are_they_over_many_names() -> None:
    names = [f"nimi{number}@example.fi" for number in range(MOST_FAILURES + 10)]
    with ThreadPoolExecutor(12) as threads:
        statuses = list(threads.map(guess, names))

    assert statuses.count(200) == MOST_FAILURES - 1


def sign_up(spelling: str) -> tuple[int, str]:
    form = {"email": spelling, "password1": PASSWORD, "password2": PASSWORD}
    try:
        answer = Client().post("/tili/rekisteroidy/", form)
        return answer.status_code, answer["Location"]
    finally:
        connection.close()


def test_co_05_ten_sign_ups_at_once_make_one_account() -> None:
    spellings = ["anna@example.fi", "ANNA@example.fi", "ａnna@example.fi", "Anna@Example.FI "] * 3
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(sign_up, spellings[:10]))

    assert set(answers) == {(302, "/tili/sahkoposti/lahetetty/")}
    assert Account.objects.get().email == "anna@example.fi"
    assert Customer.objects.count() == 1
    assert Letter.objects.count() <= 3
