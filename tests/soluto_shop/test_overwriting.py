"""CO-04: two at one page of the staff's, and nothing is silently lost."""

from decimal import Decimal

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from customers.models import Account
from orders.catalogue.models import Product, Variant
from tests.doors import let_in
from tests.factories import CustomerFactory, DeliveryMethodFactory, StaffFactory, VariantFactory
from tests.filled import fields_of
from tests.races import at_once

pytestmark = pytest.mark.django_db

CHANGED = "Joku on muuttanut tätä sen jälkeen, kun avasit sen"


@pytest.fixture
def desk(client: Client, bertil: Account) -> Client:
    let_in(client, bertil)
    return client


def page_of(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def opened(desk: Client, row: Model) -> dict[str, str]:
    return fields_of(desk.get(page_of(row)).content.decode())


def test_co_04_the_second_is_told_what_the_first_has_changed(desk: Client) -> None:
    lamp = VariantFactory.create().product
    mine, theirs = opened(desk, lamp), opened(desk, lamp)
    assert desk.post(page_of(lamp), {**theirs, "name_fi": "Lyhty"}).status_code == 302

    refused = desk.post(page_of(lamp), {**mine, "name_fi": "Valaisin", "text_fi": "Pitkä teksti"})

    page = refused.content.decode()
    assert refused.status_code == 200
    assert CHANGED in page
    assert "nimi suomeksi: Lyhty" in page
    assert Product.objects.get().name_fi == "Lyhty"
    typed = fields_of(page)
    assert (typed["name_fi"], typed["text_fi"]) == ("Valaisin", "Pitkä teksti")
    assert desk.post(page_of(lamp), typed).status_code == 302
    assert Product.objects.get().name_fi == "Valaisin"


def test_co_04_rows_beneath_the_page_count_too(desk: Client) -> None:
    variant = VariantFactory.create(sku="LYHTY-1", price=Decimal("10.00"))
    mine = opened(desk, variant.product)
    Variant.objects.update(price=Decimal("12.00"))

    refused = desk.post(page_of(variant.product), mine)

    assert CHANGED in refused.content.decode()
    assert "LYHTY-1" in str(refused.context["errors"])
    assert Variant.objects.get().price == Decimal("12.00")


def test_co_04_what_nobody_else_has_changed_is_saved(desk: Client) -> None:
    lamp, other = VariantFactory.create().product, VariantFactory.create().product
    mine = opened(desk, lamp)
    desk.post(page_of(other), {**opened(desk, other), "name_fi": "Lyhty"})

    assert desk.post(page_of(lamp), {**mine, "name_fi": "Valaisin"}).status_code == 302
    assert list(Product.objects.order_by("name_fi").values_list("name_fi", flat=True)) == [
        "Lyhty",
        "Valaisin",
    ]


def test_co_04_a_row_that_is_gone_is_told_so(desk: Client) -> None:
    lamp = VariantFactory.create().product
    mine = opened(desk, lamp)
    Product.objects.all().delete()

    assert desk.post(page_of(lamp), mine).status_code == 302
    assert not Product.objects.exists()


@pytest.mark.parametrize("what", ["card", "method"])
def test_co_04_holds_on_other_pages(what: str, desk: Client) -> None:
    row = CustomerFactory.create() if what == "card" else DeliveryMethodFactory.create()
    column = "first_name" if what == "card" else "name_fi"
    mine = opened(desk, row)
    type(row)._base_manager.update(**{column: "Aatu"})

    refused = desk.post(page_of(row), {**mine, column: "Eetu"})

    assert CHANGED in refused.content.decode()
    row.refresh_from_db()
    assert getattr(row, column) == "Aatu"


@pytest.mark.django_db(transaction=True)
def test_co_04_of_two_at_once_one_is_told(bertil: Account) -> None:
    lamp = VariantFactory.create().product
    desks = [Client(), Client()]
    for desk, account in zip(desks, [bertil, StaffFactory.create()], strict=True):
        let_in(desk, account)
    pages = [opened(desk, lamp) for desk in desks]

    def save(number: int, name: str) -> int:
        page = {**pages[number], "name_fi": name}
        return desks[number].post(page_of(lamp), page).status_code

    answers = at_once([lambda: save(0, "Lyhty"), lambda: save(1, "Valaisin")])

    assert sorted(map(str, answers)) == ["200", "302"]
    assert Product.objects.get().name_fi == ("Lyhty" if answers[0] == 302 else "Valaisin")
