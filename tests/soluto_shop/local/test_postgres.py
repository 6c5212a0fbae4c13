import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from soluto_shop.local.postgres import LocalPostgres, PostgresUnavailable, find_binaries
from tests.soluto_shop.local.processes import (
    becomes_true,
    end,
    has_joined,
    processes_of,
    start_user,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with a cluster whose server is at rest."""
    folder = tmp_path_factory.mktemp("own") / "postgres"
    with LocalPostgres(folder):
        pass
    return folder


@pytest.fixture(autouse=True)
def nothing_runs_afterwards(folder: Path) -> Iterator[None]:
    yield
    assert becomes_true(lambda: not processes_of(folder), within=60), processes_of(folder)


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def test_it_serves_a_database_and_then_ends(folder: Path) -> None:
    with LocalPostgres(folder) as server:
        server.make_database("shop")
        server.make_database("shop")
        with psycopg.connect(server.url("shop")) as connection:
            answer = connection.execute(
                "SELECT current_database(), lower('ÄÖ'), current_setting('listen_addresses')"
            ).fetchone()

    assert answer == ("shop", "äö", "")
    assert becomes_true(lambda: not server.is_ready(), within=60)


def test_users_at_once_make_one_server_which_outlives_the_first_to_leave(tmp_path: Path) -> None:
    fresh = tmp_path / "postgres"
    first, second = start_user(fresh), start_user(fresh)
    assert has_joined(first)
    assert has_joined(second)
    pid = postmaster(fresh)

    end(first)
    with psycopg.connect(LocalPostgres(fresh).url("postgres")) as connection:
        connection.execute("SELECT 1")
    assert postmaster(fresh) == pid

    end(second)
    assert becomes_true(lambda: not processes_of(fresh), within=60)


def test_a_killed_user_leaves_no_server(folder: Path) -> None:
    user = start_user(folder)
    assert has_joined(user)

    user.kill()
    user.wait(60)

    assert becomes_true(lambda: not processes_of(folder), within=60)


def test_a_child_that_holds_the_handle_keeps_the_server(folder: Path) -> None:
    server = LocalPostgres(folder)
    server.join()
    child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, pass_fds=[server.handle])

    server.leave()

    with psycopg.connect(server.url("postgres")) as connection:
        connection.execute("SELECT 1")
    child.communicate(b"", timeout=10)
    assert becomes_true(lambda: not server.is_ready(), within=60)


def test_a_killed_guard_takes_the_server_along_and_the_next_user_starts_it(folder: Path) -> None:
    with LocalPostgres(folder) as server:
        parent = Path(f"/proc/{postmaster(folder)}/stat").read_text().rpartition(")")[2].split()[1]
        os.kill(int(parent), signal.SIGKILL)
        assert becomes_true(lambda: not server.is_ready(), within=60)

        server.join()

        assert server.is_ready()


def test_what_was_committed_survives_a_killed_server(folder: Path) -> None:
    with LocalPostgres(folder) as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(postmaster(folder), signal.SIGKILL)
        assert becomes_true(lambda: not Path(f"/proc/{postmaster(folder)}").exists(), within=60)

        server.join()

        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_half_made_cluster_never_counts(tmp_path: Path) -> None:
    half_made = tmp_path / "data.new.killed"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")

    with LocalPostgres(tmp_path) as server:
        assert server.is_ready()

    assert not half_made.exists()
    assert becomes_true(lambda: not processes_of(tmp_path), within=60)


def test_a_cluster_of_another_version_is_named_in_the_message(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(PostgresUnavailable, match=r"made by PostgreSQL 9, but only \d+.* is here"):
        LocalPostgres(tmp_path).join()

    assert [each.name for each in (tmp_path / "data").iterdir()] == ["PG_VERSION"]


def test_the_programs_are_new_enough() -> None:
    assert find_binaries().major >= 15


def test_a_long_path_has_its_socket_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 25)
    with LocalPostgres(folder) as server:
        assert str(server.socket_folder).startswith("/tmp/soluto-")
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(server.url("postgres")) as connection:
            connection.execute("SELECT 1")

    assert becomes_true(lambda: not server.socket_folder.exists(), within=60)


def test_somebody_elses_socket_folder_is_refused(tmp_path: Path) -> None:
    server = LocalPostgres(tmp_path / ("long" * 25))
    server.socket_folder.mkdir(mode=0o777)
    server.socket_folder.chmod(0o777)
    try:
        with pytest.raises(PostgresUnavailable, match="is not ours"):
            server.join()
    finally:
        server.socket_folder.rmdir()


def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(PostgresUnavailable, match="cannot write into /dev/null/postgres"):
        LocalPostgres(Path("/dev/null/postgres")).join()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(PostgresUnavailable, match="no_such_setting"):
        LocalPostgres(tmp_path, settings={"no_such_setting": "1"}).join()

    assert not processes_of(tmp_path)
