"""Forms, addresses and cookies that somebody else made up."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from itertools import product
from typing import Any

import pytest
from axes.models import AccessFailureLog
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from customers.models import Account, Customer, Session
from customers.sessions import SessionStore
from orders.basket.models import BasketLine
from soluto_shop.errors import csrf_failure
from tests.doors import let_in, let_in_just_now, lift_limits, prove_email
from tests.factories import PASSWORD, VariantFactory, in_stock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    lift_limits(monkeypatch)


def named_pages() -> Iterator[tuple[str, URLPattern]]:
    """List the shop's own pages, from the address map itself."""

    def walk(node: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
        for entry in node.url_patterns:
            if isinstance(entry, URLResolver):
                inner = f"{space}{entry.namespace}:" if entry.namespace else space
                yield from walk(entry, inner)
            elif entry.name:
                yield f"{space}{entry.name}", entry

    yield from walk(get_resolver(), "")


GUESSES = {
    "key": "x",
    "uidb36": "0" * 32,
    "pk": "1",
    "object_id": "1",
    "slug": "x",
    "path": "x",
    "app_label": "orders",
    "content_type_id": "1",
    "url": "x",
    "token": "x",
    "number": "1",
}
UUID = "0" * 8 + "-0000-0000-0000-" + "0" * 12


def address_of(name: str, entry: URLPattern) -> str:
    """Fill an address with values that have the right form."""
    wanted = entry.pattern.converters or dict.fromkeys(entry.pattern.regex.groupindex, None)
    values = {
        part: UUID if type(converter).__name__ == "UUIDConverter" else GUESSES.get(part, "1")
        for part, converter in wanted.items()
    }
    return reverse(name, kwargs=values)


PAGES = {name: entry for name, entry in named_pages() if not name.startswith("admin:jsi18n")}


# --- SE-01: every form needs its token ----------------------------------------------------


FROM_ELSEWHERE: tuple[dict[str, str], ...] = (
    {},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "http://testserver"},
)


@pytest.fixture
def drawn_once(settings: Settings) -> None:
    """Draw the page that refuses once at each address: whoever comes again is told no more."""
    drawn: set[str] = set()

    def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
        if request.path in drawn:
            return HttpResponseForbidden()
        drawn.add(request.path)
        return csrf_failure(request, reason)

    settings.CSRF_FAILURE_VIEW = refused


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a session once: whoever comes again with the same key is known."""
    read: dict[str | None, tuple[SessionStore, dict[str, Any]]] = {}
    from_database = SessionStore.load

    def load(session: SessionStore) -> dict[str, Any]:
        if session.session_key not in read:
            read[session.session_key] = session, from_database(session)
        first, said = read[session.session_key]
        session.arrival, session.ends_at = first.arrival, first.ends_at
        session.of_account, session.is_staffs = first.of_account, first.is_staffs
        return dict(said)

    monkeypatch.setattr(SessionStore, "load", load)


@pytest.mark.parametrize("side", ["shop", "staff"])
def test_se_01_no_page_takes_a_form_from_elsewhere(
    side: str,
    anna: Customer,
    bertil: Account,
    *,
    drawn_once: None,
    read_once: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = bertil if side == "staff" else anna.account
    assert person is not None
    client = let_in(Client(enforce_csrf_checks=True), person)
    own, anothers = RequestFactory().get("/"), RequestFactory().get("/")
    get_token(own)
    client.cookies["csrftoken"] = own.META["CSRF_COOKIE"]
    said = {"x": "y", "csrfmiddlewaretoken": get_token(anothers)}
    brought, asked, taken = SimpleCookie(client.cookies), 0, []
    for name, entry in PAGES.items():
        if name.startswith("admin:") != (side == "staff"):
            continue
        asked += 1
        client.cookies = SimpleCookie(brought)
        with transaction.atomic():  # nothing of what it does stays
            for headers, form in product(FROM_ELSEWHERE, ({"x": "y"}, said)):
                answer = client.post(address_of(name, entry), form, headers=headers)
                refuses = answer.status_code in {403, 404, 405}
                # SE-12, wherever asked
                if not refuses or answer.has_header("Access-Control-Allow-Origin"):
                    taken.append((name, headers, sorted(form), answer.status_code))
            transaction.set_rollback(True)

    assert taken == []
    assert asked > 150
    monkeypatch.undo()
    client.cookies = brought
    whose = "/admin/" if side == "staff" else reverse("customers:details")
    assert client.get(whose).status_code == 200  # still signed in, at the end as at each address


# --- SE-05: the way back stays at home ----------------------------------------------------

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "https://testserver@evil.example/",
    "javascript:alert(1)",
    " //evil.example",
    "\t//evil.example",
    "http:///evil.example",
    "//testserver.evil.example",
    "/\r\nSet-Cookie: x=y",
]


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("way", ["sign-in", "sign-out", "sign-up", "admin", "again"])
def test_se_05_the_way_back_stays_at_home(way: str, target: str, anna: Customer) -> None:
    assert anna.account is not None
    client = Client()
    if way == "sign-in":
        prove_email(anna.account)
        form = {"login": "anna@example.fi", "password": PASSWORD, "next": target}
        answer = client.post("/tili/kirjaudu/", form)
    elif way == "sign-up":
        form = {"email": "u@example.fi", "password1": PASSWORD, "password2": PASSWORD}
        answer = client.post("/tili/rekisteroidy/", {**form, "next": target})
    elif way == "admin":
        answer = client.get("/admin/login/", {"next": target})
    else:
        let_in(client, anna.account)
        page = "/tili/kirjaudu-ulos/" if way == "sign-out" else "/tili/kirjaudu/"
        answer = client.post(page, {"next": target})

    assert answer.status_code == 302
    assert re.match(r"/(?![/\\])", answer["Location"])
    assert "evil" not in answer["Location"]
    assert "\n" not in answer["Location"]
    assert "x" not in answer.cookies


# --- SE-07, IN-07..09: cookies and fields that say anything --------------------------------


@pytest.mark.parametrize(
    "value", ["../../etc/passwd", "x" * 8000, "a\r\nSet-Cookie: b=c", "ä", "fi\0", "'"]
)
@pytest.mark.parametrize("cookie", ["django_language", "sessionid", "csrftoken", "messages"])
def test_se_07_a_forged_cookie_changes_nothing(cookie: str, value: str, client: Client) -> None:
    client.cookies[cookie] = value
    answer = client.get("/tietosuoja/")

    assert answer.status_code == 200
    assert '<html lang="fi"' in answer.content.decode()


def test_in_08_a_nul_in_a_header_is_no_error(client: Client) -> None:
    """The web server refuses one; what a proxy lets through is asked about here."""
    said = ["User-Agent", "Referer", "Accept-Language", "X-Forwarded-For", "HX-Current-URL"]
    lamp = in_stock(3, variant=VariantFactory.create())
    headers = {**dict.fromkeys(said, "a\0b\x1b[31m\ud800"), "Sec-Fetch-Site": "same-origin"}
    filled = client.post("/ostoskori/lisaa/", {"sku": lamp.sku, "quantity": 1}, headers=headers)
    guessed = client.post("/tili/kirjaudu/", {"login": "a@b.fi", "password": "x"}, headers=headers)

    assert (filled.status_code, guessed.status_code) == (303, 200)
    assert BasketLine.objects.get().variant == lamp
    assert "\0" not in str(list(Session.objects.values())) + str(AccessFailureLog.objects.values())


WORDS = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "\0",
            "a\0b@example.fi",
            "x" * 3000,
            "\ufffd",
            "\u202eanna@example.fi",
            "a" + "\u0301" * 10,
            "\U0001f9e6" * 60,
            "anna@example.fi\r\nBcc: x@example.fi",
            '"quoted local"@example.fi',
            "a@" + "b." * 2000 + "fi",
            "{{7*7}}",
            "<script>",
            "%(x)s",
            "anna@xn--0.fi",
            "a@[127.0.0.1]",
            "1e999",
            "00000000-0000-0000-0000-000000000000",
        ]
    ),
)

FORMS: dict[str, list[str]] = {
    "account_login": ["login", "password", "next"],
    "account_signup": ["email", "password1", "password2", "next"],
    "account_reset_password": ["email", "next"],
    "mfa_login_webauthn": ["credential"],
    "account_email": ["email", "action_add", "action_remove", "action_send"],
    "account_change_password": ["oldpassword", "password1", "password2"],
    "account_reauthenticate": ["password", "next"],
    "mfa_activate_totp": ["code"],
    "mfa_add_webauthn": ["name", "credential", "passwordless"],
    "customers:details": ["first_name", "last_name", "phone", "language"],
    "customers:company": ["name", "business_id"],
    "customers:objection": ["said"],
    "customers:erasure": ["step", "promise"],
    "customers:copies": ["kind"],
    "privacy:ask": ["kind", "email", "said"],
}


@pytest.mark.parametrize("form", FORMS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_in_07_to_09_no_form_breaks_on_what_is_typed(
    form: str, data: st.DataObject, anna: Customer
) -> None:
    client = Client()
    if form not in {"account_login", "account_signup", "account_reset_password", "privacy:ask"}:
        assert anna.account is not None
        way_in = let_in_just_now if form.startswith("customers:") else let_in
        way_in(client, anna.account)
    said = {name: data.draw(WORDS, label=name) for name in FORMS[form]}
    answer = client.post(reverse(form), said)

    assert answer.status_code < 500
    assert answer.status_code in {200, 302, 400, 429}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"login": "x"}', "application/json"),
        (b"<x/>", "application/xml"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data; boundary=" + "y" * 50_000),
        (b"login=%ff%fe&password=%ed%a0%80", "application/x-www-form-urlencoded"),
        (b"login=x", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"\x00" * 100, "application/octet-stream"),
        (b"&".join(b"a%d=1" % n for n in range(3000)), "application/x-www-form-urlencoded"),
    ],
)
def test_in_10_a_body_of_another_kind_is_no_error(body: bytes, kind: str, client: Client) -> None:
    answer = client.generic("POST", "/tili/kirjaudu/", body, content_type=kind)

    assert answer.status_code in {200, 400}


# --- No cookie before it is needed ---------------------------------------------------------


def test_a_crawl_of_the_pages_without_forms_sets_no_cookie() -> None:
    client = Client(raise_request_exception=False)
    seen = []
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            for name, entry in PAGES.items():
                if name.startswith(("account_", "mfa_", "admin:", "orders:checkout")):
                    continue
                answer = client.get(address_of(name, entry))
                seen.append(name)
                assert not answer.cookies, name
                client.cookies.clear()
    assert "privacy:statement" in seen


def test_the_door_sets_the_cookie_of_its_form_and_no_other() -> None:
    for address in ("/tili/kirjaudu/", "/tili/rekisteroidy/", "/tili/salasana/unohtui/"):
        assert set(Client().get(address).cookies) == {"csrftoken"}
