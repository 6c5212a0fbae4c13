"""What is restored is what was backed up: rows, pictures, triggers, and nothing else."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE
from typing import Any, NamedTuple

import psycopg
import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from customers.models import Account
from customers.sessions import SessionStore
from privacy.evidence import LedgerMark
from privacy.ledger import the_ledger
from soluto_shop.backups.database import LEFT_OUT, Database, DatabaseTrouble
from soluto_shop.backups.making import NoKey, back_up_into, check_backup
from soluto_shop.backups.restoring import Refused, Target, plan_restore, restore
from soluto_shop.backups.sealed import Unreadable, new_key
from tests.factories import StaffFactory
from tests.privacy.lives import login_of, member, whole_life
from tests.putting_back import remember
from tests.soluto_shop.backups.shops import KEY, Shop, at_home, scratch

pytestmark = pytest.mark.django_db(transaction=True)

EMPTY: dict[str, list[str]] = {table: [] for table in LEFT_OUT}


def made(tmp_path: Path) -> Path:
    return back_up_into(
        tmp_path / "backups",
        database=Database.of_the_shop(),
        media=tmp_path / "own" / "media",
        at=timezone.now(),
    )


def put(path: Path, shop: Shop) -> None:
    plan = plan_restore(path, shop.target, at=timezone.now())
    restore(path, shop.target, manifest=plan.manifest)


class Kept(NamedTuple):
    """A back-up, and what stood in the tables when it was made."""

    path: Path
    tables: dict[str, list[str]]


@pytest.fixture(scope="module")
def kept(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Kept:
    """Back up a shop with a whole life in it, three pictures, and what does not belong there.

    It is done once; afterwards the shop has nothing of it.
    """
    folder = tmp_path_factory.mktemp("kept")
    pictures = folder / "own" / "media" / "pictures"
    with django_db_blocker.unblock(), at_home(folder / "own"):
        before = remember()
        clerk = StaffFactory.create(email="bertil@example.fi", full_name="Bertil Ek")
        whole_life("anna@example.fi", clerk=clerk)
        cache.set("kept", "for a while")
        for name, content in {
            "a/1.webp": b"one" * 200_000,
            "a/ä 2.avif": b"",
            "b/3.png": b"three",
            "b/.unfinished": b"half",
        }.items():
            path = pictures / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            os.utime(path, (1_700_000_000, 1_700_000_000))
        (pictures / "link.png").symlink_to("/etc/hostname")
        own = Shop(Shop.url_of(Database.of_the_shop()), folder / "own")
        kept = Kept(made(folder), own.tables())
        before.put_back()
    return kept


@pytest.fixture
def backup(kept: Kept) -> Path:
    """Give the file of that back-up, which is only read."""
    return kept.path


@pytest.fixture(scope="module")
def restored(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Restore that back-up once, for those that only look, and see that nothing changes."""
    folder = tmp_path_factory.mktemp("restored")
    with scratch(folder / "shop") as shop:
        with at_home(folder / "own"):
            put(kept.path, shop)
        yield shop


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Make an empty database for what is refused before anything is written, and see that it is."""
    with scratch(tmp_path_factory.mktemp("untouched") / "shop") as shop:
        yield shop


def test_rows_and_pictures_come_back_as_they_were(kept: Kept, restored: Shop) -> None:
    was, became = kept.tables, restored.tables()
    assert {table for table in LEFT_OUT if was[table]} == set(LEFT_OUT)
    assert {table: became[table] for table in LEFT_OUT} == EMPTY
    assert {**was, **EMPTY} == became
    assert restored.pictures() == {
        "pictures/a/1.webp": b"one" * 200_000,
        "pictures/a/ä 2.avif": b"",
        "pictures/b/3.png": b"three",
    }
    picture = restored.media / "pictures" / "b" / "3.png"
    assert picture.stat().st_mtime == 1_700_000_000
    assert S_IMODE(picture.stat().st_mode) == 0o640
    assert S_IMODE(picture.parent.stat().st_mode) == 0o750
    assert sorted(each.name for each in restored.media.iterdir()) == ["pictures"]


def test_triggers_constraints_and_unsampled_columns_come_back(restored: Shop) -> None:
    status, said = restored.manage("privacy_verify")
    assert (status, said.strip()) == (0, "0 receipts and 0 lines of the ledger hold.")
    assert restored.manage("makemigrations", "--check", "--dry-run")[0] == 0
    with (
        psycopg.connect(restored.url) as here,
        pytest.raises(psycopg.DatabaseError, match="Cannot update"),
    ):
        here.execute("UPDATE privacy_edition SET approved_by = 'x'")


def test_the_file_is_its_owners_alone_and_tells_nothing(backup: Path) -> None:
    content = backup.read_bytes()

    assert S_IMODE(backup.stat().st_mode) == 0o600
    assert S_IMODE(backup.parent.stat().st_mode) == 0o700
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]
    for word in (b"anna@", b"pictures", b"PGDMP", b"manifest", b"threethree"):
        assert word not in content


def test_a_restore_takes_the_place_of_all_that_was_there(
    backup: Path, fresh: Shop, tmp_path: Path
) -> None:
    member("celia@example.fi")
    (tmp_path / "own" / "media" / "pictures").mkdir()
    (tmp_path / "own" / "media" / "pictures" / "later.png").write_bytes(b"later")
    later = made(tmp_path)
    put(later, fresh)
    assert "celia@example.fi" in fresh.dumped()
    assert "pictures/later.png" in fresh.pictures()
    with psycopg.connect(fresh.url) as here:
        here.execute(
            "CREATE TABLE of_a_later_migration (account uuid REFERENCES customers_account)"
        )
        here.execute("CREATE TYPE mood AS ENUM ('sad')")

    put(backup, fresh)

    assert "celia@example.fi" not in fresh.dumped()
    assert "anna@example.fi" in fresh.dumped()
    assert "of_a_later_migration" not in fresh.tables()
    assert "pictures/later.png" not in fresh.pictures()


def test_an_ordinary_owner_restores_and_restores_again(backup: Path, fresh: Shop) -> None:
    owner, name = f"owner_of_{fresh.database.name}", fresh.database.name
    with psycopg.connect(fresh.url, autocommit=True) as here:
        here.execute(f"CREATE ROLE {owner} LOGIN")
        here.execute(f"ALTER DATABASE {name} OWNER TO {owner}")
        their = Shop(psycopg.conninfo.make_conninfo(fresh.url, user=owner), fresh.folder)
        try:
            put(backup, their)
            first = their.tables()
            put(backup, their)

            assert their.tables() == first
            assert "anna@example.fi" in their.dumped()
        finally:
            here.execute(f"ALTER DATABASE {name} OWNER TO CURRENT_USER")
            here.execute(f"REASSIGN OWNED BY {owner} TO CURRENT_USER")
            here.execute(f"DROP OWNED BY {owner}; DROP ROLE {owner}")


def test_check_proves_a_file_and_says_what_it_is(backup: Path, capsys: Any) -> None:
    call_command("backup", check=backup)

    said = capsys.readouterr().out
    assert " is whole: of 20" in said
    assert " 3 files, " in said
    proof = check_backup(backup)
    assert proof.manifest.counts["customers_customer"] == 1
    assert "customers_session" not in proof.manifest.counts
    assert "customers.0001_initial" in proof.manifest.migrations


def harmed(backup: Path, tmp_path: Path, harm: str) -> Path:
    content = bytearray(backup.read_bytes())
    if harm == "a flipped bit":
        content[len(content) // 2] ^= 1
    elif harm == "cut off":
        del content[-1000:]
    elif harm == "an empty file":
        content.clear()
    path = tmp_path / "harmed.backup"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("harm", ["a flipped bit", "cut off", "an empty file"])
def test_a_harmed_file_is_refused_and_nothing_is_written(
    backup: Path, untouched: Shop, tmp_path: Path, harm: str
) -> None:
    (untouched.media / "kept.png").write_bytes(b"kept")
    status, said = untouched.manage("restore", str(harmed(backup, tmp_path, harm)), "--yes")

    assert status == 1
    assert "CommandError: The back-up cannot be used: " in said
    assert said.strip().endswith("Nothing has changed.")
    assert "Traceback" not in said
    assert untouched.tables() == {}
    assert untouched.pictures() == {"kept.png": b"kept"}
    (untouched.media / "kept.png").unlink()
    assert not the_ledger().restoring.exists()


def test_harm_that_shows_only_while_it_is_written_undoes_all(
    backup: Path, restored: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    was, pictures = restored.tables(), restored.pictures()
    manifest = check_backup(backup).manifest
    monkeypatch.setattr("soluto_shop.backups.restoring.check_backup", lambda _path: None)

    for harm in ("a flipped bit", "cut off"):
        with pytest.raises(Unreadable):
            restore(harmed(backup, tmp_path, harm), restored.target, manifest=manifest)

    assert restored.tables() == was
    assert restored.pictures() == pictures
    assert sorted(each.name for each in restored.media.iterdir()) == ["pictures"]


def test_a_count_that_differs_undoes_all(
    backup: Path, untouched: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = check_backup(backup).manifest
    manifest.counts["orders_order"] += 1

    with pytest.raises(DatabaseTrouble, match="orders_order has not the 2 rows"):
        restore(backup, untouched.target, manifest=manifest)

    assert untouched.tables() == {}
    assert untouched.pictures() == {}


def test_another_key_does_not_open_it_and_a_fallback_does(
    backup: Path, untouched: Shop, settings: Any
) -> None:
    other = new_key()
    status, said = untouched.manage("restore", str(backup), "--yes", BACKUP_KEY=other)
    assert status == 1
    assert "sealed with another key" in said
    assert other not in said
    assert KEY not in said
    assert untouched.tables() == {}

    settings.BACKUP_KEY, settings.BACKUP_KEY_FALLBACKS = other, [KEY]
    assert check_backup(backup).files == 3


def test_without_a_key_nothing_is_made(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_KEY = ""

    with pytest.raises(NoKey):
        made(tmp_path)
    with pytest.raises(CommandError, match="backup --new-key` prints one"):
        call_command("backup", str(tmp_path / "backups"))
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_shop_with_data_goes_only_when_it_is_named(backup: Path, fresh: Shop) -> None:
    name = fresh.database.name
    status, said = fresh.manage("restore", str(backup))
    assert (status, "Nothing has been done yet: add --yes." in said) == (1, True)
    assert fresh.manage("restore", str(backup), "--yes")[0] == 0
    was = fresh.tables()

    for words in ([], ["--over", "soluto"]):
        status, said = fresh.manage("restore", str(backup), "--yes", *words)
        assert status == 1
        assert f"say --over {name} if that is what you want" in said
        assert fresh.tables() == was

    assert fresh.manage("restore", str(backup), "--yes", "--over", name)[0] == 0
    assert fresh.tables() == was


def test_a_drill_goes_into_another_database_and_leaves_the_shop_alone(
    backup: Path, fresh: Shop, tmp_path: Path
) -> None:
    name = fresh.database.name
    member("celia@example.fi")
    call_command("restore", str(backup), into=fresh.url, media=tmp_path / "drill", yes=True)

    assert "anna@example.fi" in fresh.dumped()
    assert (tmp_path / "drill" / "pictures" / "b" / "3.png").read_bytes() == b"three"
    assert [account.email for account in Account.objects.all()] == ["celia@example.fi"]
    with pytest.raises(Refused, match="the shop's own"):
        Target.beside(Shop.url_of(Database.of_the_shop()), media=None)
    with pytest.raises(CommandError, match="PGPASSWORD"):
        call_command("restore", str(backup), into=f"postgresql://a:b@localhost/{name}", yes=True)


def test_a_back_up_older_than_the_ledgers_memory_is_refused(
    backup: Path, untouched: Shop, settings: Any
) -> None:
    later = timezone.now() + timedelta(days=settings.KEEP_BACKUPS_DAYS, minutes=1)

    with pytest.raises(Refused, match="the ledger may have forgotten who was erased since"):
        plan_restore(backup, untouched.target, at=later)


def test_a_newer_server_is_asked_for_in_one_line(
    backup: Path, untouched: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "major", lambda _self: 14)

    with pytest.raises(Refused, match=r"this server is 14: it goes into \d\d or newer"):
        plan_restore(backup, untouched.target, at=timezone.now())


def test_the_back_up_of_a_newer_shop_is_refused(untouched: Shop, tmp_path: Path) -> None:
    with psycopg.connect(Shop.url_of(Database.of_the_shop())) as here:
        here.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('orders', '9_new', now())"
        )
    try:
        newer = made(tmp_path)
    finally:
        with psycopg.connect(Shop.url_of(Database.of_the_shop())) as here:
            here.execute("DELETE FROM django_migrations WHERE name = '9_new'")

    with pytest.raises(Refused, match=r"newer version of the shop \(orders.9_new\)"):
        plan_restore(newer, untouched.target, at=timezone.now())


def test_who_was_signed_in_signs_in_again(fresh: Shop, tmp_path: Path) -> None:
    account = login_of(member("dora@example.fi"))
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session.save()
    key = str(session.session_key)

    put(made(tmp_path), fresh)

    assert key not in fresh.dumped()
    assert "dora@example.fi" in fresh.dumped()


def test_the_ledgers_line_is_in_the_manifest(tmp_path: Path) -> None:
    LedgerMark.objects.update_or_create(pk=1, defaults={"seen": 7})

    assert check_backup(made(tmp_path)).manifest.ledger_line == 7


def test_missing_programs_are_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "major", lambda _self: 99)

    with pytest.raises(CommandError, match=r"99, .* \(here: .*apt install postgresql-client-99"):
        call_command("backup", str(tmp_path / "backups"))

    assert list((tmp_path / "backups").iterdir()) == []
