"""Counting what is popular, without anybody being told from it."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import caches
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from orders.catalogue.models import Variant
from orders.catalogue.popularity import COUNTED_OVER, LEAST_BUYERS, Popularity, popular
from orders.models import Order, OrderLine
from orders.sales.popularity import count_popularity
from orders.sales.states import Status
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.factories import CustomerFactory, ProductFactory, VariantFactory
from tests.orders.catalogue.shelf import commit, main_part, page
from tests.privacy.lives import order_of

pytestmark = pytest.mark.django_db

LATELY = NOON - timedelta(days=1)


def bought(
    variant: Variant, email: str, *, card: Customer | None = None, at: datetime = LATELY
) -> Order:
    order = order_of(card, email, at=at)
    OrderLine.objects.filter(order=order).update(variant=variant)
    return order


def by_many(variant: Variant, people: int = LEAST_BUYERS) -> list[Order]:
    return [bought(variant, f"{variant.sku}-{one}@example.fi".lower()) for one in range(people)]


def counted(variant: Variant) -> int | None:
    count_popularity(at=NOON)
    return (
        Popularity.objects.filter(product=variant.product_id)
        .values_list("orders", flat=True)
        .first()
    )


def test_what_enough_people_have_bought_is_counted_by_its_orders() -> None:
    lamp = VariantFactory.create()
    by_many(lamp)
    other_colour = VariantFactory.create(product=lamp.product)
    bought(other_colour, "sama@example.fi")
    bought(lamp, "sama@example.fi")

    assert counted(lamp) == LEAST_BUYERS + 2


def test_one_person_is_one_however_often_and_in_whatever_way_she_buys() -> None:
    lamp = VariantFactory.create()
    by_many(lamp, LEAST_BUYERS - 2)
    anna = CustomerFactory.create(email="anna@example.fi")
    bought(lamp, "anna@example.fi", card=anna)
    bought(lamp, "anna.toisaalla@example.fi", card=anna)
    bought(lamp, "anna@example.fi")
    assert counted(lamp) is None

    bought(lamp, "celia@example.fi")
    assert counted(lamp) == LEAST_BUYERS + 2


def test_orders_that_are_old_cancelled_or_only_stored_do_not_count() -> None:
    lamp = VariantFactory.create()
    by_many(lamp, LEAST_BUYERS - 1)
    bought(lamp, "vanha@example.fi", at=NOON - COUNTED_OVER)
    off = bought(lamp, "peruttu@example.fi")
    Order.objects.filter(pk=off.pk).update(status=Status.CANCELLED, cancelled_at=NOON)
    bought(lamp, "rajattu@example.fi")
    restrict(subject_of(emails=["rajattu@example.fi"]), reason=Restriction.Reason.ACCURACY, at=NOON)

    assert counted(lamp) is None


def test_a_count_takes_the_place_of_the_last_one() -> None:
    lamp, chair = VariantFactory.create(), VariantFactory.create()
    orders = by_many(lamp)
    assert counted(lamp) == LEAST_BUYERS

    Order.objects.filter(pk=orders[0].pk).update(status=Status.CANCELLED, cancelled_at=NOON)
    by_many(chair, LEAST_BUYERS + 1)

    assert counted(lamp) is None
    assert counted(chair) == LEAST_BUYERS + 1
    assert Popularity.objects.count() == 1


def test_the_table_refuses_a_number_that_could_tell_of_somebody() -> None:
    with pytest.raises(IntegrityError, match="popularity_tells_of_nobody"), transaction.atomic():
        Popularity.objects.create(product=ProductFactory.create(), orders=LEAST_BUYERS - 1)


def test_it_takes_as_many_queries_for_many_orders_as_for_few() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            count_popularity(at=NOON)
        return len(asked)

    by_many(VariantFactory.create())
    few = queries()
    for _more in range(4):
        by_many(VariantFactory.create())

    assert queries() == few
    assert Popularity.objects.count() == 5


def test_the_front_page_shows_the_most_ordered_first_and_leaves_the_part_out_when_nothing_is(
    client: Client,
) -> None:
    lamp = VariantFactory.create(product__name_fi="Suosittu lamppu")
    chair = VariantFactory.create(product__name_fi="Suosituin tuoli")
    commit()
    assert 'id="popular"' not in page(client, "/")

    by_many(lamp)
    by_many(chair, LEAST_BUYERS + 1)
    count_popularity(at=NOON)
    commit()
    shown = main_part(page(client, "/")).partition('id="popular"')[2].partition("</section>")[0]
    assert 0 < shown.index("Suosituin tuoli") < shown.index("Suosittu lamppu")
    assert "vähintään 5 eri ihmistä" in shown
    assert "Viimeisten 90 päivän" in shown

    assert [product.pk for product in popular(NOON)] == [chair.product_id, lamp.product_id]
    caches["parts"].clear()
