"""Calls over HTTPS end in time, whatever the other side does, and trust nobody else's word."""

import datetime as dt
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from privacy.egress.opened import opened_to
from privacy.egress.web import Answer, call

SECONDS = 0.4
ASKED = b"{}"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Said: yes\r\n\r\nfour"

Play = Callable[[socket.socket, Event], None]


def silence(_caller: socket.socket, over: Event) -> None:
    """Take the call, and say nothing for 25 seconds."""
    over.wait(25)


def drops(said: bytes) -> Play:
    """Say something at once, and go on forever with a byte now and then."""

    def play(caller: socket.socket, over: Event) -> None:
        caller.sendall(said)
        while not over.wait(SECONDS / 8):
            caller.sendall(b"x")

    return play


def reset(caller: socket.socket, _over: Event) -> None:
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def garbage(caller: socket.socket, _over: Event) -> None:
    caller.sendall(b"\x00\xff\r\n\r\n")


def breaks_off(caller: socket.socket, _over: Event) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nthis is all")


def rightly(caller: socket.socket, _over: Event) -> None:
    caller.sendall(ANSWER)


def hear(caller: socket.socket) -> None:
    """Hear all of a question: who closes with a part of it unheard resets the line.

    Its head and its body come apart. What does not begin like a question is a greeting,
    of which one piece is enough.
    """
    heard = caller.recv(65536)
    while heard.startswith(b"POST") and not heard.endswith(ASKED):
        more = caller.recv(65536)
        if not more:
            return
        heard += more


@contextmanager
def served(play: Play, shield: ssl.SSLContext | None = None) -> Iterator[int]:
    """Play the other side on a port of this machine."""
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with suppress(OSError):
                plain, _address = door.accept()
                with shield.wrap_socket(plain, server_side=True) if shield else plain as caller:
                    hear(caller)
                    play(caller, over)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield door.getsockname()[1]
        finally:
            over.set()
            door.close()
            thread.join(timeout=5)


def called(address: str) -> Answer:
    with opened_to(urlsplit(address).hostname or ""):
        return call(address, method="POST", body=ASKED, timeout=SECONDS)


@pytest.mark.parametrize(
    "play",
    [
        silence,
        drops(b"HTTP/1.1 200 OK\r\nX-Said: "),
        drops(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"),
        drops(b"HTTP/1.1 200 OK\r\n\r\n"),
    ],
    ids=["silence", "head", "body", "body without end"],
)
def test_pa_01_all_of_a_call_ends_in_its_time_though_bytes_drip(play: Play) -> None:
    """The socket's own time counts anew for each byte; ours does not."""
    with served(play) as port:
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            called(f"http://127.0.0.1:{port}/")
        assert SECONDS * 0.9 < time.monotonic() - begun < SECONDS + 1


@pytest.mark.parametrize(
    ("play", "said"), [(reset, "reset"), (garbage, "BadStatusLine"), (breaks_off, "localhost|127")]
)
def test_pa_01_what_is_no_answer_is_a_trouble_of_the_line(play: Play, said: str) -> None:
    with served(play) as port, pytest.raises(OSError, match=said):
        called(f"http://127.0.0.1:{port}/")


# --- Behind TLS


@pytest.fixture(scope="module")
def shield(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """Give what a server called localhost shows, and the file in which it is vouched for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = timezone.now()
    paper = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = serialization.Encoding.PEM
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(pem, *form) + paper.public_bytes(pem))
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(file)
    return shown, file


def test_a_known_server_is_heard_and_a_dripping_one_is_not_waited_for(
    shield: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, file = shield
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with served(rightly, shown) as port:
        answer = called(f"https://localhost:{port}/")
    assert (answer.status, answer.headers["x-said"], answer.body) == (200, "yes", b"four")

    with served(drops(b"HTTP/1.1 200 OK\r\n\r\n"), shown) as port, pytest.raises(TimeoutError):
        called(f"https://localhost:{port}/")


def test_a_server_that_is_not_vouched_for_or_is_another_is_told_nothing(
    shield: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, file = shield
    with served(rightly, shown) as port, pytest.raises(ssl.SSLCertVerificationError):
        called(f"https://localhost:{port}/")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with served(rightly, shown) as port, pytest.raises(ssl.SSLCertVerificationError):
        called(f"https://127.0.0.1:{port}/")


def test_a_server_that_never_ends_its_greeting_is_not_waited_for() -> None:
    with served(drops(b"\x16\x03\x03\x40\x00")) as port, pytest.raises(TimeoutError):
        called(f"https://localhost:{port}/")
