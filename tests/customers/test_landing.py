"""Where a visit began is noted without a cookie of its own, and without anybody's secrets."""

import pytest
from django.test import Client, RequestFactory

from customers.landing import LONGEST, Arrival, arrival_of
from customers.models import Session
from customers.sessions import SessionStore
from tests.factories import ProductFactory, VariantFactory, in_stock

pytestmark = pytest.mark.django_db


def arrival(path: str = "/", referer: str = "") -> Arrival:
    headers = {"Referer": referer} if referer else {}
    return arrival_of(RequestFactory().get(path, headers=headers))


def test_reading_pages_stores_nothing_and_sets_no_cookie(client: Client) -> None:
    for address in ("/", "/tietosuoja/?utm_source=uutiskirje", "/en/"):
        answer = client.get(address, headers={"Referer": "https://www.example.org/a"})
        assert not answer.cookies
    assert not Session.objects.exists()


def test_a_basket_notes_the_page_it_was_filled_from(client: Client) -> None:
    product = ProductFactory.create(slug="muki")
    variant = in_stock(5, variant=VariantFactory.create(product=product))

    client.post(
        "/ostoskori/lisaa/",
        {"variant": variant.pk, "quantity": 1},
        headers={
            "Sec-Fetch-Site": "same-origin",
            "Referer": "http://testserver/tuote/muki/?utm_source=kirje&q=anna%40example.fi",
        },
    )

    session = Session.objects.get()
    assert session.landing_page == "/tuote/muki/?utm_source=kirje"
    assert session.referring_host == ""


def visit(referer: str) -> SessionStore:
    """Begin a session on the home page, as something that needs one would."""
    store = SessionStore()
    store.request = RequestFactory().get("/", headers={"Referer": referer})
    store["kept"] = 1
    store.save()
    return store


def test_a_session_keeps_its_beginning() -> None:
    key = visit("https://search.example/?q=muki").session_key

    later = SessionStore(key)
    later.request = RequestFactory().get("/tietosuoja/", headers={"Referer": "https://b.example"})
    later["kept"] = 2
    later.save()
    later.cycle_key()

    session = Session.objects.get()
    assert session.session_key != key
    assert (session.landing_page, session.referring_host) == ("/", "search.example")


def test_a_new_session_after_signing_out_begins_anew() -> None:
    store = visit("https://search.example/")

    store.flush()
    store.request = RequestFactory().get("/tietosuoja/")
    store["kept"] = 2
    store.save()

    session = Session.objects.get()
    assert (session.landing_page, session.referring_host) == ("/tietosuoja/", "")


@pytest.mark.parametrize(
    "referer",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "http://[::1",
        "https://" + "a" * 8192,
        "https://user:secret@<b>x</b>/",
        "https://evil.example\r\nSet-Cookie: a=b",
        "\x00",
    ],
)
def test_a_hostile_referer_leaves_nothing(referer: str) -> None:
    found = arrival(referer=referer)

    assert found.page == "/"
    assert found.host in {"", "evil.example"}


def test_another_site_gives_its_host_only() -> None:
    found = arrival("/tietosuoja/", "https://Blog.Example.org:8443/anna@example.fi?token=abc#x")

    assert found == Arrival(page="/tietosuoja/", host="blog.example.org")


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/?utm_source=kirje&utm_medium=email&utm_campaign=talvi+2026", True),
        ("/?utm_source=anna%40example.fi", False),
        ("/?gclid=abc&fbclid=def&token=secret&utm_content=x", False),
        ("/?utm_source=" + "a" * 8192, False),
        ("/?utm_source=%3Cscript%3E", False),
    ],
)
def test_of_the_query_only_plain_campaign_words_are_kept(path: str, *, kept: bool) -> None:
    page = arrival(path).page

    assert page.startswith("/?utm_source=kirje") if kept else page == "/"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/tilaus/s3cret-key/", "/tilaus/…/"),
        ("/en/order/s3cret-key/", "/en/order/…/"),
        ("/tuote/muki/", "/tuote/muki/"),
        ("/no-such-page/anna@example.fi", ""),
    ],
)
def test_keys_in_an_address_are_left_out(path: str, page: str) -> None:
    assert arrival(path).page == page


def test_what_is_kept_is_short() -> None:
    found = arrival("/tuote/" + "a" * 4000 + "/", "https://x.example/" + "b" * 8192)

    assert len(found.page) <= LONGEST
    assert len(found.host) <= LONGEST
