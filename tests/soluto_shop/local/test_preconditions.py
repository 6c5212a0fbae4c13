import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from soluto_shop.local.preconditions import (
    CannotRun,
    port_number,
    require_database,
    require_free_port,
    require_writable,
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def test_a_taken_port_is_told_with_what_to_do(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(CannotRun, match=rf"^Port {port} is taken.*make run PORT=8765`\.$"):
        require_free_port("127.0.0.1", port)


def test_a_free_port_is_free_again_after_the_look(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    require_free_port("127.0.0.1", port)
    require_free_port("127.0.0.1", port)


@pytest.mark.parametrize("text", ["", "http", "0", "65536", "-1", "80 80"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(CannotRun, match="must be a number from 1 to 65535"):
        port_number(text)


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do() -> None:
    with pytest.raises(CannotRun, match=r"^Cannot write into /dev/null/var .*VAR_DIR\.$"):
        require_writable(Path("/dev/null/var"))


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    require_writable(tmp_path / "deep" / "var")
    assert list((tmp_path / "deep" / "var").iterdir()) == []


@pytest.mark.parametrize("url", ["mysql://user@localhost/shop", "shop.sqlite3", "://"])
def test_an_address_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(CannotRun, match="must be the address of a PostgreSQL database"):
        require_database(url)


def test_a_database_that_does_not_answer_is_told_without_the_password(
    listener: socket.socket,
) -> None:
    port = listener.getsockname()[1]
    listener.close()
    with pytest.raises(CannotRun, match="does not answer") as refusal:
        require_database(f"postgresql://anna:h4unted@127.0.0.1:{port}/shop")

    assert "h4unted" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_old_server_is_refused(listener: socket.socket) -> None:
    threading.Thread(target=answer_as_version, args=(listener, "14.5"), daemon=True).start()
    port = listener.getsockname()[1]
    with pytest.raises(CannotRun, match="is PostgreSQL 14: 15 or newer is needed"):
        require_database(f"postgresql://anna@127.0.0.1:{port}/shop?sslmode=disable")


def answer_as_version(listener: socket.socket, version: str) -> None:
    """Greet one client as a server of this version does, in PostgreSQL's protocol 3.0."""
    connection, _ = listener.accept()
    with connection:
        length = struct.unpack("!I", connection.recv(4))[0]
        connection.recv(length - 4)
        parameter = f"server_version\0{version}\0".encode()
        connection.sendall(
            b"R"
            + struct.pack("!II", 8, 0)
            + b"S"
            + struct.pack("!I", 4 + len(parameter))
            + parameter
            + b"Z"
            + struct.pack("!I", 5)
            + b"I"
        )
        connection.recv(100)
