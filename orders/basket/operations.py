"""Put into a basket, change it, and carry a guest's over at sign-in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Sum

from customers.models import Customer
from orders.basket.contents import Contents, contents_of, party_of
from orders.basket.models import MOST_LINES, MOST_OF_ONE, Basket, BasketLine
from orders.catalogue.asking import (
    agreed_now,
    agreed_of,
    asked,
    campaign_now,
    price_now,
    rate_of,
)
from orders.catalogue.models import Variant
from orders.catalogue.times import Bookable, Slot
from orders.catalogue.wares import lacks_wares
from orders.offers.discount import Refused, Why
from orders.offers.operations import code_named
from orders.stock.models import Level
from orders.stock.operations import promised_to, release
from orders.times import operations as times
from privacy.base import Gone


class NotForSale(Exception):
    """The product is not, or no longer, offered."""


class TimeMissing(NotForSale):
    """The service is sold for a time, and none was chosen that can still be booked."""


class BasketIsGone(Exception):
    """The basket became an order, or another's, in another tab."""


class TooManyLines(Exception):
    """The basket holds as many different products as it can."""


class TooMany(Exception):
    """More of one product than the basket takes, or than there is."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class NoSuchPlaces(TooMany):
    """More places than a time has left."""


@transaction.atomic
def put(
    *, basket: Basket, sku: str, quantity: int, at: datetime, slot_id: UUID | None = None
) -> BasketLine:
    """Add pieces to a basket, to those of the same variant that already lie there.

    :param slot_id: the time that was chosen, for what is sold by appointment.
    :raises BasketIsGone: when another tab was quicker.
    :raises NotForSale: when the variant is not offered at this moment.
    :raises TimeMissing: when it is sold for a time, and that can not be booked.
    :raises TooMany: when there is not so much of it, or more than `MOST_OF_ONE` were asked for.
    :raises TooManyLines: when the basket is full.
    """
    _hold(basket, at)
    variant = _for_sale(sku, at)
    slot = _time_of(variant, slot_id, at)
    line = BasketLine.objects.filter(basket=basket, variant=variant, slot=slot).first()
    if line is None and basket.lines.count() >= MOST_LINES:
        raise TooManyLines
    wanted = quantity + (line.quantity if line else 0)
    _refuse_too_many(basket, variant, wanted, slot)
    price = price_now(variant, at, party=party_of(basket), pieces=wanted)
    if line is None:
        line = BasketLine(basket=basket, variant=variant, slot=slot, added_at=at)
    line.quantity, line.shown_price = wanted, price
    line.save()
    return line


@transaction.atomic
def change(
    *, basket: Basket, sku: str, quantity: int, at: datetime, slot_id: UUID | None = None
) -> None:
    """Set how many pieces of a variant the basket holds; none takes the line out.

    :param slot_id: the line's time, where it has one.
    :raises BasketIsGone: when another tab was quicker.
    :raises TooMany: when there is not so much of it, or more than `MOST_OF_ONE` were asked for.
    """
    _hold(basket, at)
    lines = BasketLine.objects.select_related("variant", "slot")
    line = lines.filter(basket=basket, variant__sku=sku, slot=slot_id).first()
    if line is None:
        return
    if quantity < 1:
        line.delete()
        return
    if quantity > line.quantity:
        _refuse_too_many(basket, line.variant, quantity, line.slot)
    line.quantity = quantity
    line.shown_price = price_now(line.variant, at, party=party_of(basket), pieces=quantity)
    line.save()


class NoSuchCoupon(Exception):
    """The code is no coupon's, or takes off nothing from this buyer whatever is in the basket."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.why)
        self.refused = refused


@transaction.atomic
def take_coupon(*, basket: Basket, typed: str, at: datetime) -> Contents:
    """Put a coupon into a basket, in the place of the one that was there.

    One that would count with other products stays in the basket, and says what is missing.

    :raises BasketIsGone: when another tab was quicker.
    :raises NoSuchCoupon: when it can count for nothing; then the basket keeps what it had.
    """
    _hold(basket, at)
    code = code_named(typed)
    if code is None:
        raise NoSuchCoupon(Refused(Why.UNKNOWN))
    before = basket.coupon_id
    basket.coupon = code
    contents = contents_of(basket, at=at)
    if contents.refused is not None and not contents.refused.may_count_later:
        basket.coupon_id = before
        raise NoSuchCoupon(contents.refused)
    Basket.objects.filter(pk=basket.pk).update(coupon=code)
    return contents


@transaction.atomic
def leave_coupon(*, basket: Basket, at: datetime) -> None:
    """Take the coupon out of a basket.

    :raises BasketIsGone: when another tab was quicker.
    """
    _hold(basket, at)
    Basket.objects.filter(pk=basket.pk).update(coupon=None)
    basket.coupon = None


@transaction.atomic
def accept_prices(*, basket: Basket, at: datetime) -> None:
    """Take note that the visitor has seen today's prices."""
    pieces = OuterRef("quantity")
    priced = basket.lines.select_related("variant").annotate(
        campaign=campaign_now(at, "variant"),
        agreed=agreed_now(party_of(basket), at, variant="variant", pieces=pieces),
        vat_rate=rate_of(at, "variant__product"),
    )
    changed = []
    for line in priced:
        found = line.__dict__
        agreed = agreed_of(found["agreed"])
        now = asked(line.variant, found["campaign"], at, agreed=agreed, rate=found["vat_rate"])
        if line.shown_price != now.price:
            line.shown_price = now.price
            changed.append(line)
    BasketLine.objects.bulk_update(changed, ["shown_price"])


@transaction.atomic
def merge(*, guest: Basket, customer: Customer, at: datetime) -> Basket:
    """Empty a guest's basket into the member's own, which may be new.

    Of a variant in both, the larger number stays: two tabs that sign in at once double nothing.
    """
    if not Customer.objects.select_for_update(no_key=True).filter(pk=customer.pk).exists():
        raise Gone(Customer._meta.label)
    own, _ = Basket.objects.at_hand().get_or_create(customer=customer, defaults={"touched_at": at})
    held = {b.pk: b for b in Basket.objects.select_for_update().filter(pk__in=[own.pk, guest.pk])}
    if guest.pk not in held or guest.pk == own.pk:
        return own
    own, guest = held[own.pk], held[guest.pk]
    here = {(line.variant_id, line.slot_id): line for line in own.lines.all()}
    for line in guest.lines.all():
        mine = here.get((line.variant_id, line.slot_id))
        if mine is None:
            line.basket = own
            line.save(update_fields=["basket"])
        elif line.quantity > mine.quantity:
            mine.quantity = line.quantity
            mine.save(update_fields=["quantity"])
    if own.coupon_id is None and guest.coupon_id is not None:
        Basket.objects.filter(pk=own.pk).update(coupon=guest.coupon_id)
        own.coupon_id = guest.coupon_id
    release(holder=guest.pk)  # what was promised is the same person's to take anew
    times.release(holder=guest.pk)
    held[guest.pk].delete()
    return own


def pieces_in(basket: Basket) -> int:
    """Count the pieces in a basket."""
    return basket.lines.aggregate(pieces=Sum("quantity"))["pieces"] or 0


def _hold(basket: Basket, at: datetime) -> None:
    """Lock the basket against its other tabs, and note that it is in use."""
    if not Basket.objects.filter(pk=basket.pk).update(touched_at=at):
        raise BasketIsGone


def _for_sale(sku: str, at: datetime) -> Variant:
    offered = Variant.objects.active().exclude(lacks_wares())
    variant = offered.filter(sku=sku).select_related("product__bookable").first()
    if variant is None or not variant.product.is_published(at):
        raise NotForSale
    return variant


def _time_of(variant: Variant, slot_id: UUID | None, at: datetime) -> Slot | None:
    """Find the time that was chosen, for what is sold by appointment."""
    terms: Bookable | None = getattr(variant.product, "bookable", None)
    if terms is None:
        return None
    slots = Slot.objects.for_product(variant.product_id)
    still = slots.to_book(at, hours_before=terms.book_hours)
    slot = None if slot_id is None else still.filter(pk=slot_id).first()
    if slot is None:
        raise TimeMissing
    return slot


def _refuse_too_many(basket: Basket, variant: Variant, wanted: int, slot: Slot | None) -> None:
    if wanted > MOST_OF_ONE:
        raise TooMany(MOST_OF_ONE)
    if slot is not None:
        left = slot.free + times.promised_to(basket.pk).get(slot.pk, 0)
        if wanted > left:
            raise NoSuchPlaces(max(left, 0))
        return
    level = Level.objects.filter(variant=variant, backorder=False).first()
    if level is None:
        return
    left = level.free + promised_to(basket.pk).get(variant.pk, 0)
    if wanted > left:
        raise TooMany(max(left, 0))
