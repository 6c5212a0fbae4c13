"""How money, shares, icons and addresses are written."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from soluto_shop.templatetags.shop import euros, page_numbers, percent


@pytest.fixture(autouse=True)
def finnish() -> Iterator[None]:
    with translation.override("fi"):
        yield


@pytest.mark.parametrize(
    ("amount", "finnish", "english"),
    [
        (Decimal("1234.5"), "1\u00a0234,50\u00a0€", "€1,234.50"),
        (Decimal("1234567.89"), "1\u00a0234\u00a0567,89\u00a0€", "€1,234,567.89"),
        (Decimal(0), "0,00\u00a0€", "€0.00"),
        (5, "5,00\u00a0€", "€5.00"),
        (Decimal("-3.20"), "\u22123,20\u00a0€", "\u2212€3.20"),
        (Decimal("1E+2"), "100,00\u00a0€", "€100.00"),
    ],
)
def test_euros_are_written_as_the_language_writes_them(
    amount: Decimal | int, finnish: str, english: str
) -> None:
    assert euros(amount) == finnish
    with translation.override("sv"):
        assert euros(amount) == finnish
    with translation.override("en"):
        assert euros(amount) == english


def test_euros_are_never_rounded_on_the_way_to_the_page() -> None:
    assert euros(Decimal("0.125")) == "0,125\u00a0€"
    assert euros(Decimal("2.500")) == "2,50\u00a0€"


def test_no_sum_is_written_as_nothing() -> None:
    assert euros(None) == ""
    assert percent(None) == ""


def test_a_share_keeps_the_decimals_it_has() -> None:
    assert percent(Decimal("25.50")) == "25,5\u00a0%"
    assert percent(Decimal("10.0")) == "10\u00a0%"
    assert percent(Decimal(-20)) == "\u221220\u00a0%"
    with translation.override("en"):
        assert percent(Decimal("25.5")) == "25.5%"


def write(template: str, address: str) -> str:
    request = RequestFactory().get(address)
    return Template("{% load shop %}" + template).render(Context({"request": request}))


def test_a_new_choice_leads_back_to_the_first_page_and_keeps_the_others() -> None:
    assert write('{% qs sort="price" %}', "/?colour=red&colour=blue&page=4") == (
        "?colour=red&amp;colour=blue&amp;sort=price"
    )


def test_a_page_of_the_list_keeps_every_choice() -> None:
    assert write("{% qs page=2 %}", "/?colour=red&page=4") == "?colour=red&amp;page=2"


def test_none_takes_a_choice_out() -> None:
    assert write("{% qs colour=None %}", "/?colour=red") == "?"


def test_what_a_visitor_typed_is_escaped_in_addresses() -> None:
    assert '"' not in write('{% qs sort="price" %}', "/?q=%22%3E%3Cscript%3E")


def test_an_icon_is_drawn_from_the_sprite_and_hidden_from_screen_readers() -> None:
    icon = write('{% icon "basket" %}', "/")

    assert 'href="/static/soluto_shop/icons.svg#basket"' in icon
    assert 'aria-hidden="true"' in icon


def test_a_long_list_shows_its_ends_and_the_neighbourhood() -> None:
    page = Paginator(range(100), 10).page(5)
    gap = str(Paginator.ELLIPSIS)

    assert page_numbers(page) == [1, gap, 4, 5, 6, gap, 10]
