"""A packing slip holds what packing needs and no more, and its print is written down."""

import io
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from customers.models import Account
from orders.desk.packing import packing_slips
from privacy.reading.models import Kind, Reading
from tests.conftest import NOON
from tests.doors import let_in
from tests.orders.money_matters import three_rates
from tests.privacy.lives import order_of

pytestmark = pytest.mark.django_db


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_it_holds_what_packing_needs_and_no_more(settings: Any) -> None:
    settings.KEEP_ORDER_CONTACTS_DAYS = 90
    order = three_rates()
    (page,) = pages(packing_slips([order], at=NOON))

    assert f"Tilaus {order.number}" in page
    assert "Anna Virtanen Mannerheimintie 1 00100 Helsinki" in page
    assert "KIRJA Kirja 3" in page
    assert "21.2.2027" in page  # ninety days later the paper is shredded
    for personal in (order.email, order.phone, "Ovikoodi", "24,90", "189,40", order.reference):
        assert personal not in page


def test_what_goes_elsewhere_names_the_recipient_and_not_the_buyer() -> None:
    order = order_of(
        None,
        "anna@example.fi",
        delivery_name="Bea Berg",
        delivery_street="Katu 2",
        delivery_postcode="02100",
        delivery_city="Espoo",
    )
    (page,) = pages(packing_slips([order], at=NOON))
    assert "Bea Berg Katu 2 02100 Espoo" in page
    assert "Virtanen" not in page


def test_one_and_many_are_printed_and_each_print_is_written_down(bertil: Account) -> None:
    desk = let_in(Client(), bertil)
    orders = [three_rates(), three_rates()]
    one = desk.get(f"/admin/orders/order/{orders[0].pk}/packing-slip/")
    assert one["Content-Type"] == "application/pdf"
    assert len(pages(one.content)) == 1
    printed = Reading.objects.filter(kind=Kind.PRINT)
    assert list(printed.values_list("about", flat=True)) == [orders[0].pk]

    chosen = {"action": "print_slips", "_selected_action": [str(each.pk) for each in orders]}
    many = desk.post("/admin/orders/order/", chosen)
    assert len(pages(many.content)) == 2
    assert printed.count() == 3


def test_nobody_from_outside_prints_any() -> None:
    order = three_rates()
    assert Client().get(f"/admin/orders/order/{order.pk}/packing-slip/").status_code == 302
