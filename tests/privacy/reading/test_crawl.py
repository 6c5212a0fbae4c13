"""Every page of the staff's side: whoever is shown is noted, and nobody else."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import quote
from django.db import models
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, resolve, reverse
from django.views.defaults import permission_denied
from pytest_django.plugin import DjangoDbBlocker

from customers.models import Account
from privacy.reading.models import Kind, Reading
from privacy.registry import registry
from privacy.subject import Subject, rows_of
from tests.doors import let_in
from tests.house.test_no_bulk_files import is_file, named, told_apart
from tests.once import made_once
from tests.privacy.canaries import plant
from tests.soluto_shop.test_staff_matrix import drawn_once

pytestmark = pytest.mark.django_db

Birds = dict[str, str]
SECRET = "SECRETOFTHEAPP234567"
STEP = "refuse"  # what stands after the row in an address that names a step too


@pytest.fixture(scope="module")
def planted(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[dict[str, tuple[Subject, dict[str, Any]]]]:
    """Anna and Celia, each with a value of their own in every column that can hold some."""
    with made_once(django_db_blocker, tmp_path_factory.mktemp("people")):
        yield {name: plant(f"{name}@example.fi") for name in ("anna", "celia")}


@pytest.fixture(scope="module")
def people(
    planted: dict[str, tuple[Subject, dict[str, Any]]],
) -> dict[str, tuple[Subject, Birds]]:
    """Anna and Celia, and the words of their own by which they are seen on a page."""
    found = {}
    for name, (subject, values) in planted.items():
        birds = {where: str(bird) for where, bird in values.items() if "kan" in str(bird)}
        found[name] = (subject, {**birds, "the address": f"{name}@example.fi"})
    return found


@pytest.fixture(scope="module")
def known_by(planted: dict[str, tuple[Subject, dict[str, Any]]]) -> list[set[str]]:
    """Give all by which Anna and Celia are known in a file."""
    return [
        told_apart(f"{name}@example.fi", values) for name, (_subject, values) in planted.items()
    ]


@pytest.fixture
def desk(client: Client, bertil: Account, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give Bertil's browser; a page that refuses, whose words nobody reads here, is drawn once."""
    refused = drawn_once(permission_denied)
    monkeypatch.setattr("soluto_shop.urls.handler403", refused, raising=False)
    return let_in(client, bertil)


def pages() -> list[ModelAdmin[Any]]:
    return list(admin.site._registry.values())


def addresses(page: ModelAdmin[Any], keys: list[Any]) -> Iterator[tuple[str, Any]]:
    """Give all addresses of a page, each with the row it is about, if one."""
    for pattern in page.get_urls():
        assert isinstance(pattern, URLPattern)
        if pattern.name is None:
            continue  # Django's redirect from addresses of old
        name = f"admin:{pattern.name}"
        if pattern.pattern.converters:
            for key in keys:
                yield _address(name, pattern, key), key
        else:
            yield reverse(name), None


def _address(name: str, pattern: URLPattern, key: Any) -> str:
    row = key if isinstance(key, int) else quote(str(key))
    further = [STEP] * (len(pattern.pattern.converters) - 1)
    return reverse(name, args=[row, *further])


def choices() -> Iterator[dict[str, str]]:
    """Name the fields for which rows are offered while something is typed."""
    for page in pages():
        for part in (page, *page.inlines):
            meta = part.model._meta
            for field in part.autocomplete_fields:
                yield {
                    "app_label": meta.app_label,
                    "model_name": str(meta.model_name),
                    "field_name": str(field),
                }


def words_of(answer: HttpResponseBase) -> str:
    return answer.getvalue().decode(errors="replace") if answer.status_code == 200 else ""


def numbers_of(subject: Subject) -> set[UUID]:
    """Give the numbers under which a look can be noted; whoever looks changes none of them."""
    return {key for keys in rows_of(subject).values() for key in keys if isinstance(key, UUID)}


def hide(secret: str, subject: Subject) -> None:
    """Put a secret into what somebody shows as a second factor, beside the words there."""
    keys = rows_of(subject)[registry[Authenticator]]
    for factor in Authenticator.objects.filter(pk__in=keys):
        factor.data = {**factor.data, "secret": secret}
        factor.save()
    assert keys


def looks_at(subject: Subject) -> set[int]:
    """Give all looks at a person, as the register finds them."""
    return set(rows_of(subject)[registry[Reading]])


def seen_since(last: int, numbers: set[UUID]) -> set[int]:
    since = Reading.objects.filter(pk__gt=last, about__in=numbers)
    return set(since.values_list("pk", flat=True))


def looks_since(last: int) -> dict[int, UUID | None]:
    """Give the looks that came after one, each with whom it is about."""
    return dict(Reading.objects.filter(pk__gt=last).values_list("pk", "about"))


def file_at(address: str, answer: HttpResponseBase) -> set[str]:
    """Name the page that answered with a file, if this one did."""
    is_one = answer.status_code == 200 and is_file(answer)
    return {str(resolve(address).url_name)} if is_one else set()


def last_reading() -> int:
    return Reading.objects.order_by("-pk").values_list("pk", flat=True)[0]


def test_whoever_is_shown_on_any_page_is_noted_and_nobody_else_nor_a_secret(
    people: dict[str, tuple[Subject, Birds]], known_by: list[set[str]], desk: Client
) -> None:
    """Asked of the same answers: no address hands out a file in which more than one stands."""
    for subject, _birds in people.values():
        hide(SECRET, subject)
    seen_anywhere: set[str] = set()
    files: set[str] = set()
    owner: dict[tuple[type[models.Model], Any], str] = {}
    for name, (subject, _birds) in people.items():
        for declaration, keys in rows_of(subject).items():
            owner.update({(declaration.model, key): name for key in keys})
    numbers = {name: numbers_of(subject) for name, (subject, _birds) in people.items()}
    looks = {name: looks_at(subject) for name, (subject, _birds) in people.items()}

    last = last_reading()
    for page in pages():
        keys = [key for model, key in owner if model is page.model]
        keys += page.model._base_manager.exclude(pk__in=keys).values_list("pk", flat=True)[:5]
        for address, key in addresses(page, keys):
            answer = desk.get(address)
            words = words_of(answer)
            assert SECRET not in words, address
            files |= (file := file_at(address, answer))
            assert not file or named(words, known_by) <= 1, address
            since = looks_since(last)
            last = max(since, default=last)
            for name, (_subject, birds) in people.items():
                shown = {where for where, bird in birds.items() if bird in words}
                seen_anywhere |= shown
                noted = {look for look, about in since.items() if about in numbers[name]}
                looks[name] |= noted
                assert noted or not shown, f"{address} shows {name}'s {shown}"
                if key is not None and owner.get((page.model, key), name) != name:
                    assert not shown, f"{address} shows {name}'s {shown} beside another's"
                    assert not noted, f"{address} notes a look at {name}, who is not shown"
    assert looks == {name: looks_at(subject) for name, (subject, _birds) in people.items()}
    assert len(seen_anywhere) > 20
    assert "orders.Order.street" in seen_anywhere
    assert {"privacy_processingrecord_json", "orders_importrun_export"} <= files


def test_rows_offered_for_choosing_are_noted(
    people: dict[str, tuple[Subject, Birds]], desk: Client
) -> None:
    annas = people["anna"][1]
    terms = ["", annas["customers.Customer.email"], annas["customers.Company.name"], "nobody"]
    offered_to: dict[str, set[str]] = {}
    numbers = {name: numbers_of(subject) for name, (subject, _birds) in people.items()}
    owned = {  # what a look adds to these is a look, which nobody is offered
        name: {str(key) for keys in rows_of(subject).values() for key in keys}
        for name, (subject, _birds) in people.items()
    }
    for field in choices():
        for term in terms:
            last = last_reading()
            results = desk.get(reverse("admin:autocomplete"), {**field, "term": term}).json()[
                "results"
            ]
            offered = {result["id"] for result in results}
            for name in people:
                noted = Reading.objects.filter(pk__in=seen_since(last, numbers[name]))
                assert bool(noted) == bool(offered & owned[name]), (field, term)
                assert {reading.kind for reading in noted} <= {Kind.CHOICE}
                offered_to.setdefault(term, set()).update({name} if noted else ())
    assert [offered_to[term] for term in terms] == [{"anna", "celia"}, {"anna"}, {"anna"}, set()]


def test_the_start_pages_show_nobody(
    people: dict[str, tuple[Subject, Birds]], bertil: Account
) -> None:
    clerks = Account.objects.filter(full_name__startswith="Myyjä")
    last = last_reading()
    birds = [bird for _subject, planted in people.values() for bird in planted.values()]
    assert clerks.count() == 2
    for account in (*clerks, bertil):
        client = let_in(Client(), account)
        for address in ("/admin/", "/admin/orders/", "/admin/customers/", "/admin/privacy/"):
            words = words_of(client.get(address))
            assert words
            assert [bird for bird in birds if bird in words] == []
    assert last_reading() == last


def test_what_holds_secrets_of_second_factors_has_no_page(
    people: dict[str, tuple[Subject, Birds]], desk: Client
) -> None:
    assert not admin.site.is_registered(Authenticator)
    assert desk.get("/admin/mfa/authenticator/").status_code == 404
