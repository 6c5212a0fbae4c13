"""A company reads its order without VAT: in the letter, on the paper and on the page."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from orders.catalogue.models import Variant
from orders.checkout.operations import place_order, show_summary
from orders.sales.models import Order
from orders.sales.net import for_company, in_net
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.factories import BasketLineFactory, VariantFactory, in_stock
from tests.orders.buying import BANK
from tests.orders.catalogue.shelf import page, words
from tests.orders.checkout.conftest import Fill
from tests.orders.checkout.test_confirmation import paper_of

pytestmark = pytest.mark.django_db
COMPANY = {"for_company": True, "company_name": "Puro Oy", "business_id": "2077474-0"}


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Path) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.PRIVATE_ROOT = tmp_path


def ordered(fill: Fill, variant: Variant, **said: object) -> Order:
    draft = fill(variant, 7, **said)
    other = in_stock(9, variant=VariantFactory.create(price=Decimal("4.90")))
    BasketLineFactory.create(basket=draft.basket, variant=other, quantity=3)
    show_summary(draft=draft, at=NOON)
    return place_order(draft_id=draft.pk, at=NOON)


def euros(amount: Decimal) -> str:
    return f"{amount} €".replace(".", ",")


def test_a_company_is_told_its_order_without_vat_with_the_vat_and_the_whole_beneath(
    client: Client, variant: Variant, fill: Fill
) -> None:
    order = ordered(fill, variant, **COMPANY)
    net = for_company(order)
    assert net is not None

    assert sum(each.total for each in net.lines) + net.delivery == net.total == order.total_net
    assert net.total + net.vat == order.total
    [first, second] = net.lines
    assert abs(second.each * 3 - second.total) <= Decimal("0.02")
    letter = Letter.objects.get(kind="order_placed", about=order.pk)
    shown = page(client, order.get_absolute_url())
    # How a price came about is told from the shelf's price on, and says that VAT is within.
    shown = re.sub(r"<details.*?</details>", "", shown, flags=re.DOTALL)
    for told in (letter.text, words(letter.html), words(shown)):
        said = told.replace("\u00a0", " ")
        for amount in (first.each, first.total, second.total, net.total, net.vat, order.total):
            assert euros(amount) in said, (amount, said)
        assert euros(first.line.total) not in said
        assert said.index(euros(net.total)) < said.rindex(euros(order.total))
    paper = paper_of(order)
    for amount in (first.total, second.total, net.total, net.vat, order.total):
        assert euros(amount).replace(" ", "") in paper
    assert "Ilmanalv" in paper
    assert not order.confirmation.for_consumer
    assert euros(first.line.total).replace(" ", "") not in paper


def test_a_person_is_told_prices_with_vat(client: Client, variant: Variant, fill: Fill) -> None:
    order = ordered(fill, variant)
    assert for_company(order) is None
    net = in_net(order, order.lines.all())
    said = Letter.objects.get(kind="order_placed").text.replace("\u00a0", " ")
    assert euros(net.lines[0].line.total) in said
    assert euros(net.lines[0].total) not in said
