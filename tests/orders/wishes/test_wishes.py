"""What a member wishes for stays theirs, is shown by an address alone, and goes with them."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer
from orders.basket.models import BasketLine
from orders.catalogue.models import Product, Variant
from orders.wishes import operations
from orders.wishes.models import MOST_WISHES, Wish, WishList
from orders.wishes.operations import ListIsFull, NotOffered
from privacy.base import Gone
from privacy.erase import erase
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.subject import subject_of
from privacy.sweep import sweep
from privacy.telling.holdings import holdings_of
from tests.doors import let_in
from tests.factories import ProductFactory, VariantFactory, in_stock
from tests.orders.catalogue.shelf import commit, main_part, page
from tests.privacy.lives import login_of, member
from tests.races import at_once

pytestmark = pytest.mark.django_db

ANNA, CELIA = "anna@example.fi", "celia@example.fi"
LISTS, WISH = "/tili/toivelistat/", "/tili/toivelistat/lisaa/"
HERE = {"sec-fetch-site": "same-origin"}


def ware(slug: str, pieces: int = 5) -> Variant:
    product = ProductFactory.create(slug=slug, name_fi=slug.capitalize())
    variant = VariantFactory.create(product=product)
    in_stock(pieces, variant=variant)
    commit()
    return variant


def wishes(card: Customer, *variants: Variant) -> WishList:
    for variant in variants:
        operations.wish(
            card, sku=variant.sku, key=None, name_of_first="Toiveeni", at=timezone.now()
        )
    return WishList.objects.of(card).get()


def shown(wish_list: WishList, shown_as: str = "") -> str:
    now = operations.show_list(
        wish_list.customer, key=wish_list.pk, shown_as=shown_as, at=timezone.now()
    )
    return f"/toiveet/{now.secret}/"


# --- Wishing


def test_a_stranger_signs_in_first_and_is_asked_then(client: Client) -> None:
    lamp = ware("lamppu")
    answer = client.post(WISH, {"sku": lamp.sku}, headers=HERE)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/tili/kirjaudu/?next=/tili/toivelistat/lisaa/")
    assert not Wish.objects.exists()

    let_in(client, login_of(member(ANNA)))
    asked = page(client, f"{WISH}?sku={lamp.sku}")
    assert "Lamppu" in asked
    assert not Wish.objects.exists()  # to look is not to wish

    answer = client.post(WISH, {"sku": lamp.sku}, headers=HERE)
    assert answer.status_code == 303
    assert Wish.objects.get().variant == lamp
    assert "Lamppu on nyt toivelistallasi." in page(client, answer["Location"])


def test_wishing_twice_is_wishing_once_and_nobody_wishes_onto_anothers_list() -> None:
    card, celia, lamp = member(ANNA), member(CELIA), ware("lamppu")
    mine = wishes(card, lamp, lamp)
    assert (mine.name, mine.wishes.count()) == ("Toiveeni", 1)
    with pytest.raises(Gone):
        operations.wish(celia, sku=lamp.sku, key=mine.pk, name_of_first="x", at=timezone.now())
    with pytest.raises(NotOffered):
        operations.wish(card, sku="EI-OLE", key=None, name_of_first="x", at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Wish.objects.create(wish_list=mine, variant=lamp, name="x", at=timezone.now())
    Wish.objects.bulk_create(
        Wish(wish_list=mine, name=f"{number}", at=timezone.now())
        for number in range(MOST_WISHES - 1)
    )
    with pytest.raises(ListIsFull):
        wishes(card, ware("varjostin"))


def test_moving_to_the_basket_is_both_or_nothing(client: Client) -> None:
    card, lamp, sold_out = member(ANNA), ware("lamppu"), ware("varjostin", pieces=0)
    mine = wishes(card, lamp, sold_out)
    first, second = Wish.objects.get(variant=lamp), Wish.objects.get(variant=sold_out)
    let_in(client, login_of(card))

    client.post(f"{LISTS}{mine.pk}/{first.pk}/osta/")
    client.post(f"{LISTS}{mine.pk}/{second.pk}/osta/")

    line = BasketLine.objects.get()
    assert (line.variant, line.quantity, line.basket.customer) == (lamp, 1, card)
    assert list(mine.wishes.all()) == [second]
    assert "Tuote on loppu varastosta." in page(client, f"{LISTS}{mine.pk}/")
    # The second click of two finds nothing more, and puts nothing in.
    assert client.post(f"{LISTS}{mine.pk}/{first.pk}/osta/").status_code == 404
    assert BasketLine.objects.get().quantity == 1


def test_what_the_shop_has_no_more_is_named_kindly(client: Client) -> None:
    card, lamp, shade = member(ANNA), ware("lamppu"), ware("varjostin")
    mine = wishes(card, lamp, shade)
    lamp.product.delete()
    Product.objects.filter(pk=shade.product_id).update(published_until=timezone.now())
    let_in(client, login_of(card))

    html = main_part(page(client, f"{LISTS}{mine.pk}/"))

    assert [name in html for name in ("Lamppu", "Varjostin")] == [True, True]
    assert html.count("Kaupassa ei ole enää tätä tuotetta.") == 2
    assert "/osta/" not in html
    assert "/tuote/" not in html


def test_words_are_kept_and_refused_where_they_must(client: Client) -> None:
    card = member(ANNA)
    let_in(client, login_of(card))
    typed = client.post(LISTS, {"name": "131052-308T"}).content.decode()
    assert "131052-308T" in typed
    assert not WishList.objects.exists()
    client.post(LISTS, {"name": "Joulu"})
    again = client.post(LISTS, {"name": "Joulu"}).content.decode()
    assert "Sinulla on jo tämänniminen lista." in again
    assert WishList.objects.get().name == "Joulu"
    address = f"{LISTS}{WishList.objects.get().pk}/"
    client.post(address, {"name": "Jouluksi"})
    assert WishList.objects.get().name == "Jouluksi"
    client.post(f"{address}poista/")
    assert not WishList.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_wishing_at_once_begins_one_list_with_one_wish() -> None:
    card, lamp = member(ANNA), ware("lamppu")
    assert at_once([partial(wishes, card, lamp)] * 6) == [WishList.objects.get()] * 6
    assert Wish.objects.count() == 1


# --- Showing


def test_an_address_shows_what_the_owner_chose_and_no_more(client: Client) -> None:
    card, lamp = member(ANNA), ware("lamppu")
    mine = wishes(card, lamp)
    address = shown(mine)

    html = page(client, address)
    said = main_part(html)
    assert "Lamppu" in said
    for mark in ("Anna", "Virtanen", ANNA, card.phone, str(card.pk), str(mine.pk)):
        assert mark not in said
    assert '<meta name="robots" content="noindex, nofollow">' in html
    assert not client.cookies

    assert shown(mine, "Anna-täti") == address
    assert "Anna-täti" in page(client, address)


def test_an_ended_address_leads_nowhere_and_does_not_come_back(client: Client) -> None:
    card = member(ANNA)
    mine = wishes(card, ware("lamppu"))
    address = shown(mine, "Anna")
    let_in(client, login_of(card))
    client.post(f"{LISTS}{mine.pk}/piilota/")

    ended = page(Client(), address, status=404)
    assert "Tätä listaa ei enää näytetä muille" in ended
    assert "Lamppu" not in ended
    mine.refresh_from_db()
    assert (mine.secret, mine.shown_as) == ("", "")
    assert shown(mine) != address
    page(Client(), address, status=404)
    with pytest.raises(IntegrityError), transaction.atomic():
        WishList.objects.filter(pk=mine.pk).update(secret="arvattava")


def test_whose_data_are_only_stored_is_shown_to_nobody() -> None:
    card = member(ANNA)
    address = shown(wishes(card, ware("lamppu")))
    page(Client(), address)
    restrict(subject_of(cards=[card.pk]), reason=Restriction.Reason.ACCURACY, at=timezone.now())
    page(Client(), address, status=404)


def test_queries_stay_level(client: Client) -> None:
    card = member(ANNA)
    mine = wishes(card, ware("lamppu"), ware("varjostin"))
    address = shown(mine)
    let_in(client, login_of(card))

    def queries(client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    pages = [(Client(), address), (client, f"{LISTS}{mine.pk}/"), (client, LISTS)]
    few = [queries(*each) for each in pages]
    wishes(card, *(ware(f"muki-{number}") for number in range(8)))
    assert [queries(*each) for each in pages] == few
    assert max(few) <= 10


# --- Going


def test_wishes_are_in_the_copy_and_go_with_their_person_and_their_time() -> None:
    card, celia, lamp = member(ANNA), member(CELIA), ware("lamppu")
    wishes(card, lamp)
    kept = wishes(celia, lamp)
    now = timezone.now()
    anna = subject_of(cards=[card.pk])
    told = {str(each.name): each for each in holdings_of(anna, at=now)}
    assert {"Toivelistasi", "Mitä toivot"} <= told.keys()

    erase(anna, at=now)
    assert list(WishList.objects.all()) == [kept]
    assert Wish.objects.get().wish_list == kept

    sweep(at=now + timedelta(days=729))
    assert WishList.objects.exists()
    sweep(at=now + timedelta(days=732))
    assert not WishList.objects.exists()
    assert not Wish.objects.exists()
