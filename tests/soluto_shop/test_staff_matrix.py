"""Law 9: each role sees exactly its written matrix, by page and by field.

The pages are read from the admin's own address map and its register of tables. What each role may
open stands in `tests/data/staff_matrix.csv`, and what it may write in `staff_fields.csv`: a page or
field that is new, and has no row there, turns these tests red.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, quote
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils import timezone
from django.views.defaults import permission_denied
from pytest_django.plugin import DjangoDbBlocker

from customers.grants.access import access_is_over
from customers.models import Account, Customer, Grant, Newsletter
from orders.banking.models import BankFile
from orders.catalogue.campaigns import Campaign
from orders.catalogue.models import (
    Product,
)
from orders.importing import runs
from orders.importing.models import ImportRun
from orders.invoicing import files
from orders.invoicing.models import Invoice
from orders.pages.models import Page as ShopPage
from orders.pages.operations import write_page
from orders.sales.editions import TermsDraft
from privacy.evidence import Erasure, SweepRun, write_receipt
from privacy.intake.models import Intake
from privacy.recipients.models import RecipientNotice
from privacy.requests.models import Request as AskedOf
from privacy.restriction.models import Restriction
from privacy.statement import statement_sha256
from soluto_shop.staff_groups import GROUPS, ensure_groups
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.factories import (
    AttributeFactory,
    AttributeOptionFactory,
    CategoryFactory,
    DeliveryMethodFactory,
    ManufacturerFactory,
    ProcessorFactory,
    StaffFactory,
    TermsFactory,
    in_stock,
)
from tests.once import made_once
from tests.privacy.lives import login_of, whole_life

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[1] / "data"
ROLES = list(GROUPS)
LANGUAGES = ("fi", "sv", "en")
DOORS = {"login", "logout", "password_change", "acknowledge"}
"""Pages on the way in and out, which have tests of their own."""

Page = tuple[str, str]
"""The name of a page, and how it is asked for: GET, or POST where nothing else is answered."""


@dataclass
class House:
    """One row of each table, and a client for each role."""

    rows: dict[type[models.Model], models.Model]
    staff: dict[str, Client]
    accounts: dict[str, Account]
    buyer: Customer
    addresses: dict[Page, str] = field(default_factory=dict)


@pytest.fixture
def house(settings: Any, tmp_path: Path) -> House:
    settings.MEDIA_ROOT = tmp_path
    settings.PRIVATE_ROOT = tmp_path
    return furnished()


@pytest.fixture(scope="module")
def one_house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[House]:
    """Give the same house to all tests of this file."""
    with made_once(django_db_blocker, tmp_path_factory.mktemp("house")):
        yield furnished()


def furnished() -> House:
    """Let every table have a row, and somebody of each role be there."""
    ensure_groups()
    accounts = {
        role: StaffFactory.create(role=role, is_superuser=False, full_name=f"Myyjä {role}")
        for role in ROLES
    }
    card = whole_life("anna@example.fi", clerk=accounts["owner"])
    staff = {role: let_in(Client(), account) for role, account in accounts.items()}
    variant = in_stock(3)
    AttributeOptionFactory.create(attribute=AttributeFactory.create())
    for factory in (CategoryFactory, DeliveryMethodFactory, ManufacturerFactory, TermsFactory):
        factory.create()
    write_page(
        page=ShopPage.ABOUT, texts=dict.fromkeys(LANGUAGES, "# X"), based_on=0, by="x", at=NOON
    )
    TermsDraft.objects.create(
        valid_from=timezone.now() + timedelta(days=7),
        **{f"text_{code}": "Ehdot\n\n{name}" for code in LANGUAGES},
    )
    Campaign.objects.create(
        name_fi="Talviale", percent=10, begins_at=NOON, ends_at=NOON + timedelta(days=1)
    )
    runs.upload(
        file=ContentFile(b"product,sku\na,b\n", "wares.csv"),
        asked_format="own",
        language="fi",
        by=None,
        at=NOON,
    )
    Restriction.objects.update(told_at=NOON, ended_at=NOON + timedelta(hours=1))
    Newsletter.objects.create(created_at=NOON, subject_fi="Uutta", text_fi="Hei")
    SweepRun.objects.create(began_at=NOON, ended_at=NOON)
    write_receipt(
        kind=Erasure.Kind.ASKED, at=NOON, removed={}, kept=[], statement_sha256=statement_sha256()
    )
    RecipientNotice.objects.create(
        processor=ProcessorFactory.create(), kind="erased", reference="V-1", written_at=NOON
    )
    for column in files.MEDIA_TYPES:
        invoice = Invoice.objects.get()
        files.lay_in(invoice_id=invoice.pk, column=column, content=b"x", at=NOON)
    rows = {model: model._base_manager.first() for model in admin.site._registry}
    rows |= {
        Account: login_of(card),
        Customer: card,
        Product: variant.product,
        Grant: login_of(card).grants.get(),
    }
    assert [model for model, row in rows.items() if row is None] == []
    found = House(cast(Any, rows), staff, accounts, card)
    found.addresses = dict(pages(found))
    return found


def pages(house: House) -> Iterator[tuple[Page, str]]:
    """List every page of the staff's side with an address of it that leads to something."""
    for entry in admin.site.get_urls():
        name = entry.name if isinstance(entry, URLPattern) else None
        if name in DOORS or name is None:
            continue
        yield from _site_page(name, house)
    for model, desk in admin.site._registry.items():
        for entry in desk.urls:
            if entry.name:
                yield _way(entry), _address(entry.name, house.rows[model])
    yield from _autocompletions()


def _site_page(name: str, house: House) -> Iterator[tuple[Page, str]]:
    if name == "app_list":
        for label in sorted({model._meta.app_label for model in admin.site._registry}):
            yield (f"app_list:{label}", "GET"), reverse("admin:app_list", args=[label])
    elif name == "view_on_site":
        for model in admin.site._registry:
            if hasattr(model, "get_absolute_url"):
                kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
                args = [kind.pk, house.rows[model].pk]
                yield (
                    (f"view_on_site:{model._meta.label}", "GET"),
                    reverse("admin:view_on_site", args=args),
                )
    elif name != "autocomplete":
        yield (name, "GET"), reverse(f"admin:{name}")


def _way(entry: URLPattern) -> Page:
    """Ask by POST what answers nothing else."""
    view: Any = entry.callback
    names = getattr(view, "__closure__", None) or ()
    posts = any(cell.cell_contents == ["POST"] for cell in names)
    return str(entry.name), "POST" if posts else "GET"


def _address(name: str, row: models.Model) -> str:
    for args in ([], [quote(row.pk)], [row.pk], [row.pk, "refuse"]):
        try:
            return reverse(f"admin:{name}", args=args)
        except NoReverseMatch:
            continue
    raise AssertionError(f"{name}: what stands in its address?")


def _autocompletions() -> Iterator[tuple[Page, str]]:
    for desk in admin.site._registry.values():
        inlines = [inline(desk.model, admin.site) for inline in desk.inlines]
        for part in (desk, *inlines):
            for name in part.autocomplete_fields:
                meta = part.model._meta
                query = f"app_label={meta.app_label}&model_name={meta.model_name}&field_name={name}"
                key = f"autocomplete:{meta.label}.{name}"
                yield (key, "GET"), f"{reverse('admin:autocomplete')}?{query}"


def opens(client: Client, page: Page, address: str) -> bool:
    """Tell whether a page opens; nothing of what it does stays."""
    with transaction.atomic():
        answer = client.post(address) if page[1] == "POST" else client.get(address)
        transaction.set_rollback(True)
    return is_opened(page, answer)


def is_opened(page: Page, answer: HttpResponseBase) -> bool:
    """Tell whether a page was opened by an answer."""
    if answer.status_code == 302:
        assert "kirjaudu" not in answer["Location"]
    assert answer.status_code in {200, 302, 400, 403, 404, 405}, (page, answer.status_code)
    return answer.status_code in {200, 302, 400}  # who may come in has forgotten to say something


def table(name: str) -> dict[tuple[str, str], set[str]]:
    with (DATA / name).open(newline="") as file:
        return {
            (row.pop("page"), row.pop("how")): {role for role, mark in row.items() if mark == "x"}
            for row in csv.DictReader(file)
        }


def drawn_once(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Draw a page that refuses once in a test: it says the same wherever one may not come."""
    drawn: list[str] = []

    def refused(request: HttpRequest, *facts: Any, **more: Any) -> HttpResponse:
        if drawn:
            return HttpResponseForbidden()
        drawn.append(request.path)
        return page(request, *facts, **more)

    return refused


@pytest.fixture
def refusals_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    forbidden, no_access = drawn_once(permission_denied), drawn_once(access_is_over)
    monkeypatch.setattr("soluto_shop.urls.handler403", forbidden, raising=False)
    monkeypatch.setattr("customers.staff_door.access_is_over", no_access)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "owner"])
def test_each_role_opens_exactly_the_pages_of_its_matrix(
    role: str, one_house: House, refusals_drawn_once: None
) -> None:
    """The owner's pages are opened in `test_said_to_forms.py`, which reads their forms too."""
    matrix = table("staff_matrix.csv")
    found = {
        page: opens(one_house.staff[role], page, address)
        for page, address in one_house.addresses.items()
    }

    assert found == {page: role in roles for page, roles in matrix.items()}
    assert {each for roles in matrix.values() for each in roles} == set(ROLES)


def test_the_owner_opens_every_page_but_what_the_contact_person_alone_may_answer() -> None:
    for_some = {page for page, roles in table("staff_matrix.csv").items() if roles}
    closed = {page for page in for_some if "owner" not in table("staff_matrix.csv")[page]}

    assert {name for name, _how in closed} == {
        "privacy_letter_posted",
        "privacy_request_add",
        "privacy_request_copy",
        "privacy_request_step",
        "privacy_restriction_lift",
        "privacy_restriction_tell",
    }


def test_nobody_without_access_opens_any(one_house: House, refusals_drawn_once: None) -> None:
    unasked = let_in(Client(), StaffFactory.create(role="", is_superuser=True), as_granted=False)
    refused = {
        "staff without a grant": (unasked, {403}),
        "a customer": (seen_by(one_house.buyer), {302}),
        "nobody": (Client(), {302}),
    }
    for who, (client, statuses) in refused.items():
        for page, address in one_house.addresses.items():
            answer = client.post(address) if page[1] == "POST" else client.get(address)
            assert answer.status_code in statuses, (who, page)
            if answer.status_code == 302:
                assert answer["Location"].startswith("/admin/login/"), (who, page)
    assert Client().get("/admin/login/")["Location"].startswith("/tili/kirjaudu/")
    buyer = seen_by(one_house.buyer)
    assert buyer.get("/admin/login/").status_code == 403


def writable(desk: ModelAdmin[Any], request: Any, row: Any) -> set[str]:
    """Name the fields of a form that a role can write into."""
    label = desk.model._meta.label
    may_change = desk.has_change_permission(request, row)
    may_add = desk.has_add_permission(request)
    found: set[str] = set()
    for is_there, obj in ((may_change, row), (may_add, None)):
        if is_there:
            shown = flatten_fieldsets(desk.get_fieldsets(request, obj))
            fixed = desk.get_readonly_fields(request, obj)
            found |= {f"{label}.{name}" for name in shown if name not in fixed}
    for inline in desk.get_inline_instances(request, row) if may_change or may_add else []:
        found |= _writable_beneath(inline, request, row, f"{label} > {inline.model._meta.label}")
    return found


def _writable_beneath(inline: Any, request: Any, row: Any, label: str) -> set[str]:
    if not (inline.has_change_permission(request, row) or inline.has_add_permission(request, row)):
        return set()
    formset = inline.get_formset(request, row)
    return {f"{label}.{name}" for name in formset.form.base_fields}


def test_each_role_writes_exactly_the_fields_of_its_matrix(one_house: House) -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for role in ROLES:
        for model, desk in admin.site._registry.items():
            if model in (AskedOf, BankFile, ImportRun, Intake):  # put in by a form of their own
                continue
            request = RequestFactory().get("/admin/")
            request.user = Account.objects.get(pk=one_house.accounts[role].pk)
            for name in writable(desk, request, one_house.rows[model]):
                found.setdefault((name, "write"), set()).add(role)

    assert found == table("staff_fields.csv")
