"""Where the goods go back to, by when and at whose cost: on a page to print, and by letter."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from customers.models import Customer
from orders.returns.following import accept, match, take_up
from orders.sales.models import Order
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.doors import let_in
from tests.orders.money_matters import three_rates
from tests.orders.returns.withdrawing import withdraw
from tests.privacy.lives import finish

pytestmark = pytest.mark.django_db


def page_of(order: Order) -> str:
    return f"/en/order/{order.secret}/return/"


def test_the_page_tells_all_that_a_parcel_needs(client: Client, settings: Any) -> None:
    settings.RETURN_ADDRESS = "Soluto Oy, Varastotie 3, 00700 Helsinki"
    order = finish(three_rates(), at=NOON)
    assert client.get(page_of(order)).status_code == 404
    notice = withdraw(order=order, quantities={order.lines.get(sku="KIRJA").pk: 2})
    take_up(notice_id=notice.pk, at=NOON)

    answer = client.get(page_of(order))
    page = answer.content.decode()
    with translation.override("en"):
        last = date_format(date(2026, 12, 7), "SHORT_DATE_FORMAT")
    for said in ("Varastotie 3", f"Return {order.number}", "2 × Kirja, KIRJA", last):
        assert said in page, said
    assert "You pay for the sending back." in page
    assert "no-store" in answer["Cache-Control"]
    assert page_of(order) in client.get(f"/en/order/{order.secret}/").content.decode()

    letter = Letter.objects.get(kind="return_instructions")
    assert f"/tilaus/{order.secret}/palautus/" in letter.text
    receipt = Letter.objects.get(kind="withdrawal_received")
    for text in (letter.text, receipt.text):
        assert "Varastotie 3" in text
        assert "7.12.2026" in text


def test_members_see_their_own_only_and_no_link_goes_to_an_address_typed_wrong(
    anna: Customer, celia: Customer
) -> None:
    order = finish(three_rates(), at=NOON)
    Order.objects.filter(pk=order.pk).update(customer=anna)
    notice = withdraw(order_number="1", email="vaara@example.fi")
    take_up(notice_id=notice.pk, at=NOON)
    match(notice=notice, order=order)
    accept(notice=notice, at=NOON)
    letter = Letter.objects.get(kind="return_instructions")
    assert letter.to == "vaara@example.fi"
    assert order.secret not in letter.text + letter.html

    own = f"/en/account/orders/{order.number}/return/"
    assert anna.account is not None
    assert celia.account is not None
    assert let_in(Client(), anna.account).get(own).status_code == 200
    assert let_in(Client(), celia.account).get(own).status_code == 404
