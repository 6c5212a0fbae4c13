"""AU-11: what keeps the door is away or breaks. Nobody gets in, and visitors are told kindly."""

from typing import Any

import pytest
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import DatabaseError, connection
from django.db.models import Model
from django.test import Client

from customers.models import Account, Session
from tests.customers.conftest import Door
from tests.doors import code_of, give_app, prove_email
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

WRONG = "jokin-aivan-muu-7731"


@pytest.fixture
def door() -> Door:
    """Let answers be seen as a visitor gets them."""
    door = Door()
    door.client = Client(raise_request_exception=False)
    return door


def take_away(table: type[Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table._meta.db_table} RENAME TO away")


def is_shut(door: Door) -> bool:
    assert door.answer.status_code == 503
    assert "tietokanta" not in door.answer.content.decode()
    assert "Traceback" not in door.answer.content.decode()
    assert door.answer["Retry-After"] == "10"
    return not Session.objects.filter(account__isnull=False).exists()


@pytest.mark.parametrize("table", [AccessAttempt, AccessLog])
def test_au_11_without_its_tables_the_right_password_does_not_let_in(
    table: type[Model], known: Account, door: Door
) -> None:
    take_away(table)
    door.knock("anna@example.fi")

    assert is_shut(door)
    assert door.client.get("/tili/").status_code == 302


@pytest.mark.parametrize("table", [AccessAttempt, AccessFailureLog])
def test_au_11_a_guess_that_cannot_be_written_down_is_not_answered(
    table: type[Model], known: Account, door: Door
) -> None:
    take_away(table)
    door.knock("anna@example.fi", WRONG)

    assert is_shut(door)


@pytest.mark.parametrize("step", ["is_locked", "user_logged_in"])
@pytest.mark.parametrize("trouble", [RuntimeError, DatabaseError, KeyError])
def test_au_11_whatever_breaks_in_the_log_lets_nobody_in(
    step: str,
    trouble: type[Exception],
    known: Account,
    door: Door,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(AxesDatabaseHandler, step, broken(trouble))
    door.knock("anna@example.fi")

    assert is_shut(door)


def test_au_11_a_second_factor_is_not_taken_either(bertil: Account, door: Door) -> None:
    prove_email(bertil)
    secret = give_app(bertil)
    door.knock("bertil@example.fi", PASSWORD)
    take_away(AccessAttempt)
    door.answer = door.client.post("/tili/kaksivaiheinen/nayta/", {"code": code_of(secret)})

    assert is_shut(door)


def broken(trouble: type[Exception]) -> Any:
    def step(*_args: Any, **_kwargs: Any) -> None:
        raise trouble("broken")

    return step
