"""Wherever something personal is asked for, it is told beside the form what becomes of it."""

import re

import pytest
from django.forms import BaseForm
from django.test import Client
from pytest_django import Settings

from customers.forms import CompanyForm, DetailsForm
from customers.sign_in_forms import ChangeEmailForm, ResetPasswordForm, SignInForm, SignUpForm
from orders.checkout.forms import CheckoutForm
from privacy.registry import registry
from privacy.requests.asking import AskForm, WordsForm
from privacy.requests.states import Kind
from privacy.telling.notice import notice_for
from tests.doors import let_in_just_now
from tests.factories import BasketLineFactory, in_stock
from tests.privacy.lives import login_of, member

pytestmark = pytest.mark.django_db

FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
FIELD = re.compile(r'<(?:input|textarea|select)\b[^>]*\bname="([^"]+)"[^>]*>')
TYPED = {"login", "said"} | {
    name
    for declaration in registry.values()
    for name, datum in declaration.data.items()
    if datum.provided
}
"""What fields are called into which somebody writes what is kept."""

FOR_STRANGERS = [
    "/",
    "/haku/?q=muki",
    "/tietosuoja/",
    "/tili/kirjaudu/",
    "/tili/rekisteroidy/",
    "/tili/salasana/unohtui/",
    "/tietosuoja/pyynnot/",
    "/uutiskirje/",
    "/ostoskori/",
]
FOR_CUSTOMERS = [
    "/tili/",
    "/tili/tiedot/",
    "/tili/yritys/",
    "/tili/sahkoposti/",
    "/tili/omat-tiedot/",
    "/tili/omat-tiedot/kopio/",
    "/tili/oikeudet/",
    "/tili/suostumukset/",
    "/tili/oikeudet/oikaisu/",
    "/tili/oikeudet/rajoitus/",
    "/tili/oikeudet/vastustus/",
    "/tili/salasana/vaihda/",
    "/kassa/",
]


def asking(page: str) -> list[str]:
    """Give the forms of a page into which somebody can write something that is kept."""
    found = []
    for form in FORM.findall(page):
        fields = {m[1] for m in FIELD.finditer(form) if 'type="hidden"' not in m[0]}
        if fields & TYPED:
            found.append(form)
    return found


@pytest.mark.parametrize("address", FOR_STRANGERS)
def test_each_form_for_strangers_tells(client: Client, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 200
    page = answer.content.decode()
    assert len(asking(page)) == page.count('class="privacy-notice')


@pytest.mark.parametrize("address", FOR_CUSTOMERS)
def test_each_form_for_customers_tells(client: Client, address: str, settings: Settings) -> None:
    settings.BANK_ACCOUNT = {"iban": "FI2112345600000785", "bic": "NDEAFIHH"}
    card = member("anna@example.fi")
    let_in_just_now(client, login_of(card))
    line = BasketLineFactory.create(basket__customer=card, variant=in_stock(5))
    session = client.session
    session["basket"] = str(line.basket_id)
    session.save()

    answer = client.get(address, follow=True)

    assert answer.status_code == 200
    page = answer.content.decode()
    assert len(asking(page)) == page.count('class="privacy-notice')


def test_the_crawl_has_met_every_form_that_is_told_of(client: Client) -> None:
    forms: list[type[BaseForm]] = [CompanyForm, DetailsForm, ChangeEmailForm, ResetPasswordForm]
    forms += [SignInForm, SignUpForm, AskForm, WordsForm]
    met = "".join(client.get(address).content.decode() for address in FOR_STRANGERS)
    card = member("anna@example.fi")
    let_in_just_now(client, login_of(card))
    met += "".join(client.get(address).content.decode() for address in FOR_CUSTOMERS[:-1])

    assert [form.__name__ for form in forms if f'data-form="{form.__name__}"' not in met] == []


@pytest.mark.parametrize(
    ("form", "lines"),
    [
        (DetailsForm(), ["name", "phone", "customership"]),
        (CompanyForm(), ["company_name", "customership"]),
        (AskForm(), ["email", "customership"]),
        (WordsForm(kind=Kind.OBJECTION), ["customership"]),
    ],
    ids=["details", "company", "ask", "words"],
)
def test_a_notice_names_exactly_the_lines_of_the_form(form: BaseForm, lines: list[str]) -> None:
    told = {line for part in notice_for(form).kept for line in part.lines}

    labels = {
        str(datum.line.label): datum.line.value
        for declaration in registry.values()
        for datum in declaration.data.values()
    }
    assert {labels[line] for line in told} == set(lines)


@pytest.mark.parametrize(
    "form", [CheckoutForm, DetailsForm, CompanyForm, AskForm], ids=lambda form: form.__name__
)
def test_no_field_of_a_form_is_left_untold(form: type[BaseForm]) -> None:
    told_of = form.__dict__["told_of"]
    tables = [each for each in registry.values() if each.label in told_of]

    declared = {name for table in tables for name in table.known}
    assert set(form.__dict__["base_fields"]) <= declared
