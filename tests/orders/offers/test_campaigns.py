"""Campaigns: the same price on every page, a history that nobody can hide, and no rewriting."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from orders import money
from orders.basket.contents import contents_of
from orders.basket.operations import accept_prices, put
from orders.catalogue import cards, clock
from orders.catalogue.asking import price_now
from orders.catalogue.campaigns import Campaign, CampaignPrice, CampaignScope
from orders.catalogue.models import Product, Variant
from orders.offers.planning import (
    HasBegun,
    IsOver,
    NothingReduced,
    end_now,
    plan,
    preview,
    price_of,
    take_back,
)
from tests.factories import (
    LONG_AGO,
    BasketFactory,
    CategoryFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
)
from tests.orders.catalogue.shelf import commit, page, undone, words

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def now() -> Iterator[datetime]:
    """Give this moment: the database's own clock decides what has begun."""
    caches["parts"].clear()
    yield timezone.now()
    caches["parts"].clear()


def campaign(
    now: datetime,
    *things: Product | Variant,
    percent: str | None = None,
    price: str | None = None,
    begins: timedelta = timedelta(0),
    lasts: timedelta = 7 * DAY,
    **facts: Any,
) -> Campaign:
    """Draft a campaign for some products, or for all."""
    begins_at = now + begins
    made = Campaign.objects.create(
        name_fi="Talviale",
        name_en="Winter sale",
        percent=Decimal(percent) if percent else None,
        fixed_price=Decimal(price) if price else None,
        begins_at=begins_at,
        ends_at=begins_at + lasts,
        is_for_all=not things and not facts.get("category"),
    )
    for thing in things:
        product = thing.product if isinstance(thing, Variant) else thing
        CampaignScope.objects.create(campaign=made, product=product)
    if facts.get("category"):
        CampaignScope.objects.create(campaign=made, category=facts["category"])
    return made


def lamp(price: str = "100.00", **facts: Any) -> Variant:
    return in_stock(5, variant=VariantFactory.create(price=Decimal(price), **facts))


def test_one_price_on_the_card_the_page_the_list_the_basket_and_the_line(
    now: datetime, client: Client
) -> None:
    variant = lamp()
    plan(campaign=campaign(now, variant, percent="15"), at=now)
    later = timezone.now()
    commit()
    product = Product.objects.get(pk=variant.product_id)

    assert product.lowest_price == product.highest_price == Decimal("85.00")
    (card,) = cards.cards(cards.newest(later), at=later)
    assert (card.price, card.price_before) == (Decimal("85.00"), Decimal("100.00"))
    assert "€85.00" in words(page(client, f"/en/product/{product.slug}/"))
    assert price_now(variant, later) == Decimal("85.00")
    basket = BasketFactory.create()
    line = put(basket=basket, sku=variant.sku, quantity=2, at=later)
    (content,) = contents_of(basket, at=later).lines
    assert line.shown_price == content.unit_price == Decimal("85.00")
    assert (content.base_price, content.price_reason) == (Decimal("100.00"), "campaign")
    assert content.price_words in ("Talviale", "Winter sale")
    assert [each.pk for each in cards.reduced(later)] == [product.pk]


def test_prices_are_asked_from_the_first_moment_to_the_last_though_no_worker_runs(
    now: datetime,
) -> None:
    variant = lamp()
    made = campaign(now, variant, percent="15", begins=HOUR, lasts=HOUR)
    plan(campaign=made, at=now)
    tick = timedelta(microseconds=1)

    moments = (made.begins_at - tick, made.begins_at, made.ends_at - tick, made.ends_at)
    assert [price_now(variant, at) for at in moments] == [
        Decimal("100.00"),
        Decimal("85.00"),
        Decimal("85.00"),
        Decimal("100.00"),
    ]


def test_of_reductions_that_meet_the_buyer_pays_the_lowest_and_they_never_add_up(
    now: datetime,
) -> None:
    variant = lamp(reduced_price=Decimal("90.00"), reduced_from=LONG_AGO)
    plan(campaign=campaign(now, percent="15"), at=now)
    plan(campaign=campaign(now, variant, price="80.00"), at=now)
    later = timezone.now()
    assert price_now(variant, later) == Decimal("80.00")

    Variant.objects.filter(pk=variant.pk).update(reduced_price=Decimal("70.00"))
    assert price_now(variant, later) == Decimal("70.00")


def test_a_campaign_reaches_what_stands_below_its_category_and_nothing_else(
    now: datetime,
) -> None:
    home = CategoryFactory.create(slug="koti")
    lamps = CategoryFactory.create(slug="valot", parent=home)
    inside, outside = lamp(), lamp()
    put_on_shelf(inside.product, lamps)
    made = campaign(now, percent="15", category=home)

    assert plan(campaign=made, at=now) == 1
    assert list(made.prices.values_list("variant", flat=True)) == [inside.pk]
    assert price_now(outside, timezone.now()) == Decimal("100.00")


def test_what_costs_less_than_the_one_price_stays_as_it_is(now: datetime) -> None:
    cheap = lamp("20.00")
    with pytest.raises(NothingReduced), transaction.atomic():
        plan(campaign=campaign(now, cheap, price="20.00"), at=now)
    assert not CampaignPrice.objects.exists()


def test_a_campaign_soon_after_another_is_announced_from_the_lower_price(now: datetime) -> None:
    variant = lamp()
    first = campaign(now, variant, price="60.00", begins=HOUR, lasts=DAY)
    plan(campaign=first, at=now)
    second = campaign(now, variant, price="50.00", begins=5 * DAY)
    third = campaign(now, variant, price="70.00", begins=20 * DAY)
    plan(campaign=second, at=now)
    plan(campaign=third, at=now)

    def announced(at: datetime) -> tuple[Decimal, Decimal | None]:
        (card,) = cards.cards(Product.objects.all(), at=at)
        return card.price, card.lowest_30_days

    assert announced(now + 2 * HOUR) == (Decimal("60.00"), Decimal("100.00"))
    assert announced(now + 5 * DAY) == (Decimal("50.00"), Decimal("60.00"))
    # Dearer than fifty was some days ago: it is asked, and not called a reduction.
    assert announced(now + 20 * DAY) == (Decimal("70.00"), None)


def test_the_preview_says_whom_it_reaches_what_it_costs_and_what_is_announced(
    now: datetime,
) -> None:
    variant, _other = lamp(), lamp("10.00")
    Variant.objects.filter(pk=variant.pk).update(price=Decimal("120.00"))
    seen = preview(campaign(now, percent="10"), at=timezone.now())

    assert seen.variants == 2
    assert seen.cost == Decimal("65.00")  # five pieces, 12.00 and 1.00 less
    told = {each.sku: each for each in seen.shown}
    foreseen = told[variant.sku]
    assert (foreseen.asked, foreseen.price) == (Decimal("120.00"), Decimal("108.00"))
    assert foreseen.reduction is None  # it cost a hundred a moment ago
    assert not CampaignPrice.objects.exists()


def test_a_campaign_that_runs_can_be_ended_and_not_taken_back(now: datetime) -> None:
    variant = lamp()
    made = campaign(now, variant, percent="15")
    plan(campaign=made, at=now)

    with pytest.raises(HasBegun):
        take_back(campaign=made)
    at = timezone.now()
    end_now(campaign=made, at=at)
    assert price_now(variant, at) == Decimal("100.00")
    assert CampaignPrice.objects.count() == 1
    with pytest.raises(IsOver):
        end_now(campaign=made, at=timezone.now())
    assert Product.objects.get().lowest_price == Decimal("100.00")


def test_a_plan_is_taken_back_before_it_begins(now: datetime) -> None:
    variant = lamp()
    made = campaign(now, variant, percent="15", begins=HOUR)
    plan(campaign=made, at=now)
    take_back(campaign=made)

    assert made.planned_at is None
    assert not CampaignPrice.objects.exists()
    assert price_now(variant, now + 2 * HOUR) == Decimal("100.00")


def test_what_comes_to_the_shelf_later_joins_when_it_is_planned_again(now: datetime) -> None:
    made = campaign(now, percent="15")
    old = lamp()
    plan(campaign=made, at=now)
    Variant.objects.filter(pk=old.pk).update(price=Decimal("200.00"))
    new = lamp("50.00")
    later = timezone.now()

    assert plan(campaign=made, at=later) == 2
    assert price_now(old, later) == Decimal("85.00")  # what stands, stands
    assert price_now(new, later) == Decimal("42.50")
    assert price_now(new, now) == Decimal("50.00")  # it was not there before


def test_what_a_campaign_has_asked_is_never_rewritten(now: datetime) -> None:
    variant = lamp()
    made = campaign(now, variant, percent="15")
    plan(campaign=made, at=now)
    mine = Campaign.objects.filter(pk=made.pk)

    def to_the_commit(change: Callable[[], object]) -> None:
        with transaction.atomic():
            change()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def refused(change: Callable[[], object]) -> None:
        with pytest.raises(Error):
            to_the_commit(change)

    refused(lambda: mine.update(begins_at=now - 40 * DAY))
    refused(lambda: mine.update(percent=Decimal(5)))
    refused(lambda: mine.update(planned_at=None))
    refused(lambda: mine.update(ends_at=now - DAY, begins_at=now - 2 * DAY))
    refused(mine.delete)
    refused(made.prices.all().delete)
    refused(lambda: made.prices.update(price=1))
    draft = campaign(now, variant, percent="15", begins=-40 * DAY, lasts=60 * DAY)
    refused(lambda: Campaign.objects.filter(pk=draft.pk).update(planned_at=now))
    plan(campaign=draft, at=timezone.now())
    assert draft.begins_at >= now
    variant.delete()
    commit()


def test_the_lists_follow_a_campaign_once_in_and_once_out(now: datetime) -> None:
    variant = lamp()
    made = campaign(now, variant, percent="15")
    # Planned an hour ago, and no worker has run since.
    plan(campaign=made, at=now)
    Campaign.objects.update(followed="not_yet")
    Product.objects.update(lowest_price=Decimal("100.00"))

    assert clock.follow() == 1
    assert clock.follow() == 0
    assert Product.objects.get().lowest_price == Decimal("85.00")
    assert Campaign.objects.get().followed == "begun"


def test_a_changed_price_during_a_campaign_leaves_the_list_right(now: datetime) -> None:
    variant = lamp()
    plan(campaign=campaign(now, variant, percent="15"), at=now)
    Variant.objects.filter(pk=variant.pk).update(price=Decimal("84.00"))
    commit()
    assert Product.objects.get().lowest_price == Decimal("84.00")
    Variant.objects.filter(pk=variant.pk).update(price=Decimal("300.00"))
    commit()
    assert Product.objects.get().lowest_price == Decimal("85.00")


def test_cards_ask_as_often_under_many_campaigns_as_under_one(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        lamp()
    for percent in ("5", "10", "15"):
        plan(campaign=campaign(now, percent=percent), at=now)
    later = timezone.now()
    commit()

    with django_assert_num_queries(2):
        shown = cards.cards(cards.newest(later), at=later)
    assert {card.price for card in shown} == {Decimal("85.00")}


def test_a_basket_asks_as_often_however_many_lines_and_campaigns(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    baskets = []
    for size in (1, 6):
        basket = BasketFactory.create()
        for _ in range(size):
            put(basket=basket, sku=lamp().sku, quantity=1, at=now)
        baskets.append(basket)
    plan(campaign=campaign(now, percent="15"), at=now)
    later = timezone.now()
    with django_assert_num_queries(6):
        contents_of(baskets[0], at=later)
    with django_assert_num_queries(6):
        contents_of(baskets[1], at=later)
    accept_prices(basket=baskets[1], at=later)
    assert not any(line.price_has_changed for line in contents_of(baskets[1], at=later).lines)


@given(
    base=st.integers(1, 1_000_000).map(lambda each: Decimal(each).scaleb(-2)),
    percent=st.integers(1, 10_000).map(lambda each: Decimal(each).scaleb(-2)),
)
def test_the_database_rounds_a_campaigns_price_as_the_shop_does(
    base: Decimal, percent: Decimal
) -> None:
    with undone():
        at = timezone.now()
        made = campaign(at, VariantFactory.create(price=base), percent=str(percent))
        expected = price_of(made, base)
        seen = preview(made, at=at)
        if expected < base:
            assert [each.price for each in seen.shown] == [expected]
        else:
            assert seen.variants == 0
        assert expected == money.round_to_cents(base * (100 - percent) / 100)


def test_a_new_product_has_no_campaign_price(now: datetime) -> None:
    plan_all = campaign(now, lamp(), percent="15")
    plan(campaign=plan_all, at=now)
    assert price_now(VariantFactory.create(product=ProductFactory.create()), now) > 0
