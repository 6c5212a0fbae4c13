"""FA-02: a link to the database that swallows every packet. Nobody waits more than five seconds."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connections
from django.test import Client

from soluto_shop.database import base, link
from soluto_shop.database.link import PATIENCE, QUICK, TO_CONNECT, WatchedConnection
from tests.swallowing import SwallowingLink, swallowing_link

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY_WAITS_LONGER = 5.0
SOONER = 1.2
AND_NOT_HERE = NOBODY_WAITS_LONGER - SOONER


@pytest.fixture
def hole(monkeypatch: pytest.MonkeyPatch) -> Iterator[SwallowingLink]:
    """Lay a link whose other end is asked after sooner than in the shop, by so much (SOONER)."""
    monkeypatch.setattr(base, "PATIENCE", PATIENCE - SOONER)
    monkeypatch.setattr(base, "QUICK", QUICK - SOONER)
    with swallowing_link() as through:
        yield through
    WatchedConnection.silent_until = 0.0


def timed(what: Callable[[], object]) -> tuple[object, float]:
    began = time.monotonic()
    try:
        result = what()
    except OperationalError as trouble:
        result = type(trouble.__cause__).__name__
    return result, time.monotonic() - began


def page() -> object:
    status = Client(raise_request_exception=False).get("/readyz").status_code
    connections["default"].close()
    return status


def sleep(seconds: float) -> object:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s), 'woke'", [seconds])
        return cursor.fetchone()[1]


def test_fa_02_a_link_that_swallows_is_given_up_in_time_and_got_over(hole: SwallowingLink) -> None:
    before = timed(page)
    threading.Timer(0.2, hole.swallow).start()
    at_work = timed(lambda: sleep(0.5))
    connections["default"].close()
    at_once_after = timed(page)
    hole.recover()
    time.sleep(link.PAUSE)
    recovered = timed(page)
    print(f"\nstatement {at_work}, page after it {at_once_after}, recovered {recovered}")  # noqa: T201 (measured)

    assert before[0] == recovered[0] == 200
    assert (at_work[0], at_once_after[0]) == ("Silent", 503)
    assert at_work[1] < AND_NOT_HERE
    assert at_once_after[1] < 1
    assert recovered[1] < 4


def test_fa_02_a_page_that_meets_the_hole_in_the_pool_is_told_in_time(hole: SwallowingLink) -> None:
    assert page() == 200  # leaves its connection in the pool
    hole.swallow()
    answer = timed(page)
    print(f"\npage {answer}")  # noqa: T201 (measured)

    assert answer[0] == 503
    assert answer[1] < AND_NOT_HERE


def test_fa_02_one_lost_answer_costs_one_statement(hole: SwallowingLink) -> None:
    assert page() == 200
    threading.Timer(0.2, lambda: hole.swallow(new_ones_too=False)).start()
    lost = timed(lambda: sleep(0.5))
    connections["default"].close()

    assert lost[0] == "Silent"
    assert lost[1] < AND_NOT_HERE
    assert page() == 200


def test_fa_02_what_the_server_is_still_at_may_last(
    hole: SwallowingLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As migrations, imports and compaction do; they are asked after, and waited for."""
    monkeypatch.setattr(base, "PATIENCE", 0.2)
    page()

    assert sleep(1) == "woke"
    assert PATIENCE + TO_CONNECT < NOBODY_WAITS_LONGER


def test_fa_03_a_slow_link_makes_no_page_unbearable(hole: SwallowingLink) -> None:
    """A hundred milliseconds for each answer: few questions are asked, so few are waited for."""
    assert page() == 200
    hole.delay = 0.1
    first = timed(lambda: Client().get("/en/").status_code)
    connections["default"].close()
    kept = timed(lambda: Client().get("/en/").status_code)
    print(f"\nhome {first}, again {kept}")  # noqa: T201 (measured)

    assert (first[0], kept[0]) == (200, 200)
    assert kept[1] < 1
