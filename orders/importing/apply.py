"""Writing products into the shop, some hundreds in a transaction, and only where they differ.

Locks are taken in the order in which a sale takes them: levels first, then products, each by their
number. Imports stand in line behind one another, batch by batch.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q

from orders.catalogue.models import AttributeValue, Product, ProductCategory, Variant
from orders.importing.readers.base import LONGEST_SLUG
from orders.importing.rows import Fact, PriceRow, ProductRow, StockRow, ValueRow, VariantRow
from orders.importing.shelf import Shelf, values_of
from orders.stock.models import Level, Movement
from privacy.intake.report import Issue, Weight, shown

IMPORTS = 7_041_502
"""The number of the lock behind which imports stand in line."""

PRICE_COLUMNS = ("price", "reduced_price", "reduced_from", "reduced_until")

Said = tuple[UUID, UUID | None, Decimal | None, bool | None, str, str, str]


@dataclass(slots=True)
class Written:
    """A product of the batch and its variants, as they are in the shop now."""

    row: ProductRow
    product: Product
    variants: dict[str, Variant]


class Batch:
    """Some products on their way into the shop; :meth:`write` runs inside a transaction."""

    def __init__(self, rows: Sequence[ProductRow], *, at: datetime) -> None:
        self.rows = rows
        self.at = at
        self.counts: Counter[str] = Counter()
        self.issues: list[Issue] = []
        self.written: list[Written] = []
        self.new_products: list[Product] = []
        self.changed_products: dict[UUID, tuple[Product, set[str]]] = {}
        self.new_variants: list[Variant] = []
        self.reduced_at_once: list[tuple[Variant, PriceRow]] = []
        self.changed_variants: list[tuple[Variant, set[str]]] = []
        self.old_values: list[AttributeValue] = []
        self.new_values: list[AttributeValue] = []
        self.old_shelves: list[ProductCategory] = []
        self.new_shelves: list[ProductCategory] = []
        self.new_levels: list[Level] = []
        self.open_levels: list[Level] = []
        self.closed_levels: list[Level] = []
        self.movements: list[Movement] = []

    def write(self) -> None:
        """Bring the shop to what the rows say."""
        self._load()
        self.shelf = Shelf(self.rows)
        for row in self.rows:
            self._product(row)
        self._flush()

    def refuse(self, line: int, column: str, code: str, **values: object) -> None:
        """Write down what cannot be taken."""
        self._remark(Weight.ERROR, line, column, code, values)

    def warn(self, line: int, column: str, code: str, **values: object) -> None:
        """Write down what was taken in another way."""
        self._remark(Weight.WARNING, line, column, code, values)

    def _remark(
        self, weight: Weight, line: int, column: str, code: str, values: Mapping[str, object]
    ) -> None:
        short = {name: shown(value) for name, value in values.items()}
        self.issues.append(Issue(weight, code, line, column, short))

    # --- What is there --------------------------------------------------------------------

    def _load(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORTS])
        skus = [variant.sku for row in self.rows for variant in row.variants]
        of_skus = Variant.objects.filter(sku__in=skus).values_list("product_id", flat=True)
        touched = Q(pk__in=set(of_skus)) | Q(slug__in={row.slug for row in self.rows})
        ids = list(Product.objects.filter(touched).order_by("pk").values_list("pk", flat=True))
        levels = Level.objects.filter(variant__product__in=ids).order_by("pk")
        self.levels = {row.variant_id: row for row in levels.select_for_update(of=("self",))}
        products = Product.objects.filter(pk__in=ids).order_by("pk").defer("search", "folded")
        locked = list(products.select_for_update(of=("self",), no_key=True))
        self.products = {row.pk: row for row in locked}
        self.by_slug = {row.slug: row for row in locked}
        variants = list(Variant.objects.filter(product__in=ids))
        self.variants = {row.sku: row for row in variants}
        self.shelves: dict[UUID, list[ProductCategory]] = {}
        for shelf in ProductCategory.objects.filter(product__in=ids).order_by("position", "pk"):
            self.shelves.setdefault(shelf.product_id, []).append(shelf)
        self.values: dict[UUID, list[AttributeValue]] = {}
        for value in AttributeValue.objects.filter(product__in=ids).order_by("position", "pk"):
            self.values.setdefault(value.variant_id or value.product_id, []).append(value)

    # --- Products -------------------------------------------------------------------------

    def _product(self, row: ProductRow) -> None:
        if not self._can_be_said(row):
            return
        found = self._find(row)
        if found is None and not self._can_begin(row):
            return
        product, is_new = (found, False) if found is not None else (self._begin(row), True)
        facts = dict(row.facts)
        if row.manufacturer is not None:
            facts["manufacturer_id"] = self.shelf.manufacturers[row.manufacturer.name].pk
        changed = _set(product, facts)
        others = self._shelves(row, product) | self._values(row, product, None, row.values)
        variants = self._variants(row, product)
        if not is_new and changed:
            self.changed_products[product.pk] = (product, changed)
        self.counts[_state("products", is_new=is_new, is_changed=bool(changed) or others)] += 1
        self.written.append(Written(row, product, variants))

    def _can_be_said(self, row: ProductRow) -> bool:
        """Refuse a product that uses an attribute for something else than it is."""
        for value in values_of(row):
            if not self.shelf.fits(value):
                known = self.shelf.attributes[value.attribute.code]
                self.refuse(
                    row.line,
                    "",
                    "kind_differs",
                    value=value.attribute.code,
                    known=f"{known.kind} {known.unit}".strip(),
                )
                return False
        return True

    def _find(self, row: ProductRow) -> Product | None:
        """Find the product by its address; one from another shop by its SKUs first."""
        by_address = self.by_slug.get(row.slug) if row.slug_is_its_name else None
        if row.is_whole:
            return by_address
        known = (self.variants.get(variant.sku) for variant in row.variants)
        of_skus = next((self.products[found.product_id] for found in known if found), None)
        return of_skus or by_address

    def _can_begin(self, row: ProductRow) -> bool:
        """Refuse a new product that could not stand in the shop."""
        if not str(row.facts.get("name_fi") or row.first.get("name_fi") or "").strip():
            self.refuse(row.line, "name_fi", "missing")
            return False
        free = [variant for variant in row.variants if variant.sku not in self.variants]
        if any(variant.price is not None for variant in free):
            return True
        if row.is_whole and not row.variants:
            return True
        for variant in row.variants:
            self._refuse_variant(variant)
        return False

    def _refuse_variant(self, variant: VariantRow) -> None:
        known = self.variants.get(variant.sku)
        if known is None:
            self.refuse(variant.line, "price", "missing")
        else:
            slug = self.products[known.product_id].slug
            self.refuse(variant.line, "sku", "sku_of_another", value=variant.sku, product=slug)

    def _begin(self, row: ProductRow) -> Product:
        product = Product(
            slug=self._free_slug(row.slug), published_from=self.at, created_at=self.at
        )
        _set(product, {name: fact for name, fact in row.first.items() if name not in row.facts})
        self.new_products.append(product)
        self.by_slug[product.slug] = product
        self.products[product.pk] = product
        return product

    def _free_slug(self, wanted: str) -> str:
        """Give a namesake of another product an address of its own."""
        slug, number = wanted, 1
        while slug in self.by_slug or (number > 1 and Product.objects.filter(slug=slug).exists()):
            number += 1
            slug = f"{wanted[: LONGEST_SLUG - 7]}-{number}"
        return slug

    # --- Where it stands and what is said of it -------------------------------------------

    def _shelves(self, row: ProductRow, product: Product) -> bool:
        if row.trails is None:
            return False
        wanted = list(dict.fromkeys(self.shelf.category(trail).pk for trail in row.trails))
        known = self.shelves.get(product.pk, [])
        standing = [shelf.category_id for shelf in known]
        if not row.is_whole:
            wanted = standing + [pk for pk in wanted if pk not in standing]
        if wanted == standing:
            return False
        self.old_shelves += known
        self.new_shelves += [
            ProductCategory(product=product, category_id=pk, position=place)
            for place, pk in enumerate(wanted)
        ]
        return True

    def _values(
        self,
        row: ProductRow,
        product: Product,
        variant: Variant | None,
        said: Iterable[ValueRow] | None,
    ) -> bool:
        if said is None:
            return False
        wanted = [self._value(value, product, variant, at) for at, value in enumerate(said)]
        known = self.values.get(variant.pk if variant else product.pk, [])
        if not row.is_whole:
            spoken_of = {value.attribute_id for value in wanted}
            last = max((value.position for value in known), default=-1)
            known = [value for value in known if value.attribute_id in spoken_of]
            for value in wanted:
                value.position = min(value.position + last + 1, 32_767)
        if [_said(value) for value in wanted] == [_said(value) for value in known]:
            return False
        self.old_values += known
        self.new_values += wanted
        return True

    def _value(
        self, said: ValueRow, product: Product, variant: Variant | None, position: int
    ) -> AttributeValue:
        option = self.shelf.option(said)
        texts = said.text.facts("text")
        texts["text_fi"] = texts["text_fi"] or said.text.any
        return AttributeValue(
            product=product,
            variant=variant,
            attribute=self.shelf.attributes[said.attribute.code],
            option=option,
            number=said.number,
            truth=said.truth,
            position=position,
            **texts,
        )

    # --- Variants -------------------------------------------------------------------------

    def _variants(self, row: ProductRow, product: Product) -> dict[str, Variant]:
        written: dict[str, Variant] = {}
        for variant_row in row.variants:
            known = self.variants.get(variant_row.sku)
            is_anothers = known is not None and known.product_id != product.pk
            if is_anothers or (known is None and variant_row.price is None):
                self._refuse_variant(variant_row)
                continue
            variant = known if known is not None else self._begin_variant(variant_row, product)
            written[variant.sku] = variant
            is_new = known is None
            changed: set[str] = set() if is_new else self._change(variant, variant_row)
            others = self._values(row, product, variant, variant_row.values)
            others |= self._stock(variant, variant_row)
            if changed:
                self.changed_variants.append((variant, changed))
            is_changed = bool(changed) or others
            self.counts[_state("variants", is_new=is_new, is_changed=is_changed)] += 1
        return written

    def _begin_variant(self, row: VariantRow, product: Product) -> Variant:
        """Make a variant.

        A reduction that the file gives no beginning for is one that this shop knows nothing of
        before today. The variant therefore comes in at the price that is asked for it, which its
        price history keeps, and is marked as reduced only in the next step.
        """
        price = row.price
        assert price is not None  # noqa: S101 - refused before
        variant = Variant(product=product, sku=row.sku)
        _set(variant, {**row.first, **row.facts})
        if price.reduced_price is not None and price.reduced_from is None:
            variant.price = price.reduced_price
            self.reduced_at_once.append((variant, price))
        else:
            _set(variant, _price_facts(price))
        self.new_variants.append(variant)
        self.variants[variant.sku] = variant
        return variant

    def _change(self, variant: Variant, row: VariantRow) -> set[str]:
        changed = _set(variant, row.facts)
        if row.price is not None:
            changed |= self._price(variant, row.price)
        return changed

    def _price(self, variant: Variant, said: PriceRow) -> set[str]:
        facts = _price_facts(said)
        if not said.says_reduction:
            return _set(variant, {"price": said.price})
        if said.reduced_price is not None and said.reduced_from is None:
            same = (variant.price, variant.reduced_price) == (said.price, said.reduced_price)
            facts["reduced_from"] = variant.reduced_from if same else self.at
            facts["reduced_until"] = said.reduced_until or (variant.reduced_until if same else None)
        return _set(variant, facts)

    # --- Stock ----------------------------------------------------------------------------

    def _stock(self, variant: Variant, row: VariantRow) -> bool:
        said, level = row.stock, self.levels.get(variant.pk)
        if level is None:
            if said.on_hand is None:
                return False
            return self._begin_level(variant, said, said.on_hand)
        return self._change_level(level, row)

    def _begin_level(self, variant: Variant, said: StockRow, on_hand: int) -> bool:
        level = Level(variant=variant, backorder=bool(said.backorder) or on_hand < 0)
        if said.low_at is not None:
            level.low_at = said.low_at
        self.new_levels.append(level)
        self._move(level, on_hand)
        return True

    def _move(self, level: Level, change: int) -> None:
        if change:
            self.movements.append(
                Movement(level=level, kind=Movement.Kind.IMPORT, change=change, at=self.at)
            )

    def _change_level(self, level: Level, row: VariantRow) -> bool:
        """Bring a level to what was counted, but never below what is promised to buyers."""
        said = row.stock
        backorder = level.backorder if said.backorder is None else said.backorder
        wanted = level.on_hand if said.on_hand is None else said.on_hand
        if not backorder and wanted < level.reserved:
            wanted = self._keep_promises(level, row, wanted)
            backorder = level.backorder if said.on_hand is None else backorder
        low_at = level.low_at if said.low_at is None else said.low_at
        self._move(level, wanted - level.on_hand)
        if (level.backorder, level.low_at) != (backorder, low_at):
            # Opened before pieces go, closed after pieces have come.
            (self.open_levels if backorder else self.closed_levels).append(level)
            level.backorder, level.low_at = backorder, low_at
            return True
        return wanted != level.on_hand

    def _keep_promises(self, level: Level, row: VariantRow, wanted: int) -> int:
        if row.stock.on_hand is None:
            self.warn(row.line, "backorder", "backorder_kept")
            return wanted
        self.warn(
            row.line,
            "stock",
            "promised",
            reserved=level.reserved,
            level=level.reserved,
            wanted=wanted,
        )
        return level.reserved

    # --- All at once ----------------------------------------------------------------------

    def _flush(self) -> None:
        Product.objects.bulk_create(self.new_products)
        _update(Product, self.changed_products.values())
        Variant.objects.bulk_create(self.new_variants)
        _update(Variant, self.changed_variants)
        for variant, price in self.reduced_at_once:
            _set(variant, {**_price_facts(price), "reduced_from": self.at})
        Variant.objects.bulk_update([variant for variant, _ in self.reduced_at_once], PRICE_COLUMNS)
        ProductCategory.objects.filter(pk__in=[row.pk for row in self.old_shelves]).delete()
        ProductCategory.objects.bulk_create(self.new_shelves)
        AttributeValue.objects.filter(pk__in=[row.pk for row in self.old_values]).delete()
        AttributeValue.objects.bulk_create(self.new_values)
        Level.objects.bulk_create(self.new_levels)
        Level.objects.bulk_update(self.open_levels, ["backorder", "low_at"])
        Movement.objects.bulk_create(self.movements)
        Level.objects.bulk_update(self.closed_levels, ["backorder", "low_at"])


def _set(row: Model, facts: Mapping[str, Fact]) -> set[str]:
    """Set what differs, and name it."""
    changed = {name for name, fact in facts.items() if getattr(row, name) != fact}
    for name in changed:
        setattr(row, name, facts[name])
    return changed


def _update(model: type[Model], changes: Iterable[tuple[Any, set[str]]]) -> None:
    """Write what has changed, with one statement for rows that changed alike."""
    alike: dict[frozenset[str], list[Any]] = {}
    for row, names in changes:
        alike.setdefault(frozenset(names), []).append(row)
    for columns, rows in alike.items():
        model._default_manager.bulk_update(rows, sorted(columns))


def _price_facts(price: PriceRow) -> dict[str, Fact]:
    return {name: getattr(price, name) for name in PRICE_COLUMNS}


def _said(value: AttributeValue) -> Said:
    return (
        value.attribute_id,
        value.option_id,
        value.number,
        value.truth,
        value.text_fi,
        value.text_sv,
        value.text_en,
    )


def _state(noun: str, *, is_new: bool, is_changed: bool) -> str:
    if is_new:
        return f"{noun}_new"
    return f"{noun}_{'changed' if is_changed else 'unchanged'}"
