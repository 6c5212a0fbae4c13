"""Writing the search index: the products whose words have changed, many at a time.

The database marks a product stale when its own words change or words around it do, and the worker
indexes it within seconds. Whoever needs it sooner (an import, a test) calls :func:`refresh`.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from orders.catalogue.models import AttributeValue, Category, Product, ProductCategory, Variant
from orders.catalogue.search.analysis import LANGUAGES, Analysers, chosen, quoted
from orders.catalogue.search.vector import Document, Weight, likenesses, mark, vector

BATCH = 200

_WRITE = """
    UPDATE orders_product AS product
    SET search = written.search::tsvector, folded = written.folded, search_is_stale = false
    FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS written (id, search, folded)
    WHERE product.id = written.id
"""
_OUTDATED = """
    UPDATE orders_product SET search_is_stale = true
    WHERE NOT search_is_stale AND (search IS NULL OR NOT search @@ %s::tsquery)
"""


@cache
def analysers() -> Analysers:
    """Choose the analysers once in a process, as the setting and the machine say."""
    return chosen(settings.SEARCH_ANALYSER)


def analyser_name() -> str:
    """Name the analyser of Finnish that is in use: voikko or simplemma."""
    return analysers().name


def refresh() -> int:
    """Index every stale product that nobody else is indexing, and tell how many."""
    count = 0
    while indexed := refresh_batch(BATCH):
        count += indexed
    return count


def refresh_batch(size: int) -> int:
    """Index some stale products in a transaction of their own, and tell how many.

    Their rows are locked while their words are read, so that whoever changes the words meanwhile
    waits and marks them stale again; rows that others hold are left to the next time.
    """
    with transaction.atomic():
        stale = list(
            Product.objects.filter(search_is_stale=True)
            .select_related("manufacturer")
            .order_by("pk")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)[:size]
        )
        if stale:
            _write(_documents(stale))
    return len(stale)


def mark_outdated() -> int:
    """Mark the products that another analyser or an earlier edition has indexed."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTDATED, [quoted(mark(analysers()))])
        return int(cursor.rowcount)


def _write(documents: Mapping[UUID, Document]) -> None:
    """Write the vectors of many products by one statement."""
    known = analysers()
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                list(documents),
                [vector(document, known) for document in documents.values()],
                [likenesses(document) for document in documents.values()],
            ],
        )


def _documents(products: Sequence[Product]) -> dict[UUID, Document]:
    """Gather all words of many products by a few queries, however many they are."""
    documents = {product.pk: Document() for product in products}
    for product in products:
        _say_own(documents[product.pk], product)
    for pk, sku, gtin in _codes(documents):
        documents[pk].codes += [code for code in (sku, gtin) if code]
    for pk, category in _shelves(documents):
        _say_names(documents[pk], category)
    for value in _values(documents):
        _say_value(documents[value.product_id], value)
    return documents


def _say_own(document: Document, product: Product) -> None:
    """Add what the product says of itself."""
    for language in LANGUAGES:
        document.say(Weight.NAME, language, getattr(product, f"name_{language}"))
        document.say(Weight.SUMMARY, language, getattr(product, f"summary_{language}"))
        document.say(Weight.TEXT, language, getattr(product, f"text_{language}"))
    if product.manufacturer is not None:
        document.say(Weight.GROUP, "fi", product.manufacturer.name)


def _say_names(document: Document, named: object) -> None:
    """Add the names of a category, an attribute or an option."""
    for language in LANGUAGES:
        document.say(Weight.GROUP, language, getattr(named, f"name_{language}"))


def _say_value(document: Document, value: AttributeValue) -> None:
    """Add what an attribute says: its answer, or its name when the answer is yes."""
    if value.option is not None:
        _say_names(document, value.option)
    elif value.truth:
        _say_names(document, value.attribute)
    elif value.number is not None:
        document.say(Weight.GROUP, "fi", f"{value.number.normalize():f} {value.attribute.unit}")
    for language in LANGUAGES:
        document.say(Weight.GROUP, language, getattr(value, f"text_{language}"))


def _codes(products: Iterable[UUID]) -> Iterable[tuple[UUID, str, str]]:
    """Read the article numbers and barcodes of the products' variants."""
    variants = Variant.objects.filter(product__in=products)
    return variants.values_list("product_id", "sku", "gtin")


def _shelves(products: Iterable[UUID]) -> Iterable[tuple[UUID, Category]]:
    """Give each product every category that it stands in, and those above them."""
    by_path = {category.path: category for category in Category.objects.all()}
    shelves = ProductCategory.objects.filter(product__in=products)
    for pk, path in shelves.values_list("product_id", "category__path"):
        steps = path.split("/")
        for depth in range(1, len(steps) + 1):
            yield pk, by_path["/".join(steps[:depth])]


def _values(products: Iterable[UUID]) -> Iterable[AttributeValue]:
    """Read what attributes say of the products and their variants."""
    values = AttributeValue.objects.filter(product__in=products)
    return values.select_related("attribute", "option")
