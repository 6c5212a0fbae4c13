"""Quotes: asked for, given, accepted into an order, declined, withdrawn, and over."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Company, Customer, Membership
from orders.basket.contents import ContentLine, contents_of, options_in_words
from orders.basket.models import Basket
from orders.catalogue.agreements import Party, party_for_company
from orders.catalogue.asking import price_now
from orders.catalogue.models import Product, Variant
from orders.delivery.models import DeliveryMethod
from orders.quotes.letters import write_quote, write_receipt, write_withdrawal
from orders.quotes.models import Quote, QuoteLine
from orders.quotes.pricing import quote_of
from orders.quotes.states import QUOTE_WAYS, QuoteState
from orders.sales.models import Order
from privacy.base import Gone
from privacy.limits import has_enough_letters
from privacy.locks import share_person, unless_crossed
from privacy.normal import normal_email

_LOWEST, _HIGHEST = 10_000_000, 99_999_999
MOST_AT_ONCE = 500


class NothingToQuote(Exception):
    """There is nothing in the basket of which a price could be given."""


class NotThatWay(ValueError):
    """The quote stands where this does not start; somebody else was quicker."""


class NothingOffered(ValueError):
    """A quote offers at least one piece of something."""


class NeedsDelivery(ValueError):
    """Goods are quoted with the way in which they are delivered."""


class QuoteIsOver(Exception):
    """The quote cannot be accepted, or not any more."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    @property
    def words(self) -> object:
        """Say why, to the buyer."""
        return _WORDS[self.why]


NOT_YOURS = "not_yours"
IS_GONE = "is_gone"
WAITS = "waits"
_WORDS: dict[str, object] = {
    QuoteState.ASKED: _("The shop has not given this quote yet."),
    QuoteState.ANSWERED: _("The last day of this quote is over. Ask for a new one."),
    QuoteState.ACCEPTED: _("This quote was accepted before, and is an order already."),
    QuoteState.DECLINED: _("You have declined this quote. Ask for a new one."),
    QuoteState.WITHDRAWN: _("The shop has withdrawn this quote."),
    QuoteState.EXPIRED: _("The last day of this quote is over. Ask for a new one."),
    NOT_YOURS: _("The quote was given to a company that you do not buy for any more."),
    WAITS: _("This quote has been accepted, and waits for an approver of your company."),
    IS_GONE: _("A product of this quote is not sold any more. Ask us for a new one."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a quote, and in what words."""

    submission: UUID
    email: str
    message: str
    language: str
    customer: Customer | None = None
    company: Company | None = None


def ask(*, basket: Basket, asked: Asked, at: datetime) -> Quote:
    """Write down what a basket holds, for the shop to give its prices; sent twice it is one.

    The basket itself stays as it is.

    :raises NothingToQuote: when nothing in the basket is for sale but appointments.
    :raises Gone: when the person was erased meanwhile, or has left the company.
    """
    return unless_crossed(lambda: _ask(basket, asked, at))


@transaction.atomic
def _ask(basket: Basket, asked: Asked, at: datetime) -> Quote:
    email = normal_email(asked.email)
    # A stranger may type anybody's address; whoever is signed in writes to themselves.
    is_quiet = asked.customer is None and has_enough_letters(email, at=at)
    share_person(email)
    earlier = Quote.objects.filter(submission=asked.submission).first()
    if earlier is not None:
        return earlier
    _hold_buyer(asked.customer, asked.company)
    party: Party | None = None if asked.customer is None else asked.customer.pk
    if asked.customer is not None and asked.company is not None:
        party = party_for_company(asked.customer.pk, asked.company.business_id)
    with translation.override(asked.language):
        buyable = contents_of(basket, at=at, party=party).buyable
    # An appointment's place is kept by an order alone, so no price can be promised for one.
    lines = [line for line in buyable if line.slot_id is None]
    if not lines:
        raise NothingToQuote
    quote = Quote.objects.create(
        number=_new_number(),
        submission=asked.submission,
        customer=asked.customer,
        company=asked.company,
        email=email,
        language=asked.language,
        message=asked.message.strip(),
        is_net=asked.company is not None,
        asked_at=at,
    )
    QuoteLine.objects.bulk_create(
        _line(quote, line, position) for position, line in enumerate(lines, start=1)
    )
    if not is_quiet:
        write_receipt(quote, at=at)
    return quote


def _hold_buyer(customer: Customer | None, company: Company | None) -> None:
    """Keep an erasure of the buyer waiting, or notice that it came first."""
    if customer is None:
        return
    if not Customer.objects.select_for_update(no_key=True).filter(pk=customer.pk).exists():
        raise Gone(Customer._meta.label)
    if company is not None:
        mine = Membership.objects.select_for_update(no_key=True, of=("self",))
        if not mine.filter(customer=customer, company=company).exists():
            raise Gone(Membership._meta.label)


def _new_number() -> str:
    """Draw a free number, which tells nothing of how many quotes there are."""
    while True:
        number = f"T-{_LOWEST + secrets.randbelow(_HIGHEST - _LOWEST + 1)}"
        if not Quote.objects.filter(number=number).exists():
            return number


def _line(quote: Quote, line: ContentLine, position: int) -> QuoteLine:
    return QuoteLine(
        quote=quote,
        variant_id=line.variant_id,
        position=position,
        sku=line.sku,
        name=line.name,
        options=line.options,
        kind=line.kind,
        vat_class=line.vat_class,
        asked_quantity=line.quantity,
        shown_price=line.unit_price,
        quantity=line.quantity,
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """So many pieces, each at a price with or without VAT as the quote says."""

    quantity: int
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the shop offers."""

    lines: Mapping[UUID, Offered]
    """By the key of the quote's line; a line that is not named is not offered."""
    added: Sequence[tuple[Variant, Offered]]
    valid_until: date
    delivery_method: DeliveryMethod | None = None
    delivery_price: Decimal = Decimal(0)
    words: str = ""


def answer(*, quote: Quote, answer: Answer, at: datetime, by: Account | None) -> Quote:
    """Give a quote, and write to whoever asked for it; from then on it stays as it is.

    :raises NotThatWay: when it was answered or closed meanwhile.
    :raises NothingOffered: when it would offer nothing.
    :raises NeedsDelivery: when it offers goods and no way of delivering them.
    """
    return unless_crossed(lambda: _answer(quote, answer, at, by))


@transaction.atomic
def _answer(quote: Quote, said: Answer, at: datetime, by: Account | None) -> Quote:
    held = hold(quote)
    if not held.is_asked:
        raise NotThatWay
    lines = list(held.lines.all())
    for line in lines:
        offered = said.lines.get(line.pk, Offered(0, None))
        line.quantity = offered.quantity
        line.price = offered.price if offered.quantity else None
        line.save(update_fields=["quantity", "price"])
    lines += _add(held, said, at=at, after=len(lines))
    sold = [line for line in lines if line.quantity]
    if not sold or any(line.price is None for line in sold):
        raise NothingOffered
    has_goods = any(line.kind == Product.Kind.GOODS for line in sold)
    if has_goods and said.delivery_method is None:
        raise NeedsDelivery
    held.delivery_method = said.delivery_method if has_goods else None
    held.delivery_price = said.delivery_price if has_goods else Decimal(0)
    held.valid_until, held.answer = said.valid_until, said.words.strip()
    held.answered_at, held.answered_by = at, by
    held.state = QuoteState.ANSWERED
    held.save()
    write_quote(held, at=at)
    return held


def _add(quote: Quote, said: Answer, *, at: datetime, after: int) -> list[QuoteLine]:
    with translation.override(quote.language):
        added = [
            QuoteLine(
                quote=quote,
                variant=variant,
                position=position,
                sku=variant.sku,
                name=variant.product.name,
                options=options_in_words(variant.options.select_related("option", "attribute")),
                kind=variant.product.kind,
                vat_class=str(variant.product.vat_class_id),
                shown_price=price_now(variant, at),
                quantity=offered.quantity,
                price=offered.price,
            )
            for position, (variant, offered) in enumerate(said.added, start=after + 1)
        ]
    return QuoteLine.objects.bulk_create(added)


def decline(*, quote: Quote, reason: str, at: datetime) -> Quote:
    """Let the buyer say no, with a reason or without.

    :raises NotThatWay: when it was accepted or closed meanwhile.
    """
    return unless_crossed(lambda: _close(quote, QuoteState.DECLINED, reason, at))


def withdraw(*, quote: Quote, reason: str, at: datetime) -> Quote:
    """Take a quote back, or give none at all, and tell whoever asked for it.

    :raises NotThatWay: when it was accepted or closed meanwhile.
    """
    return unless_crossed(
        lambda: _close(quote, QuoteState.WITHDRAWN, reason, at, tell=write_withdrawal)
    )


def expire(*, at: datetime) -> int:
    """Close quotes whose last day is over; tell how many."""
    over = Quote.objects.filter(
        state=QuoteState.ANSWERED, valid_until__lt=timezone.localdate(at)
    ).order_by("valid_until")
    return sum(_expire(quote, at) for quote in over[:MOST_AT_ONCE])


def _expire(quote: Quote, at: datetime) -> int:
    try:
        unless_crossed(lambda: _close(quote, QuoteState.EXPIRED, "", at))
    except (NotThatWay, Gone):
        return 0
    return 1


@transaction.atomic
def _close(
    quote: Quote,
    state: QuoteState,
    reason: str,
    at: datetime,
    *,
    tell: Callable[..., object] | None = None,
) -> Quote:
    held = hold(quote)
    if state not in QUOTE_WAYS.get(QuoteState(held.state), ()):
        raise NotThatWay
    held.state, held.closed_at, held.reason = state, at, reason.strip()
    held.save(update_fields=["state", "closed_at", "reason"])
    if tell is not None:
        tell(held, at=at)
    return held


def hold(quote: Quote) -> Quote:
    """Hold a quote, and keep an erasure of whoever asked for it waiting.

    :raises Gone: when it was erased meanwhile.
    """
    share_person(quote.email)
    held = Quote.objects.select_for_update(of=("self",)).filter(pk=quote.pk).first()
    if held is None:
        raise Gone(Quote._meta.label)
    return held


def hold_to_accept(quote: Quote, *, at: datetime) -> Quote:
    """Hold a quote that is to be ordered until the transaction ends.

    :raises QuoteIsOver: when it cannot be accepted, or not any more.
    """
    held = hold(quote)
    if not held.stands_on(timezone.localdate(at)):
        raise QuoteIsOver(held.state)
    if held.lines.filter(quantity__gt=0, variant=None).exists():
        raise QuoteIsOver(IS_GONE)
    if held.company_id is not None:
        mine = Membership.objects.filter(company=held.company_id, customer=held.customer_id)
        if not mine.select_for_update(no_key=True, of=("self",)).exists():
            raise QuoteIsOver(NOT_YOURS)
    return held


def hold_for_order(basket: Basket, *, at: datetime) -> Quote | None:
    """Hold the quote of which a basket was made, if it was made of one.

    :raises QuoteIsOver: when it cannot be accepted, or not any more.
    """
    quote = quote_of(basket)
    return None if quote is None else hold_to_accept(quote, at=at)


def accept(*, quote: Quote, order: Order, at: datetime) -> None:
    """Note that a quote, which is held, has become an order."""
    quote.state, quote.closed_at, quote.order = QuoteState.ACCEPTED, at, order
    quote.save(update_fields=["state", "closed_at", "order"])
