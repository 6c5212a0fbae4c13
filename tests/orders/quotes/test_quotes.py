"""A quote is asked for, given once, and becomes an order at exactly its prices, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.utils import translation

from customers.companies.operations import Limits, change_member, leave
from customers.models import Account, Company, Customer, Membership
from orders.basket.models import Basket
from orders.catalogue.models import Product, Variant
from orders.checkout.approvals import approve, ask_for_approval, withdraw
from orders.checkout.limits import NeedsApproval
from orders.checkout.models import CheckoutDraft, PurchaseRequest
from orders.checkout.operations import place_order
from orders.checkout.quoted import begin
from orders.delivery.models import DeliveryMethod
from orders.quotes.models import Quote, QuoteLine
from orders.quotes.operations import (
    Answer,
    Asked,
    NeedsDelivery,
    NothingOffered,
    NothingToQuote,
    NotThatWay,
    Offered,
    QuoteIsOver,
    answer,
    ask,
    decline,
    expire,
)
from orders.quotes.operations import (
    withdraw as take_back,
)
from orders.sales.models import Order, OrderLine
from orders.sales.story import told
from orders.stock.models import Level
from privacy.erase import erase, preview
from privacy.outbox.models import Letter
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.factories import (
    CompanyFactory,
    CustomerFactory,
    MembershipFactory,
    VariantFactory,
)
from tests.orders.checkout.conftest import seal_of
from tests.orders.quotes.quoting import asked, filled, given
from tests.races import at_once

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SAID = {
    "first_name": "Pekka",
    "last_name": "Puro",
    "street": "Mannerheimintie 1",
    "postcode": "00100",
    "city": "Helsinki",
}


@pytest.fixture
def quote(variant: Variant) -> Quote:
    """Pekka, a guest, is offered three lamps at 9.99 in place of 12.55."""
    return given(asked(filled(variant), at=NOON), "9.99", at=NOON)


@pytest.fixture
def company() -> Company:
    return CompanyFactory.create(name="Lamppu Oy", business_id="2077474-0")


@pytest.fixture
def buyer(company: Company, anna: Customer) -> Membership:
    """Anna may buy for twenty euros without asking."""
    return MembershipFactory.create(company=company, customer=anna, order_limit=Decimal(20))


@pytest.fixture
def companys(variant: Variant, buyer: Membership) -> Quote:
    """Anna is offered three lamps for Lamppu Oy, at 7.77 without VAT each."""
    basket = filled(variant, customer=buyer.customer)
    return given(asked(basket, at=NOON, company=buyer.company), "7.77", at=NOON)


def begun(quote: Quote) -> CheckoutDraft:
    """Begin to accept a quote, and say all that an order needs."""
    draft = begin(quote=quote, language="fi", at=NOON)
    CheckoutDraft.objects.filter(pk=draft.pk).update(**SAID)
    draft.refresh_from_db()
    return draft


def ordered(quote: Quote) -> Order:
    draft = begun(quote)
    return place_order(draft_id=draft.pk, seen=seal_of(draft), at=NOON)


def test_what_lay_in_the_basket_is_kept_with_the_request_and_the_basket_too(
    variant: Variant,
) -> None:
    basket = filled(variant)
    said = Asked(submission=uuid4(), email="Pekka@Example.fi", message=" Hei ", language="fi")

    quote = ask(basket=basket, asked=said, at=NOON)
    assert ask(basket=basket, asked=said, at=NOON) == quote
    basket.lines.all().delete()

    line = quote.lines.get()
    assert (line.variant, line.asked_quantity, line.shown_price) == (variant, 3, Decimal("12.55"))
    assert (quote.email, quote.message, quote.is_net) == ("pekka@example.fi", "Hei", False)
    assert quote.number.startswith("T-")
    assert [letter.kind for letter in Letter.objects.all()] == ["quote_asked"]
    with pytest.raises(NothingToQuote):
        asked(basket, at=NOON)


def test_a_strangers_address_gets_no_flood_of_receipts(variant: Variant) -> None:
    basket = filled(variant)

    for _ in range(5):
        asked(basket, at=NOON)

    assert Quote.objects.count() == 5
    assert Letter.objects.count() == 3


def test_it_becomes_one_order_at_exactly_its_prices_whatever_the_shelf_asks(
    quote: Quote, variant: Variant
) -> None:
    at_hand = filled(variant, 1)
    draft = begun(quote)
    Variant.objects.update(price=Decimal("99.00"))
    DeliveryMethod.objects.update(price=Decimal("50.00"))
    Product.objects.update(published_from=NOON + 99 * DAY)

    order = place_order(draft_id=draft.pk, seen=seal_of(draft), at=NOON)
    assert place_order(draft_id=draft.pk, at=NOON) == order

    line = order.lines.get()
    assert (line.quantity, line.unit_price, line.total) == (3, Decimal("9.99"), Decimal("29.97"))
    assert (line.price_reason, line.price_words) == (OrderLine.PriceReason.QUOTE, quote.number)
    assert (order.delivery_price, order.total) == (Decimal("4.00"), Decimal("33.97"))
    assert order.email == "pekka@example.fi"
    quote.refresh_from_db()
    assert (quote.state, quote.order, quote.basket) == ("accepted", order, None)
    assert Basket.objects.filter(pk=at_hand.pk).exists()
    assert not Basket.objects.filter(is_set_aside=True).exists()
    with translation.override("en"):
        story = told(order)[0].story
    assert story is not None
    assert [part.words for part in story.parts][-1] == f"Quote no {quote.number}"
    assert sum(part.amount for part in story.parts) == line.total
    with pytest.raises(QuoteIsOver, match="accepted"):
        begin(quote=quote, language="fi", at=NOON)


def test_a_quote_that_is_dearer_than_the_shelf_is_told_as_a_quote(variant: Variant) -> None:
    order = ordered(given(asked(filled(variant), at=NOON), "20.00", at=NOON))

    with translation.override("en"):
        story = told(order)[0].story
    assert story is not None
    assert [(part.words.split(",")[0], part.amount) for part in story.parts] == [
        (f"Quote no {order.lines.get().price_words}", Decimal("60.00"))
    ]


def test_a_company_is_quoted_without_vat_and_gets_its_net(
    companys: Quote, buyer: Membership, company: Company
) -> None:
    Membership.objects.update(order_limit=None)

    order = ordered(companys)

    assert companys.is_net
    line = order.lines.get()
    assert (line.unit_price, line.rounding) == (Decimal("9.75"), Decimal("-0.0040"))
    assert order.delivery_price == Decimal("5.02")
    assert (order.total, order.company, order.customer) == (
        Decimal("34.27"),
        company,
        buyer.customer,
    )


def test_over_the_limit_it_waits_for_approval_and_is_accepted_then(
    companys: Quote, buyer: Membership, celia: Customer, company: Company
) -> None:
    approver = MembershipFactory.create(company=company, customer=celia, role="approver")
    draft = begun(companys)
    with pytest.raises(NeedsApproval):
        place_order(draft_id=draft.pk, seen=seal_of(draft), at=NOON)

    request = ask_for_approval(
        draft_id=draft.pk, seen=seal_of(draft), digital_consent=False, at=NOON
    )
    with pytest.raises(QuoteIsOver):
        begin(quote=companys, language="fi", at=NOON)
    withdraw(by=buyer, key=request.pk, at=NOON)
    assert not Basket.objects.filter(is_set_aside=True).exists()
    assert Basket.objects.at_hand().get().lines.get().quantity == 3  # what was there all the time

    draft = begun(companys)
    request = ask_for_approval(
        draft_id=draft.pk, seen=seal_of(draft), digital_consent=False, at=NOON
    )
    assert PurchaseRequest.objects.filter(state="waiting").get() == request
    order = approve(by=approver, key=request.pk, seen=seal_of(draft), at=NOON)
    companys.refresh_from_db()
    assert (companys.state, companys.order) == ("accepted", order)


def test_who_has_left_the_company_cannot_accept_its_quote(
    companys: Quote, buyer: Membership
) -> None:
    draft = begun(companys)
    seen = seal_of(draft)
    leave(member=buyer, at=NOON)

    for attempt in (
        partial(place_order, draft_id=draft.pk, seen=seen, at=NOON),
        partial(begin, quote=companys, language="fi", at=NOON),
    ):
        with pytest.raises(QuoteIsOver, match="not_yours"):
            attempt()
    assert not Order.objects.exists()
    assert list(Quote.objects.of(buyer.customer)) == []


def test_what_is_over_is_refused_and_nothing_is_ordered(quote: Quote, variant: Variant) -> None:
    draft = begun(quote)
    last = NOON + 14 * DAY
    with pytest.raises(QuoteIsOver, match="answered"):
        place_order(draft_id=draft.pk, at=last + DAY)
    assert expire(at=last) == 0
    assert expire(at=last + DAY) == 1
    quote.refresh_from_db()
    assert quote.state == "expired"
    with pytest.raises(QuoteIsOver, match="expired"):
        place_order(draft_id=draft.pk, at=NOON)

    other = given(asked(filled(variant), at=NOON), "9.99", at=NOON)
    draft = begun(other)
    take_back(quote=other, reason="Hinta oli väärä.", at=NOON)
    with pytest.raises(QuoteIsOver, match="withdrawn"):
        place_order(draft_id=draft.pk, at=NOON)
    assert "Hinta oli väärä." in Letter.objects.get(kind="quote_withdrawn").text
    assert not Order.objects.exists()
    assert Level.objects.get().on_hand == 10


def test_the_buyer_declines_once(quote: Quote) -> None:
    assert decline(quote=quote, reason="", at=NOON).state == "declined"

    for attempt in (decline, take_back):
        with pytest.raises(NotThatWay):
            attempt(quote=quote, reason="Myöhässä", at=NOON)


def test_staff_change_pieces_add_lines_and_leave_some_out(
    variant: Variant, bertil: Account
) -> None:
    shade = VariantFactory.create(sku="VARJOSTIN", price=Decimal("5.00"))
    quote = asked(filled(variant), at=NOON)
    line = quote.lines.get()
    said = Answer(
        lines={},
        added=[],
        valid_until=NOON.date(),
        delivery_method=DeliveryMethod.objects.get(code="parcel"),
    )
    for wrong, refusal in (
        (said, NothingOffered),
        (replace(said, lines={line.pk: Offered(1, None)}), NothingOffered),
        (
            replace(said, lines={line.pk: Offered(1, Decimal(1))}, delivery_method=None),
            NeedsDelivery,
        ),
    ):
        with pytest.raises(refusal), transaction.atomic():
            answer(quote=quote, answer=wrong, at=NOON, by=bertil)

    offered = replace(said, added=[(shade, Offered(2, Decimal("4.50")))])
    given_one = answer(quote=quote, answer=offered, at=NOON, by=bertil)

    assert given_one.answered_by == bertil
    rows = given_one.lines.values_list("sku", "asked_quantity", "quantity", "price")
    assert list(rows) == [("LAMPPU", 3, 0, None), ("VARJOSTIN", 0, 2, Decimal("4.50"))]
    letter = Letter.objects.get(kind="quote_given")
    assert "2 × " in letter.text
    assert "4,50" in letter.text
    assert "LAMPPU" not in letter.text
    with pytest.raises(NotThatWay):
        answer(quote=quote, answer=offered, at=NOON, by=bertil)
    assert [each.sku for each in ordered(given_one).lines.all()] == ["VARJOSTIN"]


@pytest.mark.parametrize(
    "deed",
    [
        lambda _: QuoteLine.objects.update(price=Decimal("0.01")),
        lambda _: QuoteLine.objects.update(quantity=99),
        lambda quote: quote.lines.all().delete(),
        lambda quote: QuoteLine.objects.create(
            quote=quote,
            position=9,
            sku="X",
            name="X",
            kind="goods",
            vat_class="standard",
            shown_price=1,
            quantity=1,
            price=1,
        ),
        lambda _: Quote.objects.update(delivery_price=0),
        lambda _: Quote.objects.update(valid_until=NOON.date() + 99 * DAY),
        lambda _: Quote.objects.update(answer="Toista"),
        lambda _: Quote.objects.update(message="Toista"),
        lambda _: Quote.objects.update(state="asked"),
        lambda _: Quote.objects.update(state="accepted", closed_at=NOON),
        lambda _: Quote.objects.update(state="expired"),
        lambda _: Quote.objects.create(
            number="T-1",
            submission=uuid4(),
            email="x@example.fi",
            language="fi",
            is_net=False,
            asked_at=NOON,
            answered_at=NOON,
            valid_until=NOON.date(),
            state="answered",
        ),
    ],
)
def test_the_database_lets_nobody_rewrite_a_quote(
    quote: Quote, deed: Callable[[Quote], object]
) -> None:
    with pytest.raises(Error):
        to_the_commit(partial(deed, quote))


@transaction.atomic
def to_the_commit(deed: Callable[[], object]) -> None:
    """Do something, and ask what is asked at the end of a transaction."""
    deed()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_knows_the_last_day(quote: Quote, variant: Variant) -> None:
    request = asked(filled(variant), at=NOON)
    with pytest.raises(IntegrityError, match="valid_on_the_day"), transaction.atomic():
        given(request, "9.99", at=NOON, days=-1)

    order = ordered(given(request, "9.99", at=NOON))
    with pytest.raises(IntegrityError, match="while_it_is_valid"), transaction.atomic():
        Quote.objects.filter(pk=quote.pk).update(
            state="accepted", order=order, closed_at=NOON + 15 * DAY
        )


def test_accepted_and_taken_back_at_once_is_one_of_them(
    transactional_db: None, quote: Quote
) -> None:
    draft = begun(quote)
    seen = seal_of(draft)

    either: list[Callable[[], object]] = [
        partial(place_order, draft_id=draft.pk, seen=seen, at=NOON),
        partial(place_order, draft_id=draft.pk, seen=seen, at=NOON),
        partial(take_back, quote=quote, reason="Ei käy.", at=NOON),
    ]
    done = at_once(either)

    quote.refresh_from_db()
    assert Order.objects.count() == (1 if quote.state == "accepted" else 0)
    assert quote.state in ("accepted", "withdrawn")
    refused = sum(isinstance(each, QuoteIsOver | NotThatWay) for each in done)
    assert refused == (1 if quote.state == "accepted" else 2)


def test_begun_twice_at_once_it_has_one_checkout(transactional_db: None, quote: Quote) -> None:
    done = at_once([partial(begin, quote=quote, language="fi", at=NOON)] * 2)

    assert {type(each) for each in done} == {CheckoutDraft}
    assert CheckoutDraft.objects.count() == 1


def test_celia_sees_nothing_of_annas_and_the_approver_sees_the_companys(
    companys: Quote, buyer: Membership, celia: Customer, company: Company
) -> None:
    assert list(Quote.objects.visible_to(celia)) == []
    member = MembershipFactory.create(company=company, customer=celia, role="buyer")
    assert list(Quote.objects.visible_to(celia)) == []

    boss = MembershipFactory.create(
        company=company, customer=CustomerFactory.create(), role="admin"
    )
    change_member(by=boss, key=member.pk, role="approver", limits=Limits(), at=NOON)

    assert list(Quote.objects.visible_to(celia)) == [companys]
    assert list(Quote.objects.of(celia)) == []
    assert list(Quote.objects.of(buyer.customer)) == [companys]


def test_a_request_goes_at_once_and_a_standing_quote_when_it_is_closed(
    anna: Customer, variant: Variant
) -> None:
    basket = filled(variant, customer=anna)
    request, standing, taken = (asked(basket, at=NOON) for _ in range(3))
    standing = given(standing, "9.99", at=NOON)
    order = ordered(given(taken, "9.99", at=NOON))
    person = subject_of(cards=[anna.pk])
    later = preview(person, at=NOON).goes_later
    untils = {item.until for item in later if item.column.startswith("orders.Quote.")}
    assert untils == {standing.valid_until}

    erase(person, at=NOON)
    with connection.cursor() as cursor:  # as in the next transaction
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    left = Quote.objects.get()
    assert (left, left.customer, left.email) == (standing, None, "anna@example.fi")
    assert not QuoteLine.objects.exclude(quote=standing).exists()
    assert Order.objects.get().lines.get().price_words == order.lines.get().price_words
    assert request.number != standing.number

    erase(subject_of(emails=["anna@example.fi"]), at=NOON + 15 * DAY)
    assert not Quote.objects.exists()
    assert Order.objects.count() == 1
