"""A copy is made once, kept where nobody reads it, and goes in its time."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from customers.models import Customer
from privacy.copies.models import DataCopy
from privacy.copies.operations import (
    copy_behind,
    discard_copies,
    discard_strays,
    fill_copy,
    key_of,
    replace_copy,
)
from privacy.erase import erase
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.privacy.lives import login_of, member

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=2)


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> Path:
    root = tmp_path / "private"
    settings.PRIVATE_ROOT = root
    return root


def made(card: Customer) -> DataCopy:
    copy = replace_copy(account_id=login_of(card).pk, language="fi", at=NOON)
    fill_copy(copy.pk, at=NOON)
    copy.refresh_from_db()
    return copy


def test_only_the_shops_own_user_can_read_the_file(place: Path) -> None:
    copy = made(member("anna@example.fi"))

    file = Path(copy.file.path)
    assert file.is_relative_to(place)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.stat().st_size == copy.size > 1000


def test_asking_twice_makes_one_copy() -> None:
    anna = member("anna@example.fi")
    first = replace_copy(account_id=login_of(anna).pk, language="fi", at=NOON)

    assert replace_copy(account_id=login_of(anna).pk, language="fi", at=NOON) == first
    assert DataCopy.objects.count() == 1


def test_a_new_copy_takes_the_place_of_the_old() -> None:
    anna = member("anna@example.fi")
    old = made(anna)

    new = replace_copy(account_id=login_of(anna).pk, language="fi", at=NOON)

    assert DataCopy.objects.get() == new != old
    [job] = ProcrastinateJob.objects.filter(task_name__endswith="destroy_file")
    assert job.args["file"] == old.file.name


def test_a_job_that_is_repeated_makes_nothing_twice() -> None:
    copy = made(member("anna@example.fi"))

    fill_copy(copy.pk, at=LATER)

    copy.refresh_from_db()
    assert copy.ready_at == NOON


def test_a_copy_goes_when_its_time_is_over() -> None:
    copy = made(member("anna@example.fi"))

    assert discard_copies(at=LATER - timedelta(seconds=1)) == 0
    assert discard_copies(at=LATER) == 1
    assert not DataCopy.objects.exists()
    assert ProcrastinateJob.objects.filter(args__file=copy.file.name).exists()


def test_a_copy_leads_only_its_own_person_to_it_and_only_in_its_time() -> None:
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    copy = made(anna)
    key = key_of(copy)

    assert copy_behind(key, account_id=login_of(anna).pk, at=NOON) == copy
    assert copy_behind(key, account_id=login_of(celia).pk, at=NOON) is None
    assert copy_behind(key, account_id=login_of(anna).pk, at=LATER) is None
    assert copy_behind(key[:-1] + "x", account_id=login_of(anna).pk, at=NOON) is None
    assert copy_behind("x", account_id=login_of(anna).pk, at=NOON) is None


def test_an_erasure_takes_the_copy_and_its_file_along() -> None:
    anna = member("anna@example.fi")
    copy = made(anna)

    erase(subject_of(cards=[anna.pk]), at=NOON)

    assert not DataCopy.objects.exists()
    assert ProcrastinateJob.objects.filter(args__file=copy.file.name).exists()
    fill_copy(copy.pk, at=NOON)
    assert not DataCopy.objects.exists()


def test_a_copy_is_either_made_or_awaited() -> None:
    anna = member("anna@example.fi")

    with pytest.raises(IntegrityError, match="copy_is_made_or_awaited"):
        DataCopy.objects.create(
            account=login_of(anna), language="fi", requested_at=NOON, ready_at=NOON
        )


def test_a_file_that_a_crash_left_behind_goes_too(place: Path) -> None:
    copy = made(member("anna@example.fi"))
    stray = place / "copies" / "stray.zip"
    stray.write_bytes(b"x")
    now = timezone.now()

    assert discard_strays(at=now) == 0, "it may be in the making"
    assert discard_strays(at=now + timedelta(hours=2)) == 1
    assert not stray.exists()
    assert Path(copy.file.path).exists()
