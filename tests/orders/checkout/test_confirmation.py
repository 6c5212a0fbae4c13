"""What must be told before an order is told there, and again on paper that cannot be changed."""

import io
import re
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from customers.models import Customer
from orders.catalogue.models import Product, Variant
from orders.checkout import confirmation as confirming
from orders.checkout.models import Confirmation
from orders.checkout.operations import place_order, show_summary
from orders.checkout.told import DUTIES, purchase_of, told_before
from orders.sales.models import Order
from orders.sales.withdrawal import withdrawal_form
from privacy.outbox.enclosures import Enclosure, unpacked
from privacy.outbox.models import Letter
from privacy.outbox.tasks import send_letter
from tests.conftest import NOON
from tests.doors import seen_by
from tests.factories import TermsFactory
from tests.orders.buying import BANK, CONFIRM, fill_in, order, put
from tests.orders.checkout.conftest import Fill
from tests.races import at_once

COMPANY = {"for_company": True, "company_name": "Puro Oy", "business_id": "2077474-0"}
CONSUMERS_ONLY = {"withdrawal", "returning", "exceptions", "guarantee", "disputes", "service"}
LARGEST = 400_000


@pytest.fixture(autouse=True)
def surroundings(settings: Any, tmp_path: Path) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.SITE_ADDRESS = "https://kauppa.example"
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.CONTROLLER = {
        **settings.CONTROLLER,
        "business_id": "2077474-0",
        "phone": "09 123 456",
    }


def ordered(fill: Fill, variant: Variant, **said: object) -> Order:
    draft = fill(variant, 2, **said)
    show_summary(draft=draft, at=NOON)
    return place_order(draft_id=draft.pk, at=NOON)


def sent(order: Order) -> Letter:
    """Let the worker send the confirmation."""
    letter = Letter.objects.get(kind="order_placed", about=order.pk)
    send_letter(letter_id=str(letter.pk))
    letter.refresh_from_db()
    return letter


def words_of(pdf: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return _plain(" ".join(pages))


def _plain(words: str) -> str:
    """Read words as they run on, whatever lines they were broken into."""
    return re.sub(r"\s+", "", words)


def holds(words: str, said: str) -> bool:
    parts = (line.removeprefix("- ") for line in said.splitlines())
    return all(_plain(part) in words for part in parts)


def paper_of(order: Order) -> str:
    return words_of(unpacked(sent(order).attached)[0].content)


def page_words(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    words = re.sub(r"<[^>]*>", " ", main)
    for sign, letter in (("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        words = words.replace(sign, letter)
    return _plain(words)


# --- Each item, before and after


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_item_of_the_list_is_on_the_page_and_on_the_paper(
    client: Client, variant: Variant, language: str, settings: Any
) -> None:
    settings.WITHDRAWAL_PAGE = "orders:withdrawal-form"
    put(client, variant.sku, 2)
    fill_in(client)
    with translation.override(language):
        address = translation_of(CONFIRM, language)
    seen = page_words(client, address)
    client.post(address, see_in(client, address))
    placed = Order.objects.get()
    paper = paper_of(placed)

    told = placed.confirmation.told
    assert placed.language == language
    wanted = {duty.code for duty in DUTIES} - {"service", "digital"}
    assert {item["code"] for item in told} == wanted
    for item in told:
        for part in ("title", "short", "whole"):
            assert item[part], item
            assert holds(seen, item[part]), item[part]
            assert holds(paper, item[part]), item[part]
    for fact in ("Soluto Oy", "Vanha Talvitie 2-6", "2077474-0", "09 123 456", "kauppa@soluto.fi"):
        assert _plain(fact) in seen
        assert _plain(fact) in paper


def translation_of(address: str, language: str) -> str:
    return {
        "fi": "/kassa/vahvista/",
        "sv": "/sv/kassa/bekrafta/",
        "en": address,
    }[language]


def see_in(client: Client, address: str) -> dict[str, str]:
    page = client.get(address)
    fields = re.findall(r'name="(checkout|seen)" value="([^"]*)"', page.content.decode())
    return dict(fields)


def test_each_item_knows_its_law_and_its_other_places() -> None:
    letters = {letter for duty in DUTIES for letter in duty.letters.split(", ")}
    assert letters >= set("abcdefghijklmnopqrst") | {"la", "lb"}
    assert all(duty.also for duty in DUTIES)
    assert len({duty.code for duty in DUTIES}) == len(DUTIES)


@pytest.mark.django_db
def test_services_and_digital_content_are_told_of_where_they_are_bought(
    fill: Fill, variant: Variant
) -> None:
    Product.objects.update(kind=Product.Kind.SERVICE)
    draft = fill(variant, delivery_method=None)
    with translation.override("en"):
        told = told_before(purchase_of(draft, show_summary(draft=draft, at=NOON)))
    said = {item["code"]: item for item in told}

    assert said["service"]["short"] == "You pay for what has been done until you withdraw."
    assert "contract was made" in said["withdrawal"]["whole"]
    assert not said.keys() & {"returning", "guarantee", "digital"}


@pytest.mark.django_db
def test_a_company_is_told_of_no_right_that_it_does_not_have(
    client: Client, fill: Fill, variant: Variant
) -> None:
    put(client, variant.sku)
    fill_in(client, for_company="on", company_name="Puro Oy", business_id="2077474-0")
    page = client.get(CONFIRM).content.decode()
    assert "told-seller" in page
    assert "withdraw within 14 days" not in page
    assert "Legal guarantee of conformity" not in page
    order(client)
    placed = Order.objects.get()
    letter = sent(placed)
    paper = words_of(unpacked(letter.attached)[0].content)

    assert not {item["code"] for item in placed.confirmation.told} & CONSUMERS_ONLY
    form = withdrawal_form("en", placed.confirmation.seller)
    assert _plain(form.instructions_title) not in paper
    assert _plain("Complete and return this form only") in paper  # the terms' own, as bought
    assert "and the withdrawal form" not in letter.text


# --- The paper


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_paper_holds_the_form_and_is_tagged_and_small(
    fill: Fill, variant: Variant, language: str
) -> None:
    order = ordered(fill, variant, language=language)
    begun = time.perf_counter()
    letter = sent(order)
    took = time.perf_counter() - begun
    (file,) = unpacked(letter.attached)
    form = withdrawal_form(language, order.confirmation.seller)
    words = words_of(file.content)
    pages = len(PdfReader(io.BytesIO(file.content)).pages)
    sys.stdout.write(
        f"\nconfirmation {language}: {pages} pages, {len(file.content)} bytes, {took:.2f} s"
    )

    for said in (*form.instructions, form.title, form.intro, form.declaration, *form.fields):
        assert _plain(said) in words
    assert _plain("Soluto Oy, Vanha Talvitie 2-6, A 7, 00580 Helsinki, 09 123 456") in words
    assert "{" not in words
    assert b"pdfuaid" in file.content
    assert b"pdfaid" in file.content
    assert file.kind == "application/pdf"
    assert order.number in file.name
    assert len(file.content) < LARGEST
    for name in ("Pekka", "Puro", "Mannerheimintie", order.email):
        assert name not in words  # it names no buyer


@pytest.mark.django_db
def test_the_terms_are_the_edition_that_was_accepted_and_the_seller_of_that_day(
    fill: Fill, variant: Variant, settings: Any
) -> None:
    order = ordered(fill, variant)
    TermsFactory.create(edition=3, text="Uudet ehdot\n\nAivan muuta.", valid_from=NOON)
    settings.CONTROLLER = {**settings.CONTROLLER, "name": "Uusi Nimi Oy", "phone": "050 1"}

    paper = paper_of(order)

    assert _plain("Versio 2") in paper
    assert _plain("9. Henkilötiedot") in paper
    assert _plain("Aivan muuta") not in paper
    assert _plain("Soluto Oy, Vanha Talvitie") in paper
    assert "0501" not in paper


@pytest.mark.django_db
def test_what_was_told_is_never_rewritten(fill: Fill, variant: Variant) -> None:
    order = ordered(fill, variant)
    sent(order)
    changes: list[dict[str, Any]] = [
        {"told": []},
        {"for_consumer": False},
        {"seller": {}},
        {"pdf": "x.pdf"},
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Confirmation.objects.filter(order=order).update(**change)


# --- The worker


@pytest.mark.django_db
def test_ordering_sets_no_paper_and_the_worker_does(
    fill: Fill, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_confirmation: Confirmation) -> bytes:
        raise AssertionError("set in the buyer's request")

    with monkeypatch.context() as patch:
        patch.setattr(confirming, "confirmation_pdf", slow)
        order = ordered(fill, variant)
    letter = Letter.objects.get()
    assert (letter.to_enclose, letter.attached) == ("order_confirmation", "")
    assert order.confirmation.pdf.name == ""

    sent(order)
    order.confirmation.refresh_from_db()
    assert order.confirmation.pdf.name == f"confirmations/{order.pk}.pdf"


@pytest.mark.django_db
def test_a_letter_does_not_leave_without_its_paper(
    fill: Fill, variant: Variant, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies while it sets the paper loses nothing, and no second letter goes."""
    settings.LETTERS_STAY_HERE = False
    settings.EMAIL_HOST = "localhost"
    order = ordered(fill, variant)
    letter = Letter.objects.get()

    def dies(_confirmation: Confirmation) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(confirming, "confirmation_pdf", dies)
        with pytest.raises(KeyboardInterrupt):
            send_letter(letter_id=str(letter.pk))
    letter.refresh_from_db()
    assert (letter.sent_at, letter.to_enclose, mail.outbox) == (None, "order_confirmation", [])
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.update(sent_at=NOON)

    for _attempt in range(2):
        send_letter(letter_id=str(letter.pk))
    (message,) = mail.outbox
    (name, content, kind) = cast(Any, message.attachments[0])
    assert (name, kind) == (f"tilausvahvistus-{order.number}.pdf", "application/pdf")
    order.confirmation.refresh_from_db()
    assert content == order.confirmation.pdf.open().read()


@pytest.mark.django_db
def test_a_paper_once_set_is_taken_as_it_is(
    fill: Fill, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ordered(fill, variant)
    (first,) = confirming.enclosures_of(order.pk)
    monkeypatch.setattr(confirming, "confirmation_pdf", lambda _confirmation: b"other")

    assert confirming.enclosures_of(order.pk) == [first]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_set_one_paper_and_send_one_letter(
    fill: Fill, variant: Variant, settings: Any
) -> None:
    settings.LETTERS_STAY_HERE = False
    settings.EMAIL_HOST = "localhost"
    ordered(fill, variant)
    letter = Letter.objects.get()

    at_once([partial(send_letter, letter_id=str(letter.pk))] * 4)

    assert len(mail.outbox) == 1
    assert Confirmation.objects.exclude(pdf="").count() == 1


# --- Who gets it


@pytest.mark.django_db
def test_the_buyer_fetches_it_from_the_order_and_celia_does_not(
    fill: Fill, variant: Variant, anna: Customer, celia: Customer
) -> None:
    order = ordered(fill, variant)
    Order.objects.update(customer=anna)
    mine, other = seen_by(anna), seen_by(celia)
    page = f"/en/account/orders/{order.number}/"
    public = f"/en/order/{order.secret}/"

    assert f"{page}confirmation/" not in mine.get(page).content.decode()
    assert mine.get(f"{page}confirmation/").status_code == 404  # not set yet
    sent(order)
    for who, address in ((mine, page), (Client(), public)):
        assert f'href="{address}confirmation/"' in who.get(address).content.decode()
        answer = who.get(f"{address}confirmation/")
        assert answer["Content-Type"] == "application/pdf"
        assert b"".join(cast(Any, answer)).startswith(b"%PDF")
        assert "no-store" in answer["Cache-Control"]
    assert other.get(f"{page}confirmation/").status_code == 404
    assert Client().get(f"{page}confirmation/").status_code == 302
    assert Client().get("/en/order/nothing/confirmation/").status_code == 404


def test_what_is_enclosed_has_a_name_and_a_maker() -> None:
    assert confirming.ENCLOSES == "order_confirmation"
    assert Enclosure("a", "b", b"").content == b""


# --- The button


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "button", "line"),
    [
        ("fi", "Tilaa ja maksa", "Tilaukseen sisältyy maksuvelvollisuus."),
        ("sv", "Beställ och betala", "Beställningen medför betalningsskyldighet."),
        ("en", "Order and pay", "The order carries an obligation to pay."),
    ],
)
def test_the_button_says_what_it_does_right_below_the_line_that_says_so(
    client: Client, variant: Variant, language: str, button: str, line: str
) -> None:
    put(client, variant.sku, 2)
    fill_in(client)
    page = client.get(translation_of(CONFIRM, language)).content.decode()
    main = page[page.index("<main") : page.index("</main>")]

    pressed = re.findall(r"<button[^>]*>(.*?)</button>", main, re.DOTALL)
    assert pressed == [button]
    assert re.search(
        rf"<p><strong>{re.escape(line)}</strong></p>\s*<button[^>]*>{button}</button>", main
    )
    total = "€31.00" if language == "en" else "31,00\xa0€"
    grand = main.index('class="grand"')
    assert main.index(total, grand) < main.index(line)
    notice = main.index("guarantee")
    assert main.index("told-seller") < notice < main.index(line)
