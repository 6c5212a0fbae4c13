"""What is shown without a consent is everybody's; with one, one's own orders and looks choose."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Account, Customer
from orders.catalogue.models import Category, Product
from orders.sales.models import Order, OrderLine
from orders.taste.models import LEAST_BUYERS, Look, Together
from orders.taste.operations import reckon_companions, remember_look
from privacy.consents.models import Consent
from privacy.consents.operations import give
from privacy.consents.purposes import For, Place
from privacy.requests.operations import ask
from privacy.requests.states import Kind
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.subject import subject_of
from privacy.sweep import sweep
from tests.doors import let_in
from tests.factories import (
    CategoryFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
)
from tests.orders.catalogue.shelf import cards, commit
from tests.privacy.lives import login_of, member, order_of

pytestmark = pytest.mark.django_db

ANNA, CELIA = "anna@example.fi", "celia@example.fi"
PICKED, WHY, LOOKED = 'id="picked"', "Miksi näen tämän?", 'id="looked-at"'
OFF = "/poiminnat/pois/"
HERE = {"sec-fetch-site": "same-origin"}


def ware(slug: str, shelf: Category | None = None) -> Product:
    product = ProductFactory.create(slug=slug, name_fi=slug.capitalize())
    in_stock(5, variant=VariantFactory.create(product=product))
    if shelf is not None:
        put_on_shelf(product, shelf)
    commit()
    return product


def consenting(email: str = ANNA) -> Account:
    account = login_of(member(email))
    give(
        purpose=For.PERSONAL,
        account_id=account.pk,
        place=Place.ACCOUNT,
        language="fi",
        at=timezone.now() - timedelta(days=1),
    )
    return account


def buys(card: Customer | None, email: str, *products: Product) -> Order:
    order = order_of(card, email, at=timezone.now() - timedelta(hours=2))
    for position, product in enumerate(products, start=2):
        variant = product.variants.get()
        OrderLine.objects.create(
            order=order,
            variant=variant,
            position=position,
            sku=variant.sku,
            name=product.name,
            kind="goods",
            quantity=1,
            unit_price=variant.price,
            vat_rate=0,
            total=variant.price,
        )
    return order


def page(client: Client, address: str = "/") -> str:
    caches["parts"].clear()
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# --- What everybody sees


def test_what_too_few_have_bought_together_is_not_told(client: Client) -> None:
    lamp, bulb, shade = ware("lamppu"), ware("polttimo"), ware("varjostin")
    for number in range(LEAST_BUYERS):
        buys(None, f"ostaja{number}@example.fi", lamp, bulb)
        # The same buyer over and over is one buyer.
        buys(None, f"ostaja{min(number, LEAST_BUYERS - 2)}@example.fi", lamp, shade)

    assert reckon_companions(at=timezone.now()) == 2

    told = Together.objects.values_list("product", "other", "buyers")
    assert set(told) == {(lamp.pk, bulb.pk, LEAST_BUYERS), (bulb.pk, lamp.pk, LEAST_BUYERS)}
    shown = page(client, "/tuote/lamppu/")
    assert cards(shown) == ["Polttimo"]
    assert "Sama kaikille" in shown
    assert PICKED not in shown
    assert not client.cookies


def test_whoever_is_restricted_or_forgotten_counts_for_nothing() -> None:
    lamp, bulb = ware("lamppu"), ware("polttimo")
    for number in range(LEAST_BUYERS):
        buys(None, f"ostaja{number}@example.fi", lamp, bulb)
    assert reckon_companions(at=timezone.now()) == 2
    restrict(
        subject_of(emails=["ostaja0@example.fi"]),
        reason=Restriction.Reason.ACCURACY,
        at=timezone.now(),
    )
    assert reckon_companions(at=timezone.now()) == 0
    assert not Together.objects.exists()


# --- What one person sees


def test_without_a_consent_nothing_is_remembered_and_nothing_picked(client: Client) -> None:
    account = login_of(member(ANNA))
    shelf = CategoryFactory.create(slug="koti")
    ware("lamppu", shelf)
    ware("varjostin", shelf)
    let_in(client, account)

    page(client, "/tuote/lamppu/")

    assert not Look.objects.exists()
    assert PICKED not in page(client)
    assert WHY not in page(client)


def test_with_a_consent_own_looks_and_orders_choose_and_nobody_elses(client: Client) -> None:
    account = consenting()
    celia = consenting(CELIA)
    shelf, other = CategoryFactory.create(slug="koti"), CategoryFactory.create(slug="piha")
    lamp, _shade = ware("lamppu", shelf), ware("varjostin", shelf)
    spade, _rake = ware("lapio", other), ware("harava", other)
    remember_look(celia, spade.slug, at=timezone.now())
    let_in(client, account)

    page(client, "/tuote/lamppu/")

    assert [look.product for look in Look.objects.of(account)] == [lamp]
    shown = page(client)
    picked = shown.partition(PICKED)[2].partition("</section>")[0]
    assert "Varjostin" in picked
    assert "Harava" not in picked
    assert WHY in picked
    assert "Lamppu" in shown.partition(LOOKED)[2].partition("</section>")[0]

    buys(Customer.objects.get(account=account), ANNA, spade)
    assert "Harava" in page(client).partition(PICKED)[2].partition("</section>")[0]


def test_the_switch_beside_it_removes_the_signals_at_once(client: Client) -> None:
    account = consenting()
    shelf = CategoryFactory.create(slug="koti")
    ware("lamppu", shelf)
    ware("varjostin", shelf)
    let_in(client, account)
    page(client, "/tuote/lamppu/")
    assert PICKED in page(client)

    assert client.post(OFF, headers=HERE).status_code == 302

    assert not Look.objects.exists()
    assert PICKED not in page(client)
    said = Consent.objects.get(is_given=False)
    assert (said.place, said.account) == (Place.SHELF, account)
    page(client, "/tuote/lamppu/")
    assert not Look.objects.exists()


@pytest.mark.parametrize("how", ["restricted", "objected"])
def test_a_restriction_and_an_objection_stop_the_picking(client: Client, how: str) -> None:
    account = consenting()
    shelf = CategoryFactory.create(slug="koti")
    ware("lamppu", shelf)
    ware("varjostin", shelf)
    remember_look(account, "lamppu", at=timezone.now())
    if how == "restricted":
        person = subject_of(accounts=[account.pk])
        restrict(person, reason=Restriction.Reason.CLAIMS, at=timezone.now())
    else:
        said = "En halua."
        ask(
            kind=Kind.OBJECTION,
            account_id=account.pk,
            said=said,
            language="fi",
            at=timezone.now(),
        )
    assert Look.objects.exists() is (how == "restricted")  # stored, and not used
    let_in(client, account)
    assert PICKED not in page(client)


def test_the_database_itself_takes_no_look_without_a_consent() -> None:
    account = login_of(member(ANNA))
    lamp = ware("lamppu")
    Look.objects.bulk_create([Look(account=account, product=lamp, at=timezone.now())])
    assert not Look.objects.exists()


def test_looks_go_by_themselves_after_a_while() -> None:
    account = consenting()
    ware("lamppu")
    now = timezone.now()
    remember_look(account, "lamppu", at=now)
    sweep(at=now + timedelta(days=59))
    assert Look.objects.exists()
    sweep(at=now + timedelta(days=62))
    assert not Look.objects.exists()


# --- What a visit remembers


def test_a_visit_is_not_begun_for_it_and_one_that_is_there_remembers(client: Client) -> None:
    lamp, _shade = ware("lamppu"), ware("varjostin")
    page(client, "/tuote/varjostin/")
    assert not client.cookies

    sku = lamp.variants.get().sku
    client.post("/ostoskori/lisaa/", {"sku": sku, "quantity": 1}, headers=HERE)
    assert client.cookies
    page(client, "/tuote/lamppu/")
    shown = page(client, "/tuote/varjostin/")

    assert "Lamppu" in shown.partition(LOOKED)[2].partition("</section>")[0]
    assert not Look.objects.exists()
    assert LOOKED not in page(Client(), "/tuote/varjostin/")


@pytest.mark.parametrize("address", ["/", "/tuote/lamppu/"])
def test_queries_stay_level_for_whoever_has_consented(client: Client, address: str) -> None:
    account = consenting()
    shelf = CategoryFactory.create(slug="koti")
    for slug in ("lamppu", "varjostin", "jalka"):
        ware(slug, shelf)
    remember_look(account, "varjostin", at=timezone.now())
    let_in(client, account)
    client.get(address)

    def queries() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert PICKED in client.get(address).content.decode()
        return len(asked)

    few = queries()
    for number in range(8):
        ware(f"muki-{number}", shelf)
        remember_look(account, f"muki-{number}", at=timezone.now())
    ware("uutuus", shelf)

    assert queries() == few <= 10
