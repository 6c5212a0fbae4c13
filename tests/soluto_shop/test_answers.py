"""Every class of answer, whoever gives it, carries the headers and gives nothing away (SE-03).

With them no page is shown in a foreign frame, held by a foreign window or read elsewhere (SE-06).
"""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from customers.models import Account
from tests.doors import let_in

pytestmark = pytest.mark.django_db

EVIL = {"origin": "https://evil.example"}
PAGE = "/tietosuoja/"
Ask = Callable[[Client], HttpResponseBase]


def _break(monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    def raising() -> None:
        raise trouble

    monkeypatch.setattr("privacy.views.edition_in_force", raising)


def _post_after_a_look(client: Client, body: bytes) -> HttpResponseBase:
    client.get("/tili/kirjaudu/")
    return client.generic(
        "POST", "/tili/kirjaudu/", body, content_type="application/x-www-form-urlencoded"
    )


CLASSES: dict[str, tuple[int, Ask]] = {
    "a page": (200, lambda c: c.get(PAGE, headers=EVIL)),
    "a form": (200, lambda c: c.get("/tili/kirjaudu/", headers=EVIL)),
    "a redirect": (302, lambda c: c.get("/tili/", headers=EVIL)),
    "a missing slash": (301, lambda c: c.get("/tietosuoja", headers=EVIL)),
    "a forged host": (400, lambda c: c.get("/tili/", headers={**EVIL, "host": "evil.example"})),
    "a NUL in the path": (400, lambda c: c.get("/x%00y/", headers=EVIL)),
    "a NUL in the query": (400, lambda c: c.get(f"{PAGE}?q=a%00b", headers=EVIL)),
    "a missing token": (403, lambda c: c.post("/tili/kirjaudu/", {}, headers=EVIL)),
    "no such page": (404, lambda c: c.get("/ei-ole/", headers=EVIL)),
    "no such file": (404, lambda c: c.get("/media/../../etc/passwd", headers=EVIL)),
    "a method the page has not": (405, lambda c: c.options("/healthz", headers=EVIL)),
    "TRACE": (405, lambda c: c.generic("TRACE", PAGE, headers=EVIL)),
    "an unknown method": (405, lambda c: c.generic("BREW", PAGE, headers=EVIL)),
    "too much at once": (
        413,
        lambda c: _post_after_a_look(c, b"x=" + b"y" * 1024 * 1024),
    ),
    "health": (200, lambda c: c.get("/healthz", headers=EVIL)),
    "readiness": (200, lambda c: c.get("/readyz", headers=EVIL)),
    "duties": (503, lambda c: c.get("/healthz/duties", headers=EVIL)),
    "a static file": (200, lambda c: c.get("/static/soluto_shop/shop.css", headers=EVIL)),
    "the admin's door": (302, lambda c: c.get("/admin/", headers=EVIL)),
}

STAFFS = {"/admin/": "text/html", "/admin/orders/invoice/books/vat.csv": "text/csv"}

HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def require_headers(answer: HttpResponseBase) -> None:
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "geolocation=()" in answer["Permissions-Policy"]
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not any(name.lower().startswith("access-control-") for name in answer.headers)
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


@pytest.fixture
def visitor(settings: Settings) -> Client:
    """Visit over HTTPS, and be shown error pages rather than errors."""
    settings.SECURE_HSTS_SECONDS = 63072000
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize("name", CLASSES)
def test_se_03_every_class_of_answer_carries_the_headers(name: str, visitor: Client) -> None:
    status, ask = CLASSES[name]
    answer = ask(visitor)

    assert answer.status_code == status
    require_headers(answer)


def test_se_03_a_fault_of_ours_does(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, RuntimeError("anna@example.fi"))
    answer = visitor.get(PAGE)

    assert answer.status_code == 500
    require_headers(answer)
    assert "anna" not in answer.content.decode()
    assert "RuntimeError" not in answer.content.decode()


def test_se_03_an_outage_does(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, OperationalError("connection to 10.1.2.3 failed"))
    answer = visitor.get(PAGE)

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    require_headers(answer)
    assert "10.1.2.3" not in answer.content.decode()


def test_an_outage_that_a_middleware_meets_is_told_as_kindly(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_self: object) -> None:
        raise OperationalError

    monkeypatch.setattr("customers.sessions.SessionStore.load", away)
    visitor.cookies["sessionid"] = "a" * 32
    answer = visitor.get("/tili/")

    assert answer.status_code == 503
    require_headers(answer)


def test_se_03_a_lock_out_does(visitor: Client) -> None:
    client = Client()
    for _ in range(5):
        answer = client.post(
            "/tili/kirjaudu/",
            {"login": "a@example.fi", "password": "x" * 12},
            headers={**EVIL, "x-requested-with": "XMLHttpRequest"},
        )

    assert answer.status_code == 429
    require_headers(answer)


@pytest.mark.parametrize(
    "address", ["/", "/tietosuoja/", "/ostoskori/", "/tili/kirjaudu/", "/tili/", "/admin/"]
)
def test_se_04_what_observatories_count_is_there_on_pages_of_every_kind(
    address: str, visitor: Client, settings: Settings, bertil: Account
) -> None:
    """Mozilla's counts the headers, what the policy lets in, the cookies, and whose scripts run."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    if address in ("/tili/", "/admin/"):
        let_in(visitor, bertil)
    answer = visitor.get(address)

    assert answer.status_code == 200
    require_headers(answer)
    directives = dict(
        part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";")
    )
    for name in ("script-src", "style-src", "connect-src", "form-action", "base-uri"):
        assert set(directives[name].split()) <= {"'self'", "'none'"}, name
    assert directives["frame-ancestors"] == "'none'"
    for cookie in answer.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    page = answer.content.decode()
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert scripts
    for attributes, inside in scripts:
        assert 'src="/static/' in attributes or 'type="application/json"' in attributes
        assert 'src="' in attributes or inside.strip()
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", page)


def test_se_03_the_admin_does_and_what_is_fetched_from_it(visitor: Client, bertil: Account) -> None:
    let_in(visitor, bertil)
    for address, kind in STAFFS.items():
        answer = visitor.get(address)

        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, kind), address
        require_headers(answer)
        assert "no-store" in answer["Cache-Control"]


def test_se_03_papers_and_pictures_do(visitor: Client, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    product, name = uuid4(), f"{uuid4()}-{'0' * 16}.webp"
    folder = tmp_path / "pictures" / str(product)
    folder.mkdir(parents=True)
    (folder / name).write_bytes(b"RIFF")
    for address, kind in (
        ("/tietosuoja/versiot/1/rekisteriseloste.pdf", "application/pdf"),
        (f"/media/pictures/{product}/{name}", "image/webp"),
        ("/sitemap.xml", "application/xml"),
        ("/.well-known/security.txt", "text/plain"),
    ):
        answer = visitor.get(address)

        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, kind), address
        require_headers(answer)


def test_a_refused_method_is_told_on_a_page_of_the_shop(client: Client) -> None:
    answer = client.post(PAGE)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert "</html>" in answer.content.decode()


def test_static_files_may_be_kept_and_pages_of_signed_in_people_may_not(
    client: Client, bertil: Account
) -> None:
    let_in(client, bertil)

    assert "no-store" not in client.get("/static/soluto_shop/shop.css")["Cache-Control"]
    assert client.get(PAGE)["Cache-Control"] == "private, no-store"


def test_readiness_says_that_the_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise OperationalError

    monkeypatch.setattr("soluto_shop.health._unapplied", away)
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": False})
    assert client.get("/healthz").status_code == 200


def test_staff_who_mistype_an_address_are_told_that_there_is_no_such_page(
    client: Client, bertil: Account
) -> None:
    let_in(client, bertil)

    assert client.get("/admin/no-such/page/").status_code == 404
