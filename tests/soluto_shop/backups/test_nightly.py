"""Each night a back-up is made, the old ones go, and somebody is told when none comes."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE
from typing import Any

import pytest
from django.conf import settings as conf
from django.test import Client
from django.utils import timezone

from soluto_shop.backups.alarm import raise_alarm
from soluto_shop.backups.folder import backup_is_late, backups_in, made_at, name_for
from soluto_shop.backups.making import NoKey, check_backup
from soluto_shop.local import surroundings
from soluto_shop.tasks import nightly_backup
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import StaffFactory

DAY = timedelta(days=1)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Have back-ups made every night."""
    settings.BACKUP_FOLDER = str(tmp_path / "backups")
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def laid(folder: Path, name: str) -> Path:
    (folder / name).write_bytes(b"")
    return folder / name


def test_a_backups_name_tells_its_moment() -> None:
    assert name_for(NOON) == "soluto-20261123T100000000000Z.backup"
    assert made_at(Path("/x") / name_for(NOON)) == NOON


@pytest.mark.django_db(transaction=True)
def test_the_night_makes_one_and_takes_the_old_ones(folder: Path, settings: Any) -> None:
    now = timezone.now()
    old = laid(folder, name_for(now - (settings.KEEP_BACKUPS_DAYS + 1) * DAY))
    young = laid(folder, name_for(now - (settings.KEEP_BACKUPS_DAYS - 1) * DAY))
    others = {laid(folder, "soluto.backup"), laid(folder, "notes.txt"), laid(folder, ".hidden")}

    nightly_backup(0)

    [first, made] = backups_in(folder)
    assert first == young
    assert not old.exists()
    assert all(each.exists() for each in others)
    assert check_backup(made).manifest.moment == made_at(made)
    assert not backup_is_late(at=made_at(made) + timedelta(hours=26))
    assert backup_is_late(at=made_at(made) + timedelta(hours=26, seconds=1))


def test_the_old_ones_go_even_when_no_new_one_can_be_made(folder: Path, settings: Any) -> None:
    settings.BACKUP_KEY = ""
    old = laid(folder, name_for(timezone.now() - (settings.KEEP_BACKUPS_DAYS + 1) * DAY))

    with pytest.raises(NoKey):
        nightly_backup(0)

    assert not old.exists()
    assert list(folder.iterdir()) == []


def test_where_no_folder_is_named_nothing_is_made_and_nothing_is_late(settings: Any) -> None:
    settings.BACKUP_FOLDER = ""

    nightly_backup(0)

    assert not backup_is_late(at=NOON)


@pytest.mark.django_db
def test_the_duties_and_the_start_page_turn_red(folder: Path, client: Client) -> None:
    assert client.get("/healthz/duties").json()["backup"] is False
    assert client.get("/healthz/duties").status_code == 503
    staff = let_in(Client(), StaffFactory.create(email="kaisa@example.fi", is_superuser=True))
    assert "Varmuuskopiota ei ole otettu" in staff.get("/admin/").content.decode()

    laid(folder, name_for(timezone.now()))

    assert client.get("/healthz/duties").json()["backup"] is True
    assert "Varmuuskopiota ei ole otettu" not in staff.get("/admin/").content.decode()


@pytest.mark.django_db
def test_the_shop_is_written_to_once_a_day_while_the_back_up_is_late(folder: Path) -> None:
    laid(folder, name_for(NOON))
    late = NOON + timedelta(hours=26, seconds=1)

    assert raise_alarm(at=NOON + timedelta(hours=26)) is None
    letter = raise_alarm(at=late)
    assert letter is not None
    assert (letter.to, letter.language) == (conf.CONTROLLER["email"], "fi")
    assert letter.subject == "Yöllinen varmuuskopio on jäänyt ottamatta"
    assert "Viimeisin varmuuskopio on otettu 23.11.2026" in letter.text
    assert raise_alarm(at=late + timedelta(hours=23)) is None

    for each in backups_in(folder):
        each.unlink()
    again = raise_alarm(at=late + DAY)
    assert again is not None
    assert "Yhtään varmuuskopiota ei löytynyt." in again.html


def test_a_folder_that_is_not_there_is_a_late_back_up(folder: Path) -> None:
    folder.rmdir()

    assert backup_is_late(at=timezone.now())


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"BACKUP_FOLDER": "/srv/backups"}, "no BACKUP_KEY to seal with"),
        ({"BACKUP_KEY": "too-short"}, "43 characters each"),
        ({"BACKUP_KEY_FALLBACKS": "x" * 43 + ",y"}, "43 characters each"),
        (
            {"BACKUP_KEY": "x" * 43, "MEDIA_ROOT": "/srv/m", "BACKUP_FOLDER": "/srv/m/b"},
            "/srv/m/b must not lie in MEDIA_ROOT",
        ),
        ({"MEDIA_ROOT": "/srv/m", "PRIVATE_ROOT": "/srv/m/p"}, "/srv/m/p must not lie in"),
    ],
)
def test_settings_that_would_betray_stop_the_start(said: dict[str, str], reason: str) -> None:
    attempt = subprocess.run(
        [sys.executable, "-c", "import tests.settings"],
        env={**os.environ, **said},
        cwd=conf.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert attempt.returncode == 1
    assert reason in attempt.stderr
    assert "too-short" not in attempt.stderr


def test_a_local_shop_has_a_key_beside_its_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BACKUP_KEY", "DATABASE_URL", "SECRET_KEY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))

    surroundings.fill_in()

    path = tmp_path / "var" / "ledger" / "backup.key"
    assert os.environ["BACKUP_KEY"] == path.read_text()
    assert len(path.read_text()) == 43
    assert S_IMODE(path.stat().st_mode) == 0o600
    assert S_IMODE(path.parent.stat().st_mode) == 0o700
