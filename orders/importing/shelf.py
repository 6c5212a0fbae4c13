"""Categories, manufacturers and attributes that rows speak of: found, or made where missing.

What is there keeps its name: a file only fills in a language that has none yet. Two products of a
file that call the same category differently could otherwise rename it at every import.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from django.db import models
from django.db.models import Max

from orders.catalogue.models import Attribute, AttributeOption, Category, Manufacturer
from orders.importing.rows import (
    LANGUAGES,
    ManufacturerRow,
    Named,
    ProductRow,
    Texts,
    Trail,
    ValueRow,
)


class Shelf:
    """What the products of one batch refer to."""

    def __init__(self, rows: Sequence[ProductRow]) -> None:
        self.categories = _categories([trail for row in rows for trail in row.trails or ()])
        self.manufacturers = _manufacturers([row.manufacturer for row in rows if row.manufacturer])
        values = [value for row in rows for value in values_of(row)]
        self.attributes = _attributes(values)
        fitting = [value for value in values if self.fits(value)]
        self.options = _options(fitting, self.attributes)

    def fits(self, value: ValueRow) -> bool:
        """Tell whether the attribute is here what the file takes it for."""
        known = self.attributes[value.attribute.code]
        return known.kind == value.kind and known.unit == value.unit

    def category(self, trail: Trail) -> Category:
        """Give the category at the end of a path."""
        return self.categories[path_of(trail)]

    def option(self, value: ValueRow) -> AttributeOption | None:
        """Give the answer of a choice."""
        if value.option is None:
            return None
        return self.options[value.attribute.code, value.option.code]


def values_of(row: ProductRow) -> Iterable[ValueRow]:
    """Give everything that attributes say of a product and its variants."""
    yield from row.values or ()
    for variant in row.variants:
        yield from variant.values or ()


def path_of(trail: Trail) -> str:
    """Write a category path."""
    return "/".join(step.code for step in trail)


def _names(words: Texts) -> dict[str, str]:
    """Name the columns; Finnish must be there, so it borrows where it has nothing of its own."""
    return {**words.facts("name"), "name_fi": words.fi or words.any}


def _fill(row: models.Model, words: Texts) -> bool:
    """Fill in languages that have no name yet; tell whether any had none."""
    blank = [
        language
        for language in LANGUAGES
        if getattr(words, language) and not getattr(row, f"name_{language}")
    ]
    for language in blank:
        setattr(row, f"name_{language}", getattr(words, language))
    return bool(blank)


def _save_filled(rows: Iterable[models.Model]) -> None:
    for row in rows:
        row.save(update_fields=[f"name_{language}" for language in LANGUAGES])


def _merged(named: Iterable[Named]) -> dict[str, Texts]:
    """Bring together what rows call the same thing: the first that says a language counts."""
    found: dict[str, Texts] = {}
    for code, words in named:
        known = found.setdefault(code, words)
        found[code] = Texts(*(old or new for old, new in zip(known, words, strict=True)))
    return found


def _categories(trails: Iterable[Trail]) -> dict[str, Category]:
    branches = [trail[:depth] for trail in trails for depth in range(1, len(trail) + 1)]
    words = _merged(Named(path_of(branch), branch[-1].names) for branch in branches)
    found = {row.path: row for row in Category.objects.filter(path__in=words)}
    _save_filled([row for path, row in found.items() if _fill(row, words[path])])
    missing = sorted(set(words) - set(found), key=lambda path: (path.count("/"), path))
    for _, level in groupby(missing, key=lambda path: path.count("/")):
        made = [_category(path, words[path], found) for path in level]
        Category.objects.bulk_create(made)
        found |= {row.path: row for row in made}
    return found


def _category(path: str, words: Texts, found: Mapping[str, Category]) -> Category:
    above, _, slug = path.rpartition("/")
    names = _names(words)
    names["name_fi"] = names["name_fi"] or slug
    return Category(slug=slug, path=path, parent=found[above] if above else None, **names)


def _manufacturers(rows: Iterable[ManufacturerRow]) -> dict[str, Manufacturer]:
    said: dict[str, ManufacturerRow] = {}
    for row in rows:
        known = said.setdefault(row.name, row)
        said[row.name] = ManufacturerRow(
            row.name, known.address or row.address, known.email or row.email
        )
    found = {row.name: row for row in Manufacturer.objects.filter(name__in=said)}
    for name, known_row in found.items():
        _complete(known_row, said[name])
    made = [
        Manufacturer(name=row.name, address=row.address, email=row.email)
        for row in said.values()
        if row.name not in found
    ]
    Manufacturer.objects.bulk_create(made)
    return found | {row.name: row for row in made}


def _complete(known: Manufacturer, said: ManufacturerRow) -> None:
    """Fill in an address that is not known yet."""
    blank = [
        name for name in ("address", "email") if getattr(said, name) and not getattr(known, name)
    ]
    for name in blank:
        setattr(known, name, getattr(said, name))
    if blank:
        known.save(update_fields=blank)


def _attributes(values: Iterable[ValueRow]) -> dict[str, Attribute]:
    first: dict[str, ValueRow] = {}
    for value in values:
        first.setdefault(value.attribute.code, value)
    words = _merged(value.attribute for value in values)
    found = {row.code: row for row in Attribute.objects.filter(code__in=first)}
    _save_filled([row for code, row in found.items() if _fill(row, words[code])])
    made = [
        Attribute(
            code=code,
            kind=value.kind,
            unit=value.unit,
            is_facet=value.kind != Attribute.Kind.TEXT,
            **_named(words[code], code),
        )
        for code, value in first.items()
        if code not in found
    ]
    Attribute.objects.bulk_create(made)
    return found | {row.code: row for row in made}


def _named(words: Texts, code: str) -> dict[str, str]:
    names = _names(words)
    return {**names, "name_fi": names["name_fi"] or code}


def _options(
    values: Iterable[ValueRow], attributes: Mapping[str, Attribute]
) -> dict[tuple[str, str], AttributeOption]:
    said: dict[str, list[Named]] = {}
    for value in values:
        if value.option is not None:
            said.setdefault(value.attribute.code, []).append(value.option)
    wanted = {code: _merged(options) for code, options in said.items()}
    of = [attributes[code] for code in wanted]
    codes = {code for options in wanted.values() for code in options}
    known = AttributeOption.objects.filter(attribute__in=of, code__in=codes)
    by_id = {attributes[code].pk: code for code in wanted}
    found = {(by_id[row.attribute_id], row.code): row for row in known}
    _save_filled(
        row
        for (attribute, code), row in found.items()
        if code in wanted[attribute] and _fill(row, wanted[attribute][code])
    )
    made = _new_options(wanted, attributes, found)
    AttributeOption.objects.bulk_create(made.values())
    return found | made


def _new_options(
    wanted: Mapping[str, Mapping[str, Texts]],
    attributes: Mapping[str, Attribute],
    found: Mapping[tuple[str, str], AttributeOption],
) -> dict[tuple[str, str], AttributeOption]:
    """Make the options that are missing, after those that are there, in the order of the file."""
    new = {
        attribute: [code for code in options if (attribute, code) not in found]
        for attribute, options in wanted.items()
    }
    growing = [attributes[code] for code, missing in new.items() if missing]
    last = dict(
        AttributeOption.objects.filter(attribute__in=growing)
        .order_by()
        .values_list("attribute")
        .annotate(Max("position"))
    )
    return {
        (attribute, code): AttributeOption(
            attribute=attributes[attribute],
            code=code,
            position=min(last.get(attributes[attribute].pk, 0) + place, 32_767),
            **_named(wanted[attribute][code], code),
        )
        for attribute, missing in new.items()
        for place, code in enumerate(missing, start=1)
    }
