"""Place an order: where the slices meet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from customers.models import Company, Customer
from orders.basket.models import Basket, BasketLine
from orders.bookings import operations as bookings
from orders.checkout.confirmation import remember_what_was_told
from orders.checkout.letters import write_order_placed
from orders.checkout.limits import refuse_what_needs_approval
from orders.checkout.models import COMPANY, CONTACT, ELSEWHERE, TYPED, CheckoutDraft
from orders.checkout.steps import supply_downloads
from orders.checkout.summary import Change, Summary, changes_between, seal, summarise
from orders.checkout.taxing import is_asked_for_vat_id, leaves_finland
from orders.checkout.told import Purchase, purchase_of
from orders.offers import operations as offers
from orders.quotes import operations as quotes
from orders.quotes.models import Quote
from orders.sales.across_borders import hold_the_threshold
from orders.sales.editions import edition_in_force
from orders.sales.models import Order, OrderEvent, OrderLine, OrderVat
from orders.sales.numbers import new_number, new_secret, reference_of
from orders.sales.operations import move
from orders.sales.states import Step
from orders.stock import operations as stock
from orders.subscriptions import ending as subscriptions
from orders.taxation.areas import HOME
from orders.taxation.treatments import in_common
from orders.times import operations as times
from privacy.base import Gone
from privacy.locks import shared, unless_crossed
from privacy.statement import statement_sha256


class EmptyBasket(Exception):
    """There is nothing to order."""


class DraftNotComplete(Exception):
    """The buyer has not said everything that an order needs."""


class ConsentMissing(Exception):
    """Digital content goes out at once only to a buyer who asks for it, knowing what ends."""


class SomethingChanged(Exception):
    """A price, a rate or the goods are no longer as the buyer last saw them."""

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__(f"{len(changes)} changes")
        self.changes = list(changes)


@transaction.atomic
def show_summary(*, draft: CheckoutDraft, at: datetime) -> Summary:
    """Compute what the buyer is about to agree to, remember it, and hold the goods for a while.

    :raises EmptyBasket: when the basket has no lines.
    :raises OutOfStock: when there is less of something than the basket holds.
    :raises NoPlaceLeft: the same, when it is an appointment's time that is full.
    """
    locked = CheckoutDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    summary = summarise(locked, at=at)
    if summary.contents.is_empty:
        raise EmptyBasket
    holder = _basket_of(locked).pk
    until = at + timedelta(minutes=settings.RESERVATION_MINUTES)
    stock.reserve(holder=holder, wanted=_wanted(summary), until=until, at=at)
    times.hold(holder=holder, wanted=_places(summary), until=until, at=at)
    locked.shown = summary.shown()
    locked.touched_at = at
    locked.save(update_fields=["shown", "touched_at"])
    draft.shown = locked.shown
    return summary


def place_order(
    *, draft_id: UUID, at: datetime, seen: str | None = None, digital_consent: bool = False
) -> Order:
    """Turn a checkout into an order; the same checkout gives the same order however often asked.

    Everything is computed anew and compared with what the buyer last saw. The order keeps each
    name, price and rate as they are now, so a later change in the catalogue does not reach it.

    :param seen: the seal of the very page on which the buyer agreed; without it the summary shown
        last counts.
    :param digital_consent: whether the buyer asks for digital content at once, and knows that the
        right of withdrawal ends with it.

    :raises EmptyBasket: when there is nothing to order.
    :raises DraftNotComplete: when an address or a choice is missing.
    :raises ConsentMissing: when something in the basket is sold with that consent only.
    :raises SomethingChanged: when the buyer would get another order than was shown.
    :raises OutOfStock: when others were quicker; then nothing is ordered.
    :raises NeedsApproval: when the buyer may not buy so much for the company without asking.
    :raises QuoteIsOver: when it was made of a quote that cannot be accepted any more.
    :raises Gone: when the checkout was erased with its person.
    """
    return unless_crossed(
        lambda: place_now(draft_id=draft_id, seen=seen, at=at, digital_consent=digital_consent)
    )


@dataclass(frozen=True)
class Ready:
    """A checkout that may become an order, held until the transaction ends."""

    draft: CheckoutDraft
    basket: Basket
    customer: Customer | None
    summary: Summary
    purchase: Purchase
    quote: Quote | None
    """The quote that is accepted by it, held as well."""


@transaction.atomic
def place_now(
    *,
    draft_id: UUID,
    at: datetime,
    seen: str | None = None,
    digital_consent: bool = False,
    is_approved: bool = False,
) -> Order:
    """Place the order in the caller's transaction, as `place_order` does in one of its own.

    :param is_approved: somebody of the company has approved what goes over the buyer's limit.
    :raises NeedsApproval: when the buyer may not buy so much for the company without asking.
    """
    ready = prepare(draft_id=draft_id, at=at, seen=seen, digital_consent=digital_consent)
    if isinstance(ready, Order):
        return ready
    draft, summary, customer = ready.draft, ready.summary, ready.customer
    if not is_approved:
        refuse_what_needs_approval(draft, summary, customer, at=at)
    number = new_number()
    stock.sell(holder=ready.basket.pk, wanted=_wanted(summary), order_number=number, at=at)
    if places := _places(summary):  # showing the summary has let go of what is not wanted now
        times.claim(holder=ready.basket.pk, wanted=places, at=at)
    order = _write_order(draft, summary, number=number, customer=customer, at=at)
    _write_rows(order, summary)
    bookings.book(order=order, wanted=_times(summary), at=at)
    remember_what_was_told(order, ready.purchase, at=at)
    _use_coupon(order, summary, at=at)
    _close(draft, order, quote=ready.quote, at=at)
    OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.PLACED, at=at)
    if any(line.plan_words for line in summary.lines):
        subscriptions.start(order=order, at=at)
    if ready.quote is not None:
        quotes.accept(quote=ready.quote, order=order, at=at)
    if not order.total:
        # Nothing is to be paid, so nobody is sent to pay it, and nothing is waited for.
        order = move(order=order, step=Step.PAY, at=at)
    write_order_placed(order, at=at)
    return order if order.total else supply_downloads(order=order, at=at)


def prepare(
    *, draft_id: UUID, at: datetime, seen: str | None, digital_consent: bool
) -> Ready | Order:
    """Hold a checkout with its buyer and basket, and see that it may become an order.

    One that has become an order already gives that.
    """
    customer = _hold_the_buyer(draft_id)
    draft = CheckoutDraft.objects.select_for_update(of=("self",)).filter(pk=draft_id).first()
    if draft is None:
        raise Gone(CheckoutDraft._meta.label)
    if draft.order_secret:
        return Order.objects.get(secret=draft.order_secret)
    basket = _basket_of(draft)
    quote = quotes.hold_for_order(basket, at=at)
    if leaves_finland(draft):
        hold_the_threshold()
    if basket.coupon_id is not None:
        # Whoever is first to the last use has it; the next one is told that it is gone.
        offers.hold_code(basket.coupon_id)
    with translation.override(draft.language):
        summary = summarise(draft, at=at, with_pictures=False)
        purchase = purchase_of(draft, summary)
    _refuse_what_was_not_shown(draft, summary, seen)
    if summary.contents.needs_digital_consent and not digital_consent:
        raise ConsentMissing
    if quote is not None and quote.company_id is not None:
        _refuse_another_party(quote, draft, customer)
    return Ready(draft, basket, customer, summary, purchase, quote)


def _refuse_another_party(quote: Quote, draft: CheckoutDraft, customer: Customer | None) -> None:
    """Let a company's quote be ordered by that company alone."""
    company = _company_of(draft, customer)
    if company is None or company.pk != quote.company_id:
        raise quotes.QuoteIsOver(quotes.NOT_YOURS)


def _wanted(summary: Summary) -> dict[UUID, int]:
    wanted: Counter[UUID] = Counter()
    for line in summary.lines:
        wanted[line.variant_id] += line.quantity
    return dict(wanted)


def _places(summary: Summary) -> dict[UUID, int]:
    """Count the places that are wanted of each time."""
    wanted: Counter[UUID] = Counter()
    for line in summary.lines:
        if line.slot_id is not None:
            wanted[line.slot_id] += line.quantity
    return dict(wanted)


def _times(summary: Summary) -> dict[int, UUID]:
    """Name the times of the lines that have one, by their positions."""
    placed = enumerate(summary.lines, start=1)
    return {position: line.slot_id for position, line in placed if line.slot_id is not None}


def _hold_the_buyer(draft_id: UUID) -> Customer | None:
    """Keep an erasure of the buyer waiting for the order, or notice that it came first.

    Django checks foreign keys at the commit only; without the lock an order could name a card
    that is gone by then. An erasure takes these locks first as well, so the two never cross.
    """
    who = CheckoutDraft.objects.filter(pk=draft_id).annotate(is_held=shared("email"))
    for card_id, _is_held in who.values_list("basket__customer", "is_held"):
        if card_id is not None:
            return Customer.objects.select_for_update(no_key=True).filter(pk=card_id).first()
    return None


def _basket_of(draft: CheckoutDraft) -> Basket:
    """Keep the basket as it is until the end, whatever its other tabs want."""
    basket = Basket.objects.select_for_update(of=("self",)).filter(checkout=draft).first()
    if basket is None:
        raise EmptyBasket
    draft.basket = basket
    return basket


def _refuse_what_was_not_shown(draft: CheckoutDraft, summary: Summary, seen: str | None) -> None:
    if summary.contents.is_empty:
        raise EmptyBasket
    if not _is_complete(draft, summary):
        raise DraftNotComplete
    changes = changes_between(draft.shown, summary.shown())
    agreed = not changes if seen is None else seen == seal(draft, summary)
    if not agreed:
        raise SomethingChanged(changes)


def _is_complete(draft: CheckoutDraft, summary: Summary) -> bool:
    needed = ["email", "first_name", "last_name", "street", "postcode", "city", "payment_method"]
    if draft.for_company:
        needed.append("company_name")
        needed += _known_by(draft.country)
    if draft.deliver_elsewhere:
        needed += ["delivery_name", "delivery_street", "delivery_postcode", "delivery_city"]
    said = all(getattr(draft, field) for field in needed)
    said = said and summary.taxation is not None
    return said and (summary.delivery is not None or not summary.contents.has_goods)


def _known_by(country: str) -> list[str]:
    """Name the number that a company of the country must have."""
    if country in (HOME, ""):
        return ["business_id"]
    return ["vat_id"] if is_asked_for_vat_id(country) else []


def _write_order(
    draft: CheckoutDraft,
    summary: Summary,
    *,
    number: str,
    customer: Customer | None,
    at: datetime,
) -> Order:
    if summary.taxation is None:
        raise DraftNotComplete
    taxation = summary.taxation
    fields = [*CONTACT, "country", "note"]
    fields += COMPANY if draft.for_company else ()
    fields += (*ELSEWHERE, "delivery_country") if draft.deliver_elsewhere else ()
    method = summary.delivery.method if summary.delivery else None
    coupon = summary.contents.coupon
    with translation.override(draft.language):
        delivery_name = method.name if method else ""
    return Order.objects.create(
        number=number,
        secret=new_secret(),
        checkout=draft.pk,
        customer=customer,
        company=_company_of(draft, customer),
        language=draft.language,
        placed_at=at,
        delivery_code=method.code if method else "",
        delivery_method=delivery_name,
        delivery_price=summary.delivery_price,
        payment_method=draft.payment_method,
        reference=reference_of(number),
        due_date=timezone.localdate(at) + _payment_term(summary),
        discount=summary.contents.discount,
        coupon_code=coupon.written if coupon else "",
        coupon_name=coupon.name if coupon else "",
        total=summary.total,
        total_net=summary.total_net,
        total_vat=summary.total_vat,
        treatment=in_common(line.treatment for line in summary.lines),
        destination_country=taxation.country,
        vat_id_checked_at=taxation.check.checked_at if taxation.check else None,
        vat_id_checked_by_id=taxation.check.checked_by_id if taxation.check else None,
        terms_edition=edition_in_force(at=at),
        statement_sha256=statement_sha256(),
        digital_consent_at=at if summary.contents.needs_digital_consent else None,
        **{field: getattr(draft, field) for field in fields},
    )


def _payment_term(summary: Summary) -> timedelta:
    """Give the longest of the terms that the lines may have: one order is paid on one day."""
    usual = settings.PAYMENT_TERM_DAYS
    days = [line.agreed.payment_days if line.agreed else usual for line in summary.lines]
    return timedelta(days=max(days, default=usual))


def _company_of(draft: CheckoutDraft, customer: Customer | None) -> Company | None:
    """Name the company that the buyer belongs to, never one that was merely typed."""
    if customer is None or not draft.for_company or not draft.business_id:
        return None
    mine = Company.objects.filter(memberships__customer=customer, business_id=draft.business_id)
    return mine.first()


def _write_rows(order: Order, summary: Summary) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            variant_id=line.variant_id,
            position=position,
            sku=line.sku,
            name=line.name,
            options=line.options,
            kind=line.kind,
            quantity=line.quantity,
            base_price=line.base_price,
            unit_price=line.unit_price,
            price_reason=line.price_reason,
            price_words=line.price_words,
            discount=line.discount,
            rounding=line.rounding,
            vat_rate=line.vat_rate,
            vat_class=line.vat_class,
            treatment=line.treatment,
            country=line.country,
            exempt_reason=line.exempt_reason,
            exempt_code=line.exempt_code,
            total=line.total,
            withdrawal_exclusion=line.withdrawal_exclusion,
        )
        for position, line in enumerate(summary.lines, start=1)
    )
    OrderVat.objects.bulk_create(OrderVat(order=order, **asdict(row)) for row in summary.vat_rows)


def _use_coupon(order: Order, summary: Summary, *, at: datetime) -> None:
    if summary.contents.coupon is not None:
        offers.use(
            discount=summary.contents.coupon,
            order_number=order.number,
            customer=order.customer,
            email=order.email,
            at=at,
        )


def _close(draft: CheckoutDraft, order: Order, *, quote: Quote | None, at: datetime) -> None:
    """Empty the basket; of the checkout only the way to its order stays.

    What the buyer filled is named by this checkout and by its own lines alone: then Django need not
    look through all tables for what hangs on it.
    """
    basket = draft.basket
    draft.basket = None
    draft.order_secret = order.secret
    draft.shown = {}
    draft.for_company = draft.deliver_elsewhere = False
    draft.touched_at = at
    for field in TYPED:
        setattr(draft, field, "")
    draft.save()
    if basket is None:
        return
    if quote is not None or basket.is_set_aside:
        basket.delete()
        return
    BasketLine.objects.filter(basket=basket).delete()
    Basket.objects.filter(pk=basket.pk)._raw_delete(Basket.objects.db)
