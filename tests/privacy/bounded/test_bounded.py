"""FA-08: what hangs, eats memory or crashes is killed alone, and nothing of it stays."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings as settings_of_the_shop
from pytest_django import Settings

from privacy.bounded import work
from privacy.bounded.work import DiedOfIt, TookTooLong, WentWrong, bounded
from tests.privacy.bounded.works import crash, eat, hang, refuse, twice

PATIENCE = 30
WORKER = """
import django
django.setup()
from privacy.bounded.work import bounded
from tests.privacy.bounded.works import hang, twice
bounded(twice, {{"number": 1}})
bounded(hang, {{"told": {told!r}}})
"""


@pytest.fixture(autouse=True)
def none_waits() -> Iterator[None]:
    yield
    work._pool.clear()


def is_there(pid: int) -> bool:
    """Tell whether a process runs; one that is dead and not yet buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(holds: Callable[[], bool]) -> bool:
    last = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < last:
        time.sleep(0.02)
    return holds()


def pids(told: Path) -> list[int]:
    assert until(lambda: told.exists() and len(told.read_text().split()) == 2)
    return [int(pid) for pid in told.read_text().split()]


def test_a_helper_is_kept_warm_and_replaced_when_it_has_worked_often(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    said, made = bounded(twice, {"number": 21}, b"x" * 1_000_000)
    assert (said["number"], made) == (42, b"x" * 2_000_000)
    assert not said["knows"], "it knows no Django"
    assert bounded(twice, {"number": 1})[0]["pid"] == said["pid"]
    assert b"hidden" not in Path(f"/proc/{said['pid']}/environ").read_bytes()

    with pytest.raises(WentWrong, match="ValueError: not like that"):
        bounded(refuse, {})
    assert bounded(twice, {"number": 1})[0]["pid"] == said["pid"], "a refusal kills nobody"

    settings.RENDERING_MEGABYTES += 1
    other = bounded(twice, {"number": 1})[0]["pid"]
    assert other != said["pid"]
    monkeypatch.setattr(work, "OFTEN", 1)
    assert bounded(twice, {"number": 1})[0]["pid"] != other
    assert not is_there(said["pid"])
    assert not is_there(other)


def test_what_hangs_is_killed_with_all_that_it_began_and_others_go_on_meanwhile(
    settings: Settings, tmp_path: Path
) -> None:
    settings.RENDERING_SECONDS = 2
    bounded(twice, {"number": 1})
    with ThreadPoolExecutor(1) as elsewhere:
        hanging = elsewhere.submit(bounded, hang, {"told": str(tmp_path / "told")})
        begun = pids(tmp_path / "told")
        assert bounded(twice, {"number": 2})[0]["number"] == 4
        assert not hanging.done()
        with pytest.raises(TookTooLong, match="hang was not done in 2 s"):
            hanging.result(PATIENCE)

    assert until(lambda: not any(map(is_there, begun)))
    assert bounded(twice, {"number": 3})[0]["number"] == 6


def test_what_eats_memory_or_crashes_dies_alone(settings: Settings) -> None:
    settings.RENDERING_MEGABYTES = 300
    settings.RENDERING_SECONDS = PATIENCE
    for wicked in (eat, crash):
        with pytest.raises(DiedOfIt, match=wicked.__name__):
            bounded(wicked, {})
        assert bounded(twice, {"number": 2})[0]["number"] == 4


def test_a_helper_does_not_outlive_who_waits_for_it_in_the_middle_of_what_hangs(
    tmp_path: Path,
) -> None:
    ends = {signal.SIGKILL: tmp_path / "killed", signal.SIGTERM: tmp_path / "ended"}
    workers = {
        end: subprocess.Popen(
            [sys.executable, "-c", WORKER.format(told=str(told))],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "RENDERING_SECONDS": str(10 * PATIENCE),  # it is not its time that ends it
            },
            cwd=settings_of_the_shop.BASE_DIR,
        )
        for end, told in ends.items()
    }
    busy = [pid for told in ends.values() for pid in pids(told)]
    assert all(map(is_there, busy))

    for end, worker in workers.items():
        worker.send_signal(end)
        worker.wait(PATIENCE)

    assert until(lambda: not any(map(is_there, busy)))
