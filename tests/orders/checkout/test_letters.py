"""The letters that go with an order."""

from decimal import Decimal
from smtplib import SMTPException, SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from orders.catalogue.models import Product, Variant
from orders.checkout.operations import place_order, show_summary
from orders.checkout.steps import cancel_order, ship_order
from orders.delivery.models import DeliveryMethod
from orders.sales.models import Order
from orders.sales.operations import move
from orders.sales.states import Step
from privacy.outbox.models import Letter
from privacy.outbox.tasks import send_letter
from tests.conftest import NOON
from tests.factories import DeliveryMethodFactory
from tests.orders.buying import BANK
from tests.orders.checkout.conftest import Fill

NASTY = '<b>"Lamppu" & {{ 7 }} %(x)s</b>'


@pytest.fixture(autouse=True)
def surroundings(settings: Settings) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.SITE_ADDRESS = "https://kauppa.example"


def ordered(fill: Fill, variant: Variant, **said: object) -> Order:
    draft = fill(variant, 2, **said)
    show_summary(draft=draft, at=NOON)
    return place_order(draft_id=draft.pk, at=NOON)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", ["Lamppu", "/tilaus/", "Peruuttamisoikeus", "31,00\xa0€", "7.12.2026"]),
        ("sv", ["Lampa", "/sv/bestallning/", "Ångerrätt", "31,00\xa0€", "7.12.2026"]),
        ("en", ["Lamp", "/en/order/", "Right of withdrawal", "€31.00", "7 Dec 2026"]),
    ],
)
def test_the_confirmation_holds_all_that_was_agreed(
    fill: Fill, variant: Variant, language: str, said: list[str]
) -> None:
    Product.objects.update(name_fi="Lamppu", name_sv="Lampa", name_en="Lamp")
    order = ordered(fill, variant, language=language)

    letter = Letter.objects.get()

    assert (letter.kind, letter.language, letter.to) == ("order_placed", language, order.email)
    assert order.number in letter.subject
    for body in (letter.text, letter.html):
        for words in (
            *said,
            f"https://kauppa.example{said[1]}{order.secret}/",
            "FI21 1234 5600 0007 85",
            order.reference[-5:],
            "kauppa@soluto.fi",
            "Mannerheimintie 1",
        ):
            assert words in body
    assert f'<html lang="{language}">' in letter.html


@pytest.mark.parametrize(
    ("language", "word"), [("fi", "ilmainen"), ("sv", "gratis"), ("en", "free")]
)
def test_what_costs_nothing_is_free_in_the_letter_as_on_the_pages(
    fill: Fill, variant: Variant, language: str, word: str, client: Client
) -> None:
    method = DeliveryMethodFactory.create(price=Decimal(0))
    order = ordered(fill, variant, language=language, delivery_method=method)
    letter = Letter.objects.get()
    with translation.override(language):
        page = client.get(order.get_absolute_url()).content.decode()

    for said in (letter.text, letter.html, page):
        assert word in said
        assert " 0,00" not in said
        assert ">0,00" not in said
        assert "€0.00" not in said


def test_what_a_buyer_writes_stays_text(fill: Fill, variant: Variant) -> None:
    Product.objects.update(name_fi=NASTY)
    ordered(fill, variant, first_name="<script>", last_name="\u202eabc")

    letter = Letter.objects.get()

    assert NASTY in letter.text
    assert "<b>" not in letter.html
    assert "&lt;b&gt;&quot;Lamppu&quot; &amp; {{ 7 }} %(x)s" in letter.html
    assert "<script>" not in letter.html
    assert "<script>" in letter.text


def test_a_shipped_order_is_told_with_its_tracking(fill: Fill, variant: Variant) -> None:
    order = ordered(fill, variant)
    DeliveryMethod.objects.update(tracking_address="https://carrier.example/?code={code}")
    move(order=order, step=Step.PACK, at=NOON)
    ship_order(order=order, tracking_code="JJFI64574900000202361", at=NOON)

    letter = Letter.objects.get(kind="order_shipped")

    for body in (letter.text, letter.html):
        assert "JJFI64574900000202361" in body
        assert "https://carrier.example/?code=JJFI64574900000202361" in body
        assert "FI21 1234 5600 0007 85" in body


@pytest.mark.parametrize(
    ("steps", "money"),
    [([], "You do not need to pay anything."), ([Step.PAY], "We return what you have paid.")],
)
def test_a_cancelled_order_is_told_with_the_money(
    fill: Fill, variant: Variant, steps: list[Step], money: str
) -> None:
    order = ordered(fill, variant, language="en")
    for step in steps:
        move(order=order, step=step, at=NOON)
    cancel_order(order=order, at=NOON)

    letter = Letter.objects.get(kind="order_cancelled")

    assert "cancelled" in letter.subject
    for body in (letter.text, letter.html):
        assert money in body
        assert "FI21" not in body
        assert "not paid in time" not in body


def test_an_erased_buyer_gets_no_letter(fill: Fill, variant: Variant) -> None:
    order = ordered(fill, variant)
    Order.objects.update(email="")

    cancel_order(order=order, at=NOON)

    assert not Letter.objects.filter(kind="order_cancelled").exists()


def test_fa_07_a_letter_waits_for_the_mail_server_and_goes_out_once(
    fill: Fill, variant: Variant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LETTERS_STAY_HERE = False
    order = ordered(fill, variant)
    letter = Letter.objects.get()

    def refuse(_message: EmailMessage) -> int:
        raise SMTPRecipientsRefused({order.email: (451, b"later")})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    for _attempt in range(3):
        with pytest.raises(SMTPException):
            send_letter(str(letter.pk))
    letter.refresh_from_db()
    assert (letter.sent_at, letter.attempts) == (None, 3)
    assert letter.last_trouble == "SMTPRecipientsRefused"
    assert Order.objects.get().status == order.status

    monkeypatch.undo()
    for _attempt in range(2):
        send_letter(str(letter.pk))
    assert [message.to for message in mail.outbox] == [[order.email]]
