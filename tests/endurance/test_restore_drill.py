"""The restore drill: erase people after a back-up, restore it, and nobody of them is back.

The suite does it with fifty people; `make endure` with thousands, a hundred kills and a back-up of
two gigabytes.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from customers.models import Customer
from orders.sales.models import Order
from privacy.erase import erase
from privacy.ledger import the_ledger
from privacy.subject import subject_of
from soluto_shop.backups.database import Database
from soluto_shop.backups.making import back_up_into, check_backup
from soluto_shop.backups.restoring import restore
from soluto_shop.local import surroundings
from soluto_shop.local.postgres import (
    LocalPostgres,
    PostgresUnavailable,
    find_binaries,
    find_tools,
)
from soluto_shop.local.surroundings import CARELESS
from tests.migrated import migrated_database
from tests.privacy.lives import finish, login_of, member, order_of
from tests.soluto_shop.backups.conftest import fresh, own_key_and_media
from tests.soluto_shop.backups.shops import KEY, PAGES, Shop, scratch

__all__ = ["fresh", "own_key_and_media"]

KILLS = int(os.environ.get("ENDURE", "3"))
MEMBERS, GUESTS = (5000, 2000) if "ENDURE" in os.environ else (50, 20)
GONE, GUESTS_GONE = 15, 5
PATIENCE = 1_800 if "ENDURE" in os.environ else 300
MEGABYTES = 2048 if "ENDURE" in os.environ else 96

pytestmark = [
    pytest.mark.endure,
    pytest.mark.django_db(transaction=True),
]


def made(tmp_path: Path, media: Path) -> Path:
    return back_up_into(
        tmp_path / "backups", database=Database.of_the_shop(), media=media, at=timezone.now()
    )


def own(tmp_path: Path) -> Shop:
    return Shop(Shop.url_of(Database.of_the_shop()), tmp_path / "own")


def test_the_restore_drill(fresh: Shop, settings: Any, tmp_path: Path) -> None:
    now = timezone.now()
    then = now - timedelta(days=200)  # long enough ago for contacts to be free
    members = [member(f"member{n}x@example.fi") for n in range(MEMBERS)]
    guests = [f"guest{n}x@example.fi" for n in range(GUESTS)]
    for guest in guests:
        finish(order_of(None, guest, at=then), at=then)
    picture = settings.MEDIA_ROOT / "picture.png"
    picture.write_bytes(b"a picture")
    begun = time.monotonic()
    path = made(tmp_path, settings.MEDIA_ROOT)
    backed_up = time.monotonic() - begun
    for card in members[:GONE]:
        erase(subject_of(cards=[card.pk], accounts=[login_of(card).pk]), at=now)
    for guest in guests[:GUESTS_GONE]:
        erase(subject_of(emails=[guest]), at=now)
    gone = [card.email for card in members[:GONE]] + guests[:GUESTS_GONE]
    others = [card.email for card in members[GONE:]] + guests[GUESTS_GONE:]

    begun = time.monotonic()
    status, said = fresh.manage("restore", str(path), "--yes")
    restored = time.monotonic() - begun

    assert status == 0, said
    assert f"{GONE + GUESTS_GONE} erasures are to be repeated." in said
    assert not any(email in said for email in (*gone, *others))
    back = fresh.dumped()
    assert all(email in back for email in (*gone, *others))
    answers = fresh.answers(*PAGES, "/media/picture.png", "/readyz", "/healthz")
    assert {page: answers[page] for page in PAGES} == dict.fromkeys(PAGES, (503, "60"))
    assert answers["/media/picture.png"][0] == 503
    assert (answers["/readyz"][0], answers["/healthz"][0]) == (503, 200)

    begun = time.monotonic()
    status, said = fresh.manage("privacy_replay")
    replayed = time.monotonic() - begun

    assert status == 0
    assert f"{GONE + GUESTS_GONE} erasures repeated." in said
    here = fresh.dumped()
    assert [email for email in gone if email in here] == []
    assert [email for email in others if email not in here] == []
    was, became = own(tmp_path).tables(), fresh.tables()
    for model in (Customer, Order):
        assert became[model._meta.db_table] == was[model._meta.db_table]
    assert fresh.pictures() == {"picture.png": b"a picture"}
    answers = fresh.answers("/", "/tietosuoja/", "/readyz")
    assert [status for status, _again in answers.values()] == [200, 200, 200]
    assert fresh.manage("privacy_verify")[0] == 0
    sys.stdout.write(
        f"{MEMBERS + GUESTS} people: backed up in {backed_up:.1f} s, restored in {restored:.1f} s, "
        f"erasures repeated in {replayed:.1f} s\n"
    )


def test_lines_that_the_ledger_has_forgotten_forbid_the_restore(
    fresh: Shop, settings: Any, tmp_path: Path
) -> None:
    card = member("anna@example.fi")
    path = made(tmp_path, settings.MEDIA_ROOT)
    erase(subject_of(cards=[card.pk], accounts=[login_of(card).pk]), at=timezone.now())
    the_ledger().forget_before(timezone.now() + timedelta(days=1))

    status, said = fresh.manage("restore", str(path), "--yes")

    assert status == 1
    assert "The ledger has forgotten 1 erasures that came after the back-up (line 1" in said
    assert "Take a younger back-up." in said
    assert fresh.tables() == {}


def test_a_lost_ledger_forbids_the_restore_until_that_is_said(
    fresh: Shop, settings: Any, tmp_path: Path
) -> None:
    erase(subject_of(emails=["anna@example.fi"]), at=timezone.now())
    path = made(tmp_path, settings.MEDIA_ROOT)
    the_ledger().path.unlink()

    status, said = fresh.manage("restore", str(path), "--yes")
    assert status == 1
    assert "The ledger of erasures is not here" in said
    assert fresh.tables() == {}

    assert fresh.manage("restore", str(path), "--yes", "--without-ledger")[0] == 0


def test_a_killed_restore_is_never_half(fresh: Shop, settings: Any, tmp_path: Path) -> None:
    chance = random.Random(7)
    media = settings.MEDIA_ROOT
    for n in range(40):
        (media / f"{n}.png").write_bytes(chance.randbytes(200_000))
    member("anna@example.fi")
    first = made(tmp_path, media)
    for n in range(40):
        (media / f"{n}.png").write_bytes(chance.randbytes(200_000))
    member("celia@example.fi")
    second = made(tmp_path, media)
    over = ("--yes", "--over", fresh.database.name)
    whole = {}
    for path in (first, second):
        begun = time.monotonic()
        assert fresh.manage("restore", str(path), *over)[0] == 0
        took = time.monotonic() - begun
        whole[path] = (fresh.tables(), fresh.pictures())
    closed = 0

    for round_ in range(KILLS):
        path = (first, second)[round_ % 2]
        process = fresh.begin("restore", str(path), *over)
        while not the_ledger().restoring.exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.7))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        if the_ledger().restoring.exists():
            closed += 1
            assert fresh.answers("/tietosuoja/")["/tietosuoja/"] == (503, "60")
            assert fresh.manage("restore", "--finish")[0] == 0
        assert (fresh.tables(), fresh.pictures()) in whole.values()
        assert not list(fresh.media.glob(".*"))

    assert closed
    sys.stdout.write(f"{KILLS} kills, {closed} in the middle; a restore takes {took:.1f} s\n")


def test_a_killed_back_up_is_no_back_up(settings: Any, tmp_path: Path) -> None:
    (settings.MEDIA_ROOT / "large").write_bytes(os.urandom(30_000_000))
    shop, folder = own(tmp_path), tmp_path / "backups"
    in_the_middle = 0

    for _ in range(KILLS):
        process = shop.begin("backup", str(folder))
        while not list(folder.glob(".*")) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        in_the_middle += bool(list(folder.glob(".*")))
        for path in folder.glob("*.backup"):
            assert check_backup(path).files == 1

    assert in_the_middle
    assert shop.manage("backup", str(folder))[0] == 0
    assert not list(folder.glob(".*"))


MEASURE = r"""
import django, os, resource, sys
django.setup()
from io import StringIO
from pathlib import Path
from django.core.management import call_command
from django.db import connection
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def once(media, folder, over):
    from django.conf import settings
    settings.MEDIA_ROOT = media
    out = StringIO()
    call_command("backup", folder, stdout=out)
    file = out.getvalue().rpartition(" (")[0]
    call_command("restore", file, into={into!r}, media=Path(folder + "/media"), yes=True,
                 over=over, stdout=StringIO())
once({small!r}, {folder!r} + "/a", None)
before = peak()
with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO privacy_letter (id, \"to\", by_post, address, is_answer, language, kind, "
        "subject, text, html, attached, to_enclose, reply_to, created_at, stayed_here, attempts, "
        "last_trouble, unsubscribe) "
        "SELECT gen_random_uuid(), 'x@example.fi', false, '', false, 'fi', 'x', 'x', (SELECT "
        "string_agg(md5(n || '-' || m), '') FROM generate_series(1, 300) AS m), '', '', '', '', "
        "now(), false, 0, '', '' FROM generate_series(1, {letters}) AS n"
    )
once({large!r}, {folder!r} + "/b", {name!r})
print(peak() - before)
"""


def test_memory_stays_level_whatever_the_size(fresh: Shop, settings: Any, tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.mkdir()
    large.mkdir()
    with (large / "large").open("wb") as file:
        file.truncate(MEGABYTES * 1024 * 1024)
    folder = tmp_path / "level"
    (folder / "a" / "media").mkdir(parents=True)
    (folder / "b" / "media").mkdir(parents=True)
    shop = own(tmp_path)
    code = MEASURE.format(
        small=str(small),
        large=str(large),
        folder=str(folder),
        into=fresh.url,
        name=fresh.database.name,
        letters=MEGABYTES * 20,
    )

    begun = time.monotonic()
    out, err = shop.start("-c", code).communicate(timeout=PATIENCE)

    assert out, err
    assert int(out) < 8 * 1024
    assert (folder / "b" / "media" / "large").stat().st_size == MEGABYTES * 1024 * 1024
    sys.stdout.write(
        f"{MEGABYTES} MB there and back in {time.monotonic() - begun:.0f} s, "
        f"grown by {int(out)} KiB\n"
    )


def test_no_key_and_no_password_stands_on_a_command_line(
    fresh: Shop, settings: Any, tmp_path: Path
) -> None:
    (settings.MEDIA_ROOT / "large").write_bytes(os.urandom(20_000_000))
    shop = own(tmp_path)
    seen: set[str] = set()

    process = shop.start("manage.py", "backup", str(tmp_path / "backups"), PGPASSWORD="verysecret")
    while process.poll() is None:
        seen |= set(command_lines())
        time.sleep(0.01)  # or it would hold up what it looks at
    out, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 0, err
    assert any("pg_dump" in line for line in seen)
    for line in (*seen, out, err):
        assert KEY not in line
        assert "verysecret" not in line


def command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue


@pytest.fixture
def oldest(tmp_path: Path) -> Iterator[Shop]:
    """Give a shop on a server of the oldest version that this machine has the programs of.

    The server's cluster, and the tables as its own migrations made them, are kept for the next run.
    """
    for major in range(15, 40):
        try:
            binaries = find_binaries(for_cluster_of=major)
        except PostgresUnavailable:
            continue
        break
    server = LocalPostgres(
        surroundings.test_server().folder / f"of_{binaries.major}", settings=CARELESS
    )
    server.__dict__["_binaries"] = binaries
    with server:
        like = Shop(server.url(migrated_database(server)), tmp_path)
        (like.folder / "media").mkdir()
        with scratch(tmp_path / "old", like=like, url=server.url("postgres")) as shop:
            yield shop


def test_an_old_servers_back_up_goes_into_a_newer_server(
    oldest: Shop, fresh: Shop, tmp_path: Path
) -> None:
    shop = oldest
    status, said = shop.manage("backup", str(tmp_path / "backups"))
    assert status == 0, said
    [path] = (tmp_path / "backups").iterdir()
    manifest = check_backup(path).manifest
    assert manifest.major == shop.database.major() == find_tools(manifest.major).major

    restore(path, fresh.target, manifest=manifest)

    assert fresh.tables() == shop.tables()
    assert fresh.manage("migrate", "--check")[0] == 0
    newer = back_up_into(
        tmp_path / "newer", database=fresh.database, media=fresh.media, at=timezone.now()
    )
    status, said = shop.manage("restore", str(newer), "--yes", "--over", shop.database.name)
    if fresh.database.major() > manifest.major:
        assert status == 1
        assert f"this server is {manifest.major}: it goes into" in said
    else:
        assert status == 0
