"""The shop does not start while a column is not spoken for, or not spoken for in full.

Every declaration is broken here in every way that it could be: whatever is broken, some check has
to say so.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import CheckMessage
from django.db import models
from django.db.models import Q, Value

from customers.models import Account, Company, Customer, Membership
from orders.catalogue.models import Picture, Product
from orders.catalogue.wares import Ware
from orders.sales.models import Order, OrderLine
from privacy import checks
from privacy.base import stays_released_name
from privacy.checks import (
    every_column_is_declared,
    every_declaration_is_whole,
    every_line_has_a_column,
)
from privacy.registry import (
    Basis,
    By,
    Datum,
    Declaration,
    DeclaredTwice,
    Ground,
    Hold,
    Keep,
    Line,
    concrete_fields,
    declare,
    held_models,
    registry,
)
from privacy.terms import Days

Put = Callable[[type[models.Model], Declaration], None]
Ask = Callable[[Declaration], Iterable[CheckMessage]]
EACH_BY_ITSELF = (
    "_halves",
    "_people",
    "_clocks",
    "_clearing",
    "_remnants",
    "_ties",
    "_addresses",
    "_unsaid",
)
COLUMNS = cache(concrete_fields)
"""Of tables to which no test adds a column while it asks."""
ANSWERED: dict[tuple[str, str], list[CheckMessage]] = {}
MODELS = held_models()
DECLARED = [
    pytest.param(model, id=model._meta.label) for model, each in registry.items() if each.data
]


def name(model: type[models.Model]) -> str:
    return model._meta.label


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Put a declaration in place of another until the test is over."""
    changed: dict[Any, Declaration] = dict(registry)
    monkeypatch.setattr(checks, "registry", changed)
    return changed.__setitem__


@pytest.fixture
def asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask once, in all tests, about each declaration that stands as the shop has it.

    Each is judged by itself: what is put in place of one changes nothing about another.
    """
    monkeypatch.setattr(checks, "concrete_fields", COLUMNS)
    for name in EACH_BY_ITSELF:
        monkeypatch.setattr(checks, name, _remembering(name, getattr(checks, name)))


def _remembering(name: str, ask: Ask) -> Ask:
    def asked(declaration: Declaration) -> Iterable[CheckMessage]:
        if registry.get(declaration.model) is not declaration:
            return ask(declaration)
        if (name, declaration.label) not in ANSWERED:
            ANSWERED[name, declaration.label] = list(ask(declaration))
        return ANSWERED[name, declaration.label]

    return asked


def found() -> list[CheckMessage]:
    """Ask everything that needs no database."""
    return [
        *every_column_is_declared(None),
        *every_declaration_is_whole(None),
        *every_line_has_a_column(None),
    ]


def ids() -> set[str]:
    return {str(message.id) for message in found()}


def with_datum(model: type[models.Model], column: str, **changes: Any) -> Declaration:
    """Give a table's declaration with one column declared otherwise."""
    declaration = registry[model]
    data = {**declaration.data, column: replace(declaration.data[column], **changes)}
    return replace(declaration, data=data)


def with_keep(model: type[models.Model], column: str, **changes: Any) -> Declaration:
    keep = registry[model].data[column].keep
    return with_datum(model, column, keep=replace(keep, **changes))


def test_nothing_is_found_in_the_shop_as_it_is() -> None:
    assert found() == []


# --- Whatever is taken away or added, it is seen -------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_a_forgotten_column_stops_the_start(model: type[models.Model], put: Put) -> None:
    declaration = registry[model]
    for column in concrete_fields(model):
        data = {known: datum for known, datum in declaration.data.items() if known != column}
        put(model, replace(declaration, data=data, impersonal=declaration.impersonal - {column}))

        assert [error.msg for error in every_column_is_declared(None)] == [
            f"{model._meta.label}.{column} is not declared: is it personal data?"
        ]


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_a_table_without_a_declaration_stops_the_start(
    model: type[models.Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = {each: known for each, known in registry.items() if each is not model}
    monkeypatch.setattr(checks, "registry", rest)

    missing = {error.msg.split()[0] for error in every_column_is_declared(None)}
    assert missing == {f"{model._meta.label}.{column}" for column in concrete_fields(model)}


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_a_declared_column_that_is_not_there_stops_the_start(
    model: type[models.Model], put: Put, asked_once: None
) -> None:
    declaration = registry[model]
    some = registry[Customer].data["phone"]
    for gone in (
        replace(declaration, impersonal=declaration.impersonal | {"shoe_size"}),
        replace(declaration, data={**declaration.data, "shoe_size": some}),
    ):
        put(model, gone)
        [error] = found()
        assert error.id == "privacy.E002"
        assert "shoe_size" in error.msg


@contextmanager
def another_column(model: type[models.Model]) -> Iterator[None]:
    """Let a table have a column more for a while, as whoever adds a field would."""
    column: models.CharField[str, str] = models.CharField(max_length=3)
    column.contribute_to_class(model, "shoe_size")
    try:
        yield
    finally:
        model._meta.local_fields.remove(column)
        apps.clear_cache()
        delattr(model, "shoe_size")


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_a_new_column_stops_the_start_until_it_is_declared(model: type[models.Model]) -> None:
    with another_column(model):
        [error] = every_column_is_declared(None)
    assert error.id == "privacy.E001"
    assert error.msg.startswith(f"{model._meta.label}.shoe_size ")
    assert every_column_is_declared(None) == []


@pytest.mark.parametrize("model", DECLARED)
def test_each_part_of_each_columns_declaration_is_missed(
    model: type[models.Model], put: Put, asked_once: None
) -> None:
    for column, datum in registry[model].data.items():
        put(model, with_datum(model, column, purposes=()))
        assert "privacy.E003" in ids(), column

        keep = replace(datum.keep, when="")
        data = {
            each: replace(other, keep=keep) if other.keep is datum.keep else other
            for each, other in registry[model].data.items()
        }
        put(model, replace(registry[model], data=data))
        assert ids() == {"privacy.E021"}, column

        if datum.basis == Basis.INTEREST:
            put(model, with_datum(model, column, interest=""))
            assert ids() == {"privacy.E022"}, column

        both = registry[model].impersonal | {column}
        put(model, replace(registry[model], impersonal=both))
        assert ids() == {"privacy.E004"}, column


@pytest.mark.parametrize("model", DECLARED)
def test_each_way_to_a_person_is_missed(
    model: type[models.Model], put: Put, asked_once: None
) -> None:
    declaration = registry[model]
    put(model, replace(declaration, person=()))
    assert ids() == {"privacy.E006"}

    put(model, replace(declaration, person=((By.CARD, "no_such_path"),)))
    assert ids() == {"privacy.E007"}


# --- Each fault by its number --------------------------------------------------------------


def test_e003_a_column_has_a_purpose(put: Put) -> None:
    put(Customer, with_datum(Customer, "phone", purposes=()))

    [error] = found()
    assert (error.id, error.msg) == ("privacy.E003", "customers.Customer.phone has no purpose.")


@pytest.mark.parametrize(
    "hold",
    [
        Hold(Ground.CONTRACT, "", rows=Q(status="placed")),
        Hold(Ground.LAW, "Kirjanpitolaki"),
    ],
)
def test_e005_what_holds_a_column_says_why_and_when(hold: Hold, put: Put) -> None:
    keep = registry[Order].data["email"].keep
    held = replace(keep, held_while=(*keep.held_while, hold))
    data = {
        column: replace(datum, keep=held) if datum.keep is keep else datum
        for column, datum in registry[Order].data.items()
    }
    put(Order, replace(registry[Order], data=data))

    assert ids() == {"privacy.E005"}


def test_e006_personal_data_are_somebodys(put: Put) -> None:
    put(Membership, replace(registry[Membership], person=()))

    [error] = found()
    assert error.id == "privacy.E006"


def test_e007_the_way_to_the_person_is_there(put: Put) -> None:
    put(Membership, replace(registry[Membership], person=((By.CARD, "customer__owner"),)))

    [error] = found()
    assert (error.id, "customer__owner" in error.msg) == ("privacy.E007", True)


@pytest.mark.parametrize("since", ["", "no_such_column", "business_id", Value("2026-01-01")])
def test_e008_a_period_is_counted_from_a_moment(since: Any, put: Put) -> None:
    keep = replace(registry[Company].data["name"].keep, since=since)
    data = {column: replace(datum, keep=keep) for column, datum in registry[Company].data.items()}
    put(Company, replace(registry[Company], data=data))

    assert ids() == {"privacy.E008"}


def test_e008_so_is_the_term_of_a_hold(put: Put) -> None:
    hold = Hold(Ground.LAW, "laki", since="sku", term=Days(1))
    keep = Keep(since="placed_at", period=Days(1), held_while=(hold,), when="x", group="contact")
    put(Order, with_datum(Order, "phone", keep=keep))

    assert "privacy.E008" in ids()


def test_e009_a_row_that_goes_whole_has_one_time_to_go(put: Put) -> None:
    put(Membership, with_keep(Membership, "role", period=Days(7)))

    [error] = found()
    assert error.id == "privacy.E009"


def test_e010_a_column_that_is_cleared_can_be_empty(put: Put) -> None:
    datum = registry[Order].data["customer"]
    orders = registry[Order]
    put(
        Order,
        replace(
            orders,
            data={**orders.data, "placed_at": datum},
            impersonal=orders.impersonal - {"placed_at"},
        ),
    )

    [error] = found()
    assert (error.id, "placed_at" in error.msg) == ("privacy.E010", True)


def test_e011_what_is_released_is_guarded_by_the_database(
    put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(Order, with_keep(Order, "phone", group="telephone"))
    assert ids() == {"privacy.E011"}

    put(Order, registry[Order])
    assert found() == []
    guards = [
        each
        for each in Order._meta.constraints
        if each.name != stays_released_name("order", "buyer")
    ]
    monkeypatch.setattr(Order._meta, "constraints", guards)
    [error] = found()
    assert (error.id, "last_name" in error.msg) == ("privacy.E011", True)


def test_e011_a_release_is_final(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Order._meta, "triggers", [])

    assert ids() == {"privacy.E011"}


def test_e011_a_table_that_is_no_remnant_holds_nothing(put: Put) -> None:
    hold = Hold(Ground.CONTRACT, "sopimus", rows=Q(quantity=1))
    keep = Keep(since="order__placed_at", period=Days(1), held_while=(hold,), when="x", group="x")
    lines = registry[OrderLine]
    data = {"sku": replace(registry[Order].data["phone"], keep=keep)}
    put(OrderLine, replace(lines, data=data, impersonal=lines.impersonal - {"sku"}))

    assert ids() == {"privacy.E011"}


def test_e012_nothing_stops_a_persons_row_from_going(
    put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    products = registry[Product]
    keep = Keep(since="created_at", period=Days(1), when="x")
    data = {"slug": replace(registry[Customer].data["phone"], keep=keep)}
    put(
        Product,
        replace(
            products,
            data=data,
            impersonal=products.impersonal - {"slug"},
            person=((By.CARD, "pk"),),
            delete_row=True,
        ),
    )
    relations = {each.related_model: each for each in Product._meta.related_objects}
    [error] = found()  # a file that is sold stays: a product is nobody's row

    assert (error.id, "orders.Ware" in error.msg) == ("privacy.E012", True)
    monkeypatch.setattr(relations[Ware], "on_delete", models.CASCADE)
    assert found() == []
    monkeypatch.setattr(relations[Picture], "on_delete", models.PROTECT)
    [error] = found()
    assert (error.id, "orders.Picture" in error.msg) == ("privacy.E012", True)


def ip_addresses() -> list[tuple[type[models.Model], str, Datum]]:
    return [
        (model, column, datum)
        for model, declaration in registry.items()
        for column, datum in declaration.data.items()
        if datum.whole_for is not None
    ]


@pytest.mark.parametrize(("model", "column", "datum"), ip_addresses())
def test_e014_an_address_is_whole_for_thirty_days_at_most(
    model: type[models.Model], column: str, datum: Datum, put: Put
) -> None:
    for days in (None, Days(31)):
        put(model, with_datum(model, column, whole_for=days))

        [error] = found()
        assert error.id == "privacy.E014"


def test_e013_only_an_address_is_shortened(put: Put) -> None:
    put(Customer, with_datum(Customer, "phone", whole_for=Days(30)))

    [error] = found()
    assert error.id == "privacy.E013"


def test_e013_what_is_unique_is_not_shortened(put: Put) -> None:
    for label in ("axes.AccessAttempt", "customers.FailureCount"):
        [model] = [each for each in registry if each._meta.label == label]
        put(model, with_datum(model, "ip_address", whole_for=Days(1)))

        [error] = found()
        assert (error.id, label in error.msg) == ("privacy.E013", True)
        put(model, registry[model])


@pytest.mark.parametrize("line", Line)
def test_e023_every_line_of_the_statement_has_a_column(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = {
        model: replace(
            declaration,
            data={name: datum for name, datum in declaration.data.items() if datum.line != line},
        )
        for model, declaration in registry.items()
    }
    monkeypatch.setattr(checks, "registry", without)

    [error] = every_line_has_a_column(None)
    assert (error.id, line.value in error.msg) == ("privacy.E023", True)


def test_a_table_is_declared_once() -> None:
    with pytest.raises(DeclaredTwice):
        declare(Account)
