"""Kept pages are never older than the catalogue, and never tell one visitor of another."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from customers.models import Customer
from orders.catalogue import kept
from orders.catalogue.models import Product, Variant
from tests.factories import (
    MembershipFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.catalogue.shelf import commit, main_part, page, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug() -> Variant:
    variant = VariantFactory.create(
        product=ProductFactory.create(slug="muki", name_fi="Kuura-muki"), price=Decimal("12.50")
    )
    commit()
    return variant


def sign_in(client: Client, customer: Customer) -> None:
    assert customer.account is not None
    client.force_login(
        customer.account, backend="allauth.account.auth_backends.AuthenticationBackend"
    )


@pytest.mark.parametrize("address", ["/", "/tuote/muki/"])
def test_a_second_visit_costs_one_query(
    client: Client, mug: Variant, address: str, django_assert_num_queries: Any
) -> None:
    first = page(client, address)

    with django_assert_num_queries(1):
        assert page(client, address) == first


@pytest.mark.parametrize("address", ["/", "/tuote/muki/", "/en/product/muki/"])
def test_a_changed_price_is_seen_at_once(client: Client, mug: Variant, address: str) -> None:
    assert "12" in words(main_part(page(client, address)))

    Variant.objects.filter(pk=mug.pk).update(price=Decimal("77.30"))
    commit()

    shown = words(main_part(page(client, address)))
    assert "77,30" in shown or "77.30" in shown
    assert "12,50" not in shown


def test_a_price_that_the_clock_changes_is_not_kept_beyond_that(
    client: Client, mug: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = timezone.now() + timedelta(seconds=20)
    Variant.objects.filter(pk=mug.pk).update(reduced_price=Decimal("9.90"), reduced_from=begin)
    commit()
    limits: list[float] = []
    keep = caches["parts"].set

    def note(key: str, value: object, timeout: float) -> None:
        limits.append(timeout)
        keep(key, value, timeout)

    monkeypatch.setattr(
        type(caches["parts"]), "set", lambda _self, *given, **named: note(*given, **named)
    )
    assert "9,90" not in page(client, "/tuote/muki/")
    assert limits
    assert min(limits) <= 20

    caches["parts"].clear()
    monkeypatch.setattr(timezone, "now", lambda: begin)
    assert "9,90" in page(client, "/tuote/muki/")


def test_a_product_comes_and_goes_by_the_clock(
    client: Client, mug: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    Product.objects.update(
        published_from=now + timedelta(hours=1), published_until=now + timedelta(hours=2)
    )
    commit()

    for hours, status in ((0, 404), (1, 200), (2, 404)):
        caches["parts"].clear()
        monkeypatch.setattr(timezone, "now", lambda at=now + timedelta(hours=hours): at)
        assert client.get("/tuote/muki/").status_code == status


def test_nobody_sees_what_was_rendered_for_another(
    client: Client, mug: Variant, anna: Customer
) -> None:
    member = Client()
    sign_in(member, anna)

    hers = page(member, "/tuote/muki/")  # Anna comes first: hers is what is kept
    strangers = page(client, "/tuote/muki/")
    hers_again = page(member, "/tuote/muki/")

    assert "/tili/kirjaudu/" in strangers
    assert "/tili/kirjaudu/" not in hers
    assert hers == hers_again
    assert "csrfmiddlewaretoken" not in strangers


def test_a_page_made_for_one_visitor_is_kept_by_nobody_on_the_way(
    client: Client, mug: Variant, anna: Customer
) -> None:
    assert client.get("/tuote/muki/")["Cache-Control"] == "private, no-cache"
    assert "Cookie" in client.get("/tuote/muki/")["Vary"]
    sign_in(client, anna)

    assert "private" in client.get("/tuote/muki/")["Cache-Control"]


def test_only_companies_see_prices_without_vat(
    client: Client, mug: Variant, anna: Customer, celia: Customer
) -> None:
    MembershipFactory.create(customer=anna)
    company, member = Client(), Client()
    sign_in(company, anna)
    sign_in(member, celia)

    assert "9,96" in words(page(company, "/"))  # 12.50 / 1.255
    assert "9,96" in words(page(company, "/tuote/muki/"))
    for other in (client, member):
        assert "9,96" not in words(page(other, "/") + page(other, "/tuote/muki/"))


def test_no_cookie_is_set_by_looking_around(client: Client, mug: Variant) -> None:
    for address in ("/", "/tuote/muki/", "/haku/?q=muki", "/haku/", "/robots.txt", "/sitemap.xml"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert not answer.cookies


def test_unknown_choices_do_not_get_into_a_page_for_everybody(client: Client, mug: Variant) -> None:
    page(client, "/tuote/muki/?utm_source=evil&sku=")

    assert "evil" not in page(client, "/tuote/muki/")


def test_a_text_cannot_pass_for_a_visitors_place(client: Client, mug: Variant) -> None:
    Product.objects.update(
        name_fi="<!--0 partials/messages.html-->x<!--0-->", text_fi="{% load i18n %}{{ request }}"
    )
    commit()

    shown = page(client, "/tuote/muki/")
    assert "&lt;!--0 partials/messages.html--&gt;" in shown
    assert "{% load i18n %}{{ request }}" in shown


def test_what_is_left_of_the_last_pieces_is_seen_in_time(client: Client, mug: Variant) -> None:
    in_stock(2, variant=mug, low_at=3)
    commit()
    assert "Only 2 left" in words(page(client, "/en/product/muki/"))


def test_the_key_is_short_however_long_the_address() -> None:
    assert len(kept._key(1, "x" * 100_000)) < 60
