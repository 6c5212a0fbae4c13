"""SE-10: requests that two servers would read differently are read by ours not at all.

What is asked here is gunicorn's own reader, with the limits that the shop sets.
"""

import pytest
from django.test import Client
from gunicorn.config import Config
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.http.parser import RequestParser

from soluto_shop import web_server

LIMITS = ("limit_request_line", "limit_request_fields", "limit_request_field_size")


def read(request: bytes) -> list[object]:
    """Read what comes over one connection, as the web server would."""
    config = Config()
    for name in LIMITS:
        config.set(name, getattr(web_server, name))
    return [(one.method, one.path) for one in RequestParser(config, iter([request]), ("::1", 1))]


HEAD = b"POST / HTTP/1.1\r\nHost: shop.example\r\n"
SMUGGLED = b"GET /admin/ HTTP/1.1\r\nHost: shop.example\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + SMUGGLED,
        HEAD + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + SMUGGLED,
        HEAD + b"Content-Length: +0\r\n\r\n" + SMUGGLED,
        HEAD + b"Content-Length : 0\r\n\r\n" + SMUGGLED,
        HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + SMUGGLED,
        HEAD + b"X-Folded: a\r\n b\r\n\r\n" + SMUGGLED,
        HEAD + b"X-Bare: a\nTransfer-Encoding: chunked\r\n\r\n" + SMUGGLED,
        HEAD + b"X-Null: a\0b\r\n\r\n" + SMUGGLED,
    ],
    ids=["CL+TE", "TE+CL", "two CL", "+CL", "CL with space", "unknown TE", "folded", "LF", "NUL"],
)
def test_what_can_be_read_in_two_ways_is_not_read(request_: bytes) -> None:
    with pytest.raises(ParseException):
        read(request_)


def test_what_is_endless_is_not_read() -> None:
    with pytest.raises(LimitRequestHeaders):
        read(HEAD + b"X-Long: " + b"a" * 100_000 + b"\r\n\r\n")
    with pytest.raises(LimitRequestHeaders):
        read(HEAD + b"X-Many: a\r\n" * 61 + b"\r\n")
    with pytest.raises(LimitRequestLine):
        read(b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n\r\n")


def test_a_plain_request_is_read() -> None:
    assert read(SMUGGLED) == [("GET", "/admin/")]


def test_a_whole_address_is_read_once_and_its_host_is_not_believed(client: Client) -> None:
    whole = b"GET http://evil.example/admin/ HTTP/1.1\r\nHost: shop.example\r\n\r\n"

    assert read(whole) == [("GET", "/admin/")]


def test_two_hosts_are_none(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "testserver,evil.example"}).status_code == 400
