"""Coupons from the basket to the order and back, and what stands on the papers."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from pypdf import PdfReader

from orders import vat
from orders.basket.models import Basket
from orders.basket.operations import NoSuchCoupon, merge, take_coupon
from orders.bookkeeping.cross_checks import cross_checks
from orders.books.audit import findings
from orders.books.models import Entry
from orders.catalogue.models import Variant
from orders.checkout import upkeep
from orders.checkout.confirmation import confirmation_pdf
from orders.checkout.models import CheckoutDraft
from orders.checkout.operations import SomethingChanged, place_order, show_summary
from orders.checkout.paying import NothingToPay, begin_payment
from orders.checkout.steps import cancel_order, deliver_order, ship_order
from orders.checkout.summary import summarise
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit, pieces_left
from orders.invoicing.reminders import remind_all
from orders.offers import guessing
from orders.offers.discount import Why
from orders.offers.models import CouponCode, CouponUse
from orders.payments.models import Payment
from orders.payments.operations import ask_refunds
from orders.returns.cases import Found, inspect, receive, settle
from orders.returns.following import take_up
from orders.returns.models import ReturnCase
from orders.returns.states import CaseState, Outcome
from orders.sales.models import Order, OrderLine
from orders.sales.operations import move
from orders.sales.payment import instructions_for
from orders.sales.states import PaymentStatus, Step
from orders.sales.story import story_of
from orders.stock.models import Level
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.factories import (
    AccountFactory,
    BasketFactory,
    BasketLineFactory,
    CustomerFactory,
    DeliveryMethodFactory,
    VariantFactory,
    in_stock,
)
from tests.orders import buying
from tests.orders.checkout.conftest import Fill, ordered, seen
from tests.orders.offers.couponing import coupon, with_coupon
from tests.orders.returns.withdrawing import withdraw
from tests.races import at_once

COUPON = "/en/basket/coupon/"


def three_thirds(fill: Fill, code: CouponCode, **said: object) -> CheckoutDraft:
    """Fill a basket with 3.33, 3.33 and 3.34 and a coupon."""
    draft = None
    for price in ("3.33", "3.33", "3.34"):
        variant = in_stock(10, variant=VariantFactory.create(price=Decimal(price)))
        if draft is None:
            draft = fill(variant, **said)
        else:
            BasketLineFactory.create(basket=draft.basket, variant=variant)
    assert draft is not None
    assert draft.basket is not None
    with_coupon(draft.basket, code)
    return draft


@pytest.mark.django_db
def test_an_order_keeps_what_the_coupon_took_off_each_line(fill: Fill) -> None:
    order = ordered(three_thirds(fill, coupon(amount="1.00")))

    lines = list(order.lines.all())
    assert [line.discount for line in lines] == [Decimal(s) for s in ("0.33", "0.33", "0.34")]
    assert [line.total for line in lines] == [Decimal("3.00")] * 3
    assert (order.discount, order.coupon_code, order.coupon_name) == (
        Decimal("1.00"),
        "KESÄ10",
        "Kesäetu",
    )
    assert order.total == Decimal("9.00") + order.delivery_price
    taxed = [vat.Taxed(line.vat_rate, line.total) for line in lines]
    rows = vat.summary([*taxed, *vat.divide_over_rates(order.delivery_price, taxed)])
    assert order.total_vat == vat.total(rows)[1]


@pytest.mark.django_db
def test_a_line_tells_how_its_price_came_about(fill: Fill) -> None:
    variant = in_stock(
        9,
        variant=VariantFactory.create(
            price=Decimal("12.00"), reduced_price=Decimal("9.99"), reduced_from=NOON
        ),
    )
    draft = fill(variant, 3)
    assert draft.basket is not None
    with_coupon(draft.basket, coupon(percent="10"))
    order = ordered(draft)
    line = order.lines.get()
    story = story_of(line, order)

    assert (line.base_price, line.unit_price, line.discount, line.total) == (
        Decimal("12.00"),
        Decimal("9.99"),
        Decimal("3.00"),
        Decimal("26.97"),
    )
    assert line.price_reason == OrderLine.PriceReason.REDUCED
    assert line.rounding == Decimal("-0.0030")  # 10 % of 29.97 are 2.997
    assert story is not None
    assert [part.amount for part in story.parts] == [
        Decimal("36.00"),
        Decimal("-6.03"),
        Decimal("-3.00"),
    ]
    assert sum(part.amount for part in story.parts) == story.total == line.total


@pytest.mark.django_db
def test_the_invoice_and_its_credit_notes_speak_of_what_was_paid(fill: Fill) -> None:
    order = ordered(three_thirds(fill, coupon(amount="1.00")))
    move(order=order, step=Step.PACK, at=NOON)
    ship_order(order=order, tracking_code="", at=NOON)
    invoice = Invoice.objects.get(order=order)

    goods = invoice.lines.filter(order_line__isnull=False)
    assert [line.gross for line in goods] == [Decimal("3.00")] * 3
    assert [line.unit_price for line in goods] == [Decimal("3.00")] * 3
    assert invoice.total == order.total
    first = goods[0]
    note = credit(
        invoice=invoice, quantities={first.pk: 1}, reason=Invoice.Reason.WITHDRAWN, at=NOON
    )
    assert note.total == Decimal("-3.00")
    rest = credit(
        invoice=invoice,
        quantities=pieces_left(invoice),
        delivery=order.delivery_price,
        reason=Invoice.Reason.WITHDRAWN,
        at=NOON,
    )
    assert note.total + rest.total == -order.total


@pytest.mark.django_db
def test_all_may_be_given_and_nothing_is_ever_owed_to_the_buyer(fill: Fill) -> None:
    """MO-02: a hundred per cent, with nothing left to pay but the delivery."""
    draft = three_thirds(fill, coupon(percent="100"))
    order = ordered(draft)

    assert order.discount == Decimal("10.00")
    assert order.total == order.delivery_price
    assert all(line.total == 0 for line in order.lines.all())


def all_given(fill: Fill, **said: object) -> Order:
    """Let a coupon give everything, and the delivery cost nothing."""
    free = DeliveryMethodFactory.create(price=Decimal(0))
    return ordered(three_thirds(fill, coupon(percent="100"), delivery_method=free, **said))


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["paytrail", "invoice"])
def test_an_order_of_nothing_is_paid_when_placed_and_goes_all_its_way_without_an_invoice(
    fill: Fill, settings: Any, method: str
) -> None:
    settings.BANK_ACCOUNT = buying.BANK
    order = all_given(fill, payment_method=method, language="en")
    assert order.total == 0
    assert (order.payment_status, order.paid_at) == (PaymentStatus.PAID, NOON)
    assert instructions_for(order) is None
    [letter] = Letter.objects.all()
    assert letter.kind == "order_placed"
    assert order.reference not in letter.text

    assert upkeep.cancel_unpaid(at=NOON + timedelta(days=9)) == 0
    with pytest.raises(NothingToPay):
        begin_payment(order=order, at=NOON)
    packed = move(order=order, step=Step.PACK, at=NOON)
    shipped = ship_order(order=packed, tracking_code="", at=NOON)
    deliver_order(order=shipped, at=NOON)
    remind_all(at=NOON + timedelta(days=60))

    assert not Payment.objects.exists()
    assert not Invoice.objects.exists()
    assert not Entry.objects.exists()
    assert [*findings(), *cross_checks()] == []
    assert not Letter.objects.filter(kind__contains="remind").exists()


@pytest.mark.django_db
def test_an_order_of_nothing_that_is_cancelled_owes_nobody_anything(fill: Fill) -> None:
    cancelled = cancel_order(order=all_given(fill), at=NOON)
    assert cancelled.payment_status == PaymentStatus.REFUNDED
    assert ask_refunds(order=cancelled, at=NOON) == []
    assert [*findings(), *cross_checks()] == []


@pytest.mark.django_db
def test_an_order_of_nothing_that_comes_back_is_settled_without_money(fill: Fill) -> None:
    order = deliver_order(order=all_given(fill), at=NOON)
    notice = withdraw(order=order)
    take_up(notice_id=notice.pk, at=NOON)
    case = ReturnCase.objects.get(notice=notice)
    receive(case=case, at=NOON)
    seen = {line.pk: Found(Outcome.RESTOCK) for line in case.lines.all()}
    settled = settle(case=inspect(case=case, found=seen, at=NOON), at=NOON)

    assert (settled.state, settled.credit_note) == (CaseState.SETTLED, None)
    assert set(Level.objects.values_list("on_hand", flat=True)) == {10}
    assert [*findings(), *cross_checks()] == []


@pytest.mark.django_db
def test_free_delivery_makes_the_delivery_free_and_nothing_else(fill: Fill) -> None:
    paid = DeliveryMethodFactory.create(price=Decimal("5.90"), free_from=None)
    order = ordered(three_thirds(fill, coupon(), delivery_method=paid))

    assert (order.delivery_price, order.discount, order.total) == (
        Decimal(0),
        Decimal(0),
        Decimal("10.00"),
    )
    assert order.coupon_name == "Kesäetu"
    assert CouponUse.objects.get().order_number == order.number


@pytest.mark.django_db
def test_mo_02_a_coupon_that_ends_while_it_lies_in_the_basket_is_refused_at_the_button(
    fill: Fill,
) -> None:
    draft = three_thirds(fill, coupon(amount="1.00", valid_until=NOON + timedelta(minutes=5)))
    show_summary(draft=draft, at=NOON)

    with pytest.raises(SomethingChanged) as refusal:
        place_order(draft_id=draft.pk, at=NOON + timedelta(minutes=5))
    assert [change.what for change in refusal.value.changes] == ["coupon"]
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_mo_01_a_price_that_rose_is_shown_again_before_it_is_ordered(fill: Fill) -> None:
    draft = three_thirds(fill, coupon(percent="10"))
    show_summary(draft=draft, at=NOON)
    Variant.objects.filter(price=Decimal("3.34")).update(price=Decimal("4.00"))

    with pytest.raises(SomethingChanged) as refusal:
        place_order(draft_id=draft.pk, at=NOON)
    assert {change.what for change in refusal.value.changes} == {"price", "coupon"}
    show_summary(draft=draft, at=NOON)
    order = place_order(draft_id=draft.pk, at=NOON)
    Variant.objects.update(price=Decimal("99.00"))
    assert [line.unit_price for line in order.lines.all()][-1] == Decimal("4.00")


@pytest.mark.django_db
def test_a_guest_who_has_used_it_is_told_at_the_summary_by_the_address(fill: Fill) -> None:
    code = coupon(percent="10", most_per_buyer=1)
    ordered(three_thirds(fill, code, email="anna@example.fi"))

    again = summarise(three_thirds(fill, code, email="Anna@example.fi"), at=NOON)
    assert again.contents.refused is not None
    assert again.contents.refused.why is Why.USED_BY_YOU
    assert again.contents.discount == 0
    celia = summarise(three_thirds(fill, code, email="celia@example.fi"), at=NOON)
    assert celia.contents.discount == Decimal("1.00")


@pytest.mark.django_db
def test_a_cancelled_order_gives_its_use_back_and_keeps_what_it_said(fill: Fill) -> None:
    code = coupon(percent="10", most_uses=1, most_per_buyer=1)
    order = ordered(three_thirds(fill, code))
    cancel_order(order=order, at=NOON)

    code.refresh_from_db()
    assert code.uses == 0
    assert CouponUse.objects.get().given_back_at == NOON
    assert ordered(three_thirds(fill, code)).discount == Decimal("1.00")
    order.refresh_from_db()
    assert order.discount == Decimal("1.00")


@pytest.mark.django_db
def test_a_code_that_counts_for_nothing_leaves_the_basket_as_it_was(fill: Fill) -> None:
    kept = coupon("HYVÄ", percent="10")
    draft = three_thirds(fill, kept)
    basket = draft.basket
    assert basket is not None
    coupon("VANHA", percent="50", valid_until=NOON)

    for typed in ("vanha", "ei ole"):
        with pytest.raises(NoSuchCoupon):
            take_coupon(basket=basket, typed=typed, at=NOON)
    assert Basket.objects.get(pk=basket.pk).coupon == kept


@pytest.mark.django_db
def test_a_coupon_comes_along_when_somebody_signs_in(fill: Fill) -> None:
    code = coupon(percent="10")
    guest = BasketFactory.create(coupon=code)
    anna = CustomerFactory.create(account=AccountFactory.create())

    assert merge(guest=guest, customer=anna, at=NOON).coupon == code


@pytest.mark.django_db
def test_the_basket_takes_a_code_says_what_is_missing_and_lets_it_go(client: Client) -> None:
    in_stock(9, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("20.00")))
    buying.put(client, "LAMPPU")
    coupon(percent="10", minimum=Decimal("50.00"))

    answer = client.post(COUPON, {"code": "kesä-10"}, follow=True)
    assert "counts when you add products for €30.00 more" in answer.content.decode()
    buying.change(client, "LAMPPU", 3)
    page = client.get(buying.BASKET).content.decode()
    assert "−€6.00" in page
    assert "€54.00" in page
    client.post(COUPON, {"code": ""})
    assert "−€6.00" not in client.get(buying.BASKET).content.decode()


@pytest.mark.django_db
def test_a_wrong_code_is_said_beside_the_field_and_what_was_typed_stays(client: Client) -> None:
    in_stock(9, variant=VariantFactory.create(sku="LAMPPU"))
    buying.put(client, "LAMPPU")

    answer = client.post(COUPON, {"code": 'ei"ole'})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "There is no coupon with this code" in page
    assert 'value="ei&quot;ole"' in page


@pytest.mark.django_db
def test_who_tries_many_codes_has_to_wait_even_with_a_right_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "MOST_GUESSES", 3)
    in_stock(9, variant=VariantFactory.create(sku="LAMPPU"))
    buying.put(client, "LAMPPU")
    coupon(percent="10")

    for guess in ("aaaa", "bbbb", "cccc"):
        assert client.post(COUPON, {"code": guess}).status_code == 409
    assert client.post(COUPON, {"code": "KESÄ10"}).status_code == 429
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    buying.put(stranger, "LAMPPU")
    assert stranger.post(COUPON, {"code": "KESÄ10"}).status_code == 303


@pytest.mark.django_db
def test_the_whole_way_shows_the_coupon_on_each_page(client: Client, settings: Any) -> None:
    settings.BANK_ACCOUNT = buying.BANK
    in_stock(9, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("20.00")))
    buying.put(client, "LAMPPU", 2)
    coupon(percent="10")
    client.post(COUPON, {"code": "KESÄ10"})
    buying.fill_in(client)

    summary = client.get(buying.CONFIRM).content.decode()
    assert "Coupon KESÄ10" in summary
    assert "−€4.00" in summary
    page = client.get(buying.order(client).headers["Location"]).content.decode()
    assert "How the price came about" in page
    assert "Coupon KESÄ10: Summer" in page
    assert Order.objects.get().discount == Decimal("4.00")


# --- Many at once, each with an own connection


@pytest.mark.django_db(transaction=True)
def test_law_5_the_last_use_has_exactly_one_winner_and_the_others_are_told(
    fill: Fill, variant: Variant
) -> None:
    code = coupon(percent="10", most_uses=1)
    drafts = []
    for number in range(10):
        draft = fill(variant, email=f"ostaja{number}@example.fi")
        assert draft.basket is not None
        with_coupon(draft.basket, code)
        drafts.append(seen(draft))

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts])

    won = [result for result in results if isinstance(result, Order)]
    told = [result for result in results if isinstance(result, SomethingChanged)]
    assert (len(won), len(told)) == (1, 9)
    assert {change.what for each in told for change in each.changes} == {"coupon"}
    assert CouponCode.objects.get().uses == CouponUse.objects.count() == Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_mo_08_ten_orders_at_once_never_give_more_than_the_budget(
    fill: Fill, variant: Variant
) -> None:
    code = coupon(amount="3.00", budget=Decimal("10.00"))
    drafts = []
    for number in range(10):
        draft = fill(variant, email=f"ostaja{number}@example.fi")
        assert draft.basket is not None
        with_coupon(draft.basket, code)
        drafts.append(seen(draft))

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts])

    assert sum(isinstance(result, Order) for result in results) == 3
    code.coupon.refresh_from_db()
    given = CouponUse.objects.aggregate(sum=Sum("discount"))["sum"]
    assert code.coupon.given == given == Decimal("9.00")


@pytest.mark.django_db(transaction=True)
def test_one_buyer_with_many_baskets_uses_it_once(fill: Fill, variant: Variant) -> None:
    code = coupon(percent="10", most_per_buyer=1)
    drafts = []
    for _ in range(6):
        draft = fill(variant, email="anna@example.fi")
        assert draft.basket is not None
        with_coupon(draft.basket, code)
        drafts.append(seen(draft))

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts])

    assert sum(isinstance(result, Order) for result in results) == 1
    assert sum(isinstance(result, SomethingChanged) for result in results) == 5


@pytest.mark.django_db(transaction=True)
def test_an_order_cancelled_while_others_order_gives_back_one_use(
    fill: Fill, variant: Variant
) -> None:
    code = coupon(percent="10", most_uses=1)
    drafts = []
    for number in range(5):
        draft = fill(variant, email=f"ostaja{number}@example.fi")
        assert draft.basket is not None
        with_coupon(draft.basket, code)
        drafts.append(seen(draft))
    first = place_order(draft_id=drafts[0].pk, at=NOON)

    at_once(
        [
            partial(cancel_order, order=first, at=NOON),
            partial(cancel_order, order=first, at=NOON),
            *(partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts[1:]),
        ]
    )

    code.refresh_from_db()
    live = CouponUse.objects.filter(given_back_at=None).count()
    assert code.uses == live <= 1
    assert CouponUse.objects.exclude(given_back_at=None).count() == 1


@pytest.mark.django_db
def test_the_coupon_is_told_before_and_stands_alike_on_paper_page_and_letter(
    client: Client, fill: Fill, settings: Any
) -> None:
    settings.BANK_ACCOUNT = buying.BANK
    code = coupon(percent="10")
    draft = three_thirds(fill, code, language="en")
    show_summary(draft=draft, at=NOON)
    order = place_order(draft_id=draft.pk, at=NOON)
    [price] = [item for item in order.confirmation.told if item["code"] == "price"]
    written = order.coupon_code
    assert f"The coupon {written} takes €1.00 off" in price["whole"]

    paper = _plain(confirmation_pdf(order.confirmation))
    for said in (f"Coupon{written}", "−€1.00withinthelines"):
        assert said in paper
    page = client.get(f"/en/order/{order.secret}/").content.decode()
    letter = Letter.objects.get(kind="order_placed")
    for text in (page, letter.text, letter.html):
        assert f"Coupon {written}" in text
        assert "−€1.00 within the lines" in text


def _plain(pdf: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return "".join(" ".join(pages).split())
