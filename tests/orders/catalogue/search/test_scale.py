"""Searches stay quick in a catalogue of twenty thousand products."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from orders.catalogue.models import Product, ProductQuerySet
from orders.catalogue.search import finding, index
from tests.factories import ProductFactory, VariantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.endure]

MANY = 20_000
ALL_INDEXES = {"products_search", "products_trigrams"}
KINDS = [
    "matto",
    "tuoli",
    "pöytä",
    "lamppu",
    "kuppi",
    "hylly",
    "tyyny",
    "peitto",
    "laukku",
    "kello",
]


def test_an_article_number_goes_by_an_index() -> None:
    # For one or two products that are found, each one's variants would be read instead.
    VariantFactory.create_batch(100, product__name_fi="Lamppu AB-12")
    VariantFactory.create(sku="AB-12", gtin="4006381333931")
    index.refresh()
    with connection.cursor() as cursor:
        # Without numbers of its own the planner goes by those of whoever was here before.
        cursor.execute("ANALYZE orders_variant, orders_product")
        cursor.execute("SET LOCAL enable_seqscan = off")
        # So few rows are as quickly read through whole, by whichever index; many are not.
        cursor.execute("SET LOCAL enable_indexscan = off")

    plan = finding.search(Product.objects.all(), "ab-12", "fi").explain()

    assert "variants_by_gtin" in plan
    assert "Seq Scan" not in plan


@pytest.fixture(scope="module")
def full_shelves(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[ProductQuerySet]:
    """Put very many products on the shelves once for all tests beneath."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield filled()
        transaction.set_rollback(True)


def filled() -> ProductQuerySet:
    """Fill the shelves with products that are indexed as twenty real ones are."""
    samples = [
        ProductFactory.create(name_fi=f"Villainen {kind}", text_fi="Kestävä ja kaunis kotiin.")
        for kind in (*KINDS, *(f"puu{kind}" for kind in KINDS))
    ]
    index.refresh()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # to look at no key
        cursor.execute(
            """
            INSERT INTO orders_product (
                id, slug, kind, name_fi, name_sv, name_en, summary_fi, summary_sv, summary_en,
                text_fi, text_sv, text_en, vat_class_id, published_from, created_at, has_variants,
                withdrawal_exclusion, in_stock, search, folded, search_is_stale
            )
            SELECT gen_random_uuid(), slug || '-' || n, kind, name_fi || ' ' || n,
                   '', '', '', '', '', text_fi, '', '', vat_class_id, published_from, created_at,
                   true, '', true, search || to_tsvector('simple', 'malli' || n),
                   folded || ' malli' || n,
                   false
            FROM orders_product, generate_series(1, %s) AS n
            """,
            [MANY // len(samples)],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE orders_product")
    assert Product.objects.count() > MANY
    return Product.objects.all()


def test_every_search_goes_by_an_index(full_shelves: ProductQuerySet) -> None:
    searches = {
        "puumatto": {"products_search"},
        "villainen tuoli": {"products_search"},
        "malli777": {"products_search"},
        "mallli777 matto": {"products_search"},
        "puumattto": {"products_search", "products_trigrams"},
    }
    for text, indexes in searches.items():
        found = finding.search(full_shelves, text, "fi")
        shown = list(found[:24])
        assert shown, text

        with connection.cursor() as cursor:
            # Whether an index is worth it is for the planner to say; here that it can be used.
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = found[:24].explain()
        assert indexes <= {name for name in ALL_INDEXES if name in plan}, text
        assert "Seq Scan on orders_product" not in plan, text


def test_no_query_outlasts_the_time_that_a_statement_gets(full_shelves: ProductQuerySet) -> None:
    for text in (
        "vill vill1 vill2 vill3 vill4 vill5 vill6 vill7 vill8 vill9",
        "mattoo tuolii pöytää lamppuu kuppii hyllyy tyynyy peittoo laukkuu kelloo",
        "aaaa-bbbb-cccc-dddd-eeee-ffff-gggg-hhhh-iiii-jjjj " * 4,
        "a-" * 100,
        "villainen " * 20,
    ):
        list(finding.search(full_shelves, text, "fi")[:24])
        finding.suggestion(full_shelves, text, "fi")


def test_a_suggestion_is_found_among_many(full_shelves: ProductQuerySet) -> None:
    assert finding.suggestion(full_shelves, "vilainen poytta", "fi") == "villainen pöytä"
