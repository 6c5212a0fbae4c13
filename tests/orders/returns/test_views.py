"""The withdrawal function, page by page: two steps, the exact words, the same for whoever asks."""

import re
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from customers.models import Customer
from orders.returns.models import WithdrawalNotice
from orders.sales.models import Order
from orders.sales.operations import move
from orders.sales.states import Step
from privacy.limits import MOST_FORMS, SAME_TIME
from tests.doors import let_in
from tests.orders.buying import HERE
from tests.orders.money_matters import three_rates
from tests.privacy.lives import finish, order_of
from tests.vectors import rows

pytestmark = pytest.mark.django_db

FORM = "/en/withdrawal/"
LABELS = {row["lang"]: row for row in rows("withdrawal_buttons")}
HOME = {"fi": "/", "sv": "/sv/", "en": "/en/"}


def typed(**said: str) -> dict[str, str]:
    return {
        "order_number": "12345678",
        "email": "anna@example.fi",
        "name": "Anna Virtanen",
        "products": "",
        "submission": str(uuid4()),
        **said,
    }


def send(client: Client, address: str = FORM, **said: str) -> Any:
    return client.post(address, typed(**said), headers=HERE)


def delivered(**facts: object) -> Order:
    return finish(three_rates(**facts), at=timezone.now())


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_words_are_exactly_those_of_the_directive(client: Client, language: str) -> None:
    home = client.get(HOME[language]).content.decode()
    label = re.escape(LABELS[language]["withdraw_button"])
    [address] = re.findall(f'<a href="([^"]+)">{label}</a>', home)
    with translation.override(language):
        assert address == reverse("orders:withdraw")
    assert f"<h1>{LABELS[language]['withdraw_button']}</h1>" in client.get(address).content.decode()

    page = client.post(address, typed(), headers=HERE).content.decode()
    button = LABELS[language]["confirm_button"]
    assert f'<button class="button" name="step" value="confirm">{button}</button>' in page
    assert not WithdrawalNotice.objects.exists()


def test_nothing_is_written_before_the_button_and_everything_is_kept(client: Client) -> None:
    page = send(client, products="Se <b>lamppu</b>").content.decode()
    assert not WithdrawalNotice.objects.exists()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert hidden["products"] == "Se &lt;b&gt;lamppu&lt;/b&gt;"
    assert set(hidden) == {"order_number", "email", "name", "products", "submission"}

    back = send(client, step="change", products="Se lamppu").content.decode()
    assert "Se lamppu</textarea>" in back
    assert not WithdrawalNotice.objects.exists()


@pytest.mark.limits
def test_the_page_says_the_same_of_a_known_and_an_unknown_number(client: Client) -> None:
    order = delivered()
    pages, times = [], []
    for number in (order.number, "00000000"):
        began = time.monotonic()
        answer = send(client, order_number=number, step="confirm")
        times.append(time.monotonic() - began)
        assert answer.status_code == 302
        page = client.get(answer.headers["Location"]).content.decode()
        notice = WithdrawalNotice.objects.get(order_number=number)
        key = answer.headers["Location"].split("/")[-2]
        moment = timezone.localtime(notice.received_at).strftime("%H:%M:%S")
        for each in (number, notice.sha256, key, moment):
            page = page.replace(each, "…")
        pages.append(page)
    assert pages[0] == pages[1]
    assert min(times) >= SAME_TIME
    assert WithdrawalNotice.objects.get(order_number=order.number).order == order


def test_no_cookie_no_reason_and_no_script_is_needed(client: Client) -> None:
    page = client.get(FORM)
    assert "Set-Cookie" not in page.headers
    form = page.content.decode().split("<form")[-1]
    assert "reason" not in form
    send(client, step="confirm")
    assert not client.cookies


def test_whoever_sends_too_many_keeps_what_was_typed_and_is_told_another_way(
    client: Client,
) -> None:
    for _each in range(MOST_FORMS):
        assert send(client, step="confirm").status_code == 302
    answer = send(client, step="confirm", name="Anna Maria")
    assert answer.status_code == 429
    assert 'value="Anna Maria"' in answer.content.decode()
    assert WithdrawalNotice.objects.count() == MOST_FORMS


def test_an_order_in_hand_is_withdrawn_from_line_by_line(client: Client) -> None:
    order = delivered()
    [lamp, book, paper] = order.lines.order_by("position")
    address = f"/en/order/{order.secret}/withdraw/"
    page = client.get(address).content.decode()
    assert f'name="pieces_{book.pk}" value="3"' in page
    assert 'value="anna@example.fi"' in page

    said = {f"pieces_{lamp.pk}": "0", f"pieces_{book.pk}": "2", f"pieces_{paper.pk}": "0"}
    looked = send(client, address, **said).content.decode()
    assert "2 × Kirja" in looked
    assert "Lamppu" not in looked
    none = send(client, address, **{**said, f"pieces_{book.pk}": "0"})
    assert none.status_code == 400
    more = send(client, address, **{**said, f"pieces_{book.pk}": "4"})
    assert more.status_code == 400

    assert send(client, address, **said, step="confirm").status_code == 302
    notice = WithdrawalNotice.objects.get()
    assert (notice.order, notice.is_whole) == (order, False)
    assert [(p["sku"], p["quantity"]) for p in notice.pieces] == [("KIRJA", 2)]
    assert f'name="pieces_{book.pk}" value="1"' in client.get(address).content.decode()


def test_the_receipt_is_fetched_for_a_day_by_its_own_key_only(client: Client) -> None:
    told = send(client, step="confirm").headers["Location"]
    pdf = client.get(f"{told}receipt/")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    forged = told.replace("/received/", "/received/x")
    assert client.get(forged).status_code == 404


def test_members_withdraw_from_their_own_orders_only(anna: Customer, celia: Customer) -> None:
    order = order_of(anna, "anna@example.fi")
    move(order=order, step=Step.DELIVER, at=timezone.now())
    assert anna.account is not None
    assert celia.account is not None
    address = f"/en/account/orders/{order.number}/withdraw/"
    hers = let_in(Client(), anna.account)
    assert address in hers.get(FORM).content.decode()
    [line] = order.lines.all()
    said = {f"pieces_{line.pk}": "1", "step": "confirm"}
    assert send(hers, address, **said).status_code == 302
    assert WithdrawalNotice.objects.get().way == WithdrawalNotice.Way.MEMBER

    other = let_in(Client(), celia.account)
    assert other.get(address).status_code == 404
    assert send(other, address, **said).status_code == 404
    assert order.number not in other.get(FORM).content.decode()
    assert Client().get(address).status_code == 302
    assert WithdrawalNotice.objects.count() == 1


def test_the_orders_page_offers_it_while_the_term_runs_and_is_honest_afterwards(
    client: Client,
) -> None:
    label = LABELS["en"]["withdraw_button"]
    waiting = three_rates()
    page = client.get(f"/en/order/{waiting.secret}/").content.decode()
    assert "The fourteen days begin only when the last parcel has come." in page
    assert page.count(label) == 2  # in the footer too

    then = timezone.now() - timedelta(days=15)
    over = finish(three_rates(at=then), at=then)
    page = client.get(f"/en/order/{over.secret}/").content.decode()
    assert "The time for withdrawing ended on" in page
    assert page.count(label) == 1

    firm = three_rates(company_name="Puro Oy", business_id="2077474-0")
    assert client.get(f"/en/order/{firm.secret}/").content.decode().count(label) == 1
