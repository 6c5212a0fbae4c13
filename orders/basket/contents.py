"""What lies in a basket, priced as of a moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Prefetch, Value, When
from django.template.defaultfilters import date as date_in_words
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from orders import money
from orders.basket.models import Basket, BasketLine
from orders.catalogue.agreements import Party, party_of_card
from orders.catalogue.asking import (
    AGREEMENT,
    QUOTE,
    SHELF,
    Agreed,
    Asked,
    agreed_now,
    agreed_of,
    asked,
    asked_by_quote,
    campaign_now,
)
from orders.catalogue.exclusions import Exclusion, words_of
from orders.catalogue.models import AttributeValue, Picture, Product
from orders.catalogue.plans import Plan
from orders.catalogue.rates import rates_on
from orders.catalogue.renditions import Image, image_of
from orders.catalogue.times import Bookable, CalendarService, Slot
from orders.catalogue.unit_price import UnitPrice, unit_price
from orders.catalogue.wares import lacks_wares
from orders.offers.discount import Buyer, Discount, Item, Refused, discount_of
from orders.offers.models import CouponCode
from orders.offers.words import in_words
from orders.stock.operations import promised_to
from orders.taxation.areas import HOME
from orders.taxation.treatments import Treatment
from orders.times.operations import promised_to as places_promised_to


@dataclass(frozen=True)
class Quoted:
    """What a quote gives for a basket that was made of it, whatever the shelf asks today."""

    number: str
    prices: Mapping[UUID, Decimal]
    is_net: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """What this buyer's checkout holds already, by variant and by appointment."""

    pieces: dict[UUID, int]
    places: dict[UUID, int]


@dataclass(frozen=True)
class ContentLine:
    """One line as it stands now."""

    line_id: UUID
    variant_id: UUID
    product_id: UUID
    sku: str
    name: str
    options: str
    slug: str
    kind: str
    quantity: int
    unit_price: Decimal
    shown_price: Decimal
    vat_rate: Decimal
    vat_class: str
    weight_g: int
    free: int | None
    """Pieces that can still be promised; None when they are not counted or may be back-ordered."""
    is_for_sale: bool
    picture: Picture | None
    base_price: Decimal
    """What a piece costs without any reduction."""
    discount: Decimal = money.ZERO
    """What the basket's coupon takes off the line."""
    price_reason: str = SHELF
    """Whose price a piece is sold at: the shelf's, its own reduction's, a campaign's, an
    agreement's or a quote's."""
    price_words: str = ""
    """What the campaign is called, or the number of the agreement or the quote."""
    plan_words: str = ""
    """How a service goes on by the period, and how it ends."""
    exact_price: Fraction | None = None
    """A piece's price before it was rounded to cents, where a campaign or agreement reckons it."""
    agreed: Agreed | None = None
    """What an agreement gives for so many pieces, also where something else is lower."""
    exact_discount: Fraction | None = None
    content: Decimal | None = None
    content_unit: str = ""
    withdrawal_exclusion: str = ""
    slot_id: UUID | None = None
    """The time for which an appointment is bought."""
    when: str = ""
    """That time in words."""
    booking_words: str = ""
    """Until when an appointment can be moved or cancelled."""
    treatment: str = Treatment.DOMESTIC
    """How the line is taxed; a basket knows Finnish VAT only, a checkout decides."""
    country: str = HOME
    """Where the tax says that it is sold."""
    exempt_reason: str = ""
    """Why its class bears no tax, where it bears none."""
    exempt_code: str = ""

    @property
    def key(self) -> str:
        """Know the line again: by its article, and by its time where it has one."""
        return f"{self.sku} {self.slot_id}" if self.slot_id else self.sku

    @property
    def called(self) -> str:
        """Give the name, with the time of an appointment."""
        return f"{self.name}, {self.when}" if self.when else self.name

    @property
    def exclusion_words(self) -> str:
        return words_of(self.withdrawal_exclusion)

    @property
    def by_agreement(self) -> str:
        """Say which agreement gives the price, and until when, or which quote; else nothing."""
        if self.price_reason == QUOTE:
            return _("Price by quote %(number)s") % {"number": self.price_words}
        if self.price_reason == AGREEMENT and self.agreed is not None:
            return agreement_in_words(self.agreed)
        return ""

    @property
    def address(self) -> str:
        return f"{reverse('orders:product', args=[self.slug])}?{urlencode({'sku': self.sku})}"

    @property
    def image(self) -> Image | None:
        return image_of(self.picture) if self.picture else None

    @property
    def price_of_unit(self) -> UnitPrice | None:
        return unit_price(self.unit_price, self.content, self.content_unit)

    @property
    def full(self) -> Decimal:
        """Give what the line costs before the coupon."""
        return self.unit_price * self.quantity

    @property
    def total(self) -> Decimal:
        return self.full - self.discount

    @property
    def is_goods(self) -> bool:
        return self.kind == Product.Kind.GOODS

    @property
    def is_reduced(self) -> bool:
        return self.unit_price < self.base_price

    @property
    def rounding(self) -> Decimal:
        """Give what rounding to cents adds to the line, to the hundredth of a cent."""
        added = Fraction(0)
        if self.exact_price is not None:
            added += (Fraction(self.unit_price) - self.exact_price) * self.quantity
        if self.exact_discount is not None:
            added += self.exact_discount - Fraction(self.discount)
        return Decimal(round(added * 10_000)).scaleb(-4)

    @property
    def price_has_changed(self) -> bool:
        return self.unit_price != self.shown_price

    @property
    def is_short(self) -> bool:
        return self.free is not None and self.quantity > self.free

    @property
    def can_be_bought(self) -> bool:
        return self.is_for_sale and not self.is_short


@dataclass(frozen=True)
class Contents:
    """All lines of a basket, those that can be bought and those that no longer can."""

    lines: tuple[ContentLine, ...]
    coupon: Discount | None = None
    """What the coupon takes off, while there is one that counts."""
    refused: Refused | None = None
    """Why the basket's coupon takes off nothing."""

    @property
    def why_no_coupon(self) -> str:
        return in_words(self.refused) if self.refused else ""

    @property
    def buyable(self) -> tuple[ContentLine, ...]:
        return tuple(line for line in self.lines if line.is_for_sale)

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.buyable), start=money.ZERO)

    @property
    def full(self) -> Decimal:
        """Give what the lines cost before the coupon."""
        return sum((line.full for line in self.buyable), start=money.ZERO)

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.buyable), start=money.ZERO)

    @property
    def delivers_free(self) -> bool:
        return self.coupon is not None and self.coupon.delivers_free

    @property
    def goods_total(self) -> Decimal:
        """Give what the goods cost by which a delivery is priced: no coupon makes it dearer."""
        goods = (line.full for line in self.buyable if line.kind == Product.Kind.GOODS)
        return sum(goods, start=money.ZERO)

    @property
    def goods_weight_g(self) -> int:
        return sum(
            line.weight_g * line.quantity
            for line in self.buyable
            if line.kind == Product.Kind.GOODS
        )

    @property
    def has_goods(self) -> bool:
        return any(line.kind == Product.Kind.GOODS for line in self.buyable)

    @property
    def needs_digital_consent(self) -> bool:
        return any(line.withdrawal_exclusion == Exclusion.DIGITAL for line in self.buyable)

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def can_be_ordered(self) -> bool:
        return bool(self.lines) and all(line.can_be_bought for line in self.lines)


def agreement_in_words(agreed: Agreed) -> str:
    """Say which agreement gives a price, and until when."""
    if agreed.until is None:
        return _("Price by agreement %(number)s, until further notice") % {"number": agreed.number}
    return _("Price by agreement %(number)s, until %(day)s") % {
        "number": agreed.number,
        "day": date_in_words(agreed.until, "SHORT_DATE_FORMAT"),
    }


def party_of(basket: Basket) -> Party | None:
    """Say for whom a member's basket is bought; a guest has no agreements."""
    return None if basket.customer_id is None else party_of_card(basket.customer_id)


def contents_of(
    basket: Basket | None,
    *,
    at: datetime,
    email: str = "",
    party: Party | None = None,
    quoted: Quoted | None = None,
    with_pictures: bool = True,
) -> Contents:
    """Read a basket with today's prices, rates and stock: a few queries, however many lines.

    :param email: the buyer's address, once it is known: a coupon may be for one use by each.
    :param party: for whom it is bought, once that was chosen; else it follows from the buyer.
    :param quoted: the quote that the basket was made of; what was quoted is for sale.
    :param with_pictures: whether somebody is to see it.
    """
    if basket is None:
        return Contents(())
    whose = party_of(basket) if party is None else party
    rates = rates_on(timezone.localdate(at))
    lines = _lines(basket, at, whose, with_pictures=with_pictures)
    has_times = any(line.slot_id is not None for line in lines)
    places = places_promised_to(basket.pk) if has_times else {}
    promised = Promised(promised_to(basket.pk), places)
    contents = Contents(tuple(_line(line, rates, promised, at, quoted) for line in lines))
    return _with_coupon(contents, basket, at=at, email=email)


def _lines(
    basket: Basket, at: datetime, whose: Party | None, *, with_pictures: bool
) -> list[BasketLine]:
    """Fetch a basket's lines with all that is asked and told of them."""
    pictures = Picture.objects.all() if with_pictures else Picture.objects.none()
    found = (
        BasketLine.objects.filter(basket=basket)
        .select_related("variant__product__plan", "variant__product__bookable", "slot")
        .select_related("variant__product__vat_class", "variant__level")
        .annotate(
            is_in_calendar=_is_in_calendar(),
            lacks_wares=_lacks_wares(),
            campaign=campaign_now(at, "variant"),
            agreed=agreed_now(whose, at, variant="variant", pieces=OuterRef("quantity")),
        )
        .prefetch_related(
            Prefetch(
                "variant__options",
                AttributeValue.objects.select_related("option", "attribute"),
            ),
            Prefetch("variant__pictures", pictures),
            Prefetch("variant__product__pictures", pictures),
        )
    )
    return list(found)


def _with_coupon(contents: Contents, basket: Basket, *, at: datetime, email: str) -> Contents:
    """Divide what the basket's coupon takes off over its lines."""
    if basket.coupon_id is None or not contents.buyable:
        return contents
    code = CouponCode.objects.select_related("coupon").get(pk=basket.coupon_id)
    items = [
        Item(line.line_id, line.product_id, line.full, line.is_reduced, line.is_goods)
        for line in contents.buyable
    ]
    found = discount_of(code, items, buyer=buyer_of(basket, email), at=at)
    if isinstance(found, Refused):
        return replace(contents, refused=found)
    lines = (
        replace(
            line,
            discount=found.shares.get(line.line_id, money.ZERO),
            exact_discount=found.exact.get(line.line_id),
        )
        for line in contents.lines
    )
    return replace(contents, lines=tuple(lines), coupon=found)


def buyer_of(basket: Basket, email: str = "") -> Buyer:
    """Say by whom a basket's coupon would be used, as far as it is known."""
    card = basket.customer
    emails = [email] if card is None else [email, card.email]
    return Buyer(customer=basket.customer_id, emails=tuple(each for each in emails if each))


def _line(
    line: BasketLine,
    rates: dict[str, Decimal],
    promised: Promised,
    at: datetime,
    quoted: Quoted | None,
) -> ContentLine:
    variant, product = line.variant, line.variant.product
    rate = rates.get(str(product.vat_class_id))
    agreed = agreed_of(line.__dict__["agreed"])
    quote = quoted if quoted is not None and variant.pk in quoted.prices else None
    now = _asked(line, rate, agreed, at, quote)
    bookable: Bookable | None = getattr(product, "bookable", None)
    is_exempt = rate == 0 and bool(product.vat_class.exempt_reason)
    return ContentLine(
        line_id=line.pk,
        variant_id=variant.pk,
        product_id=product.pk,
        sku=variant.sku,
        name=product.name,
        options=options_in_words(variant.options.all()),
        slug=product.slug,
        kind=product.kind,
        quantity=line.quantity,
        unit_price=now.price,
        shown_price=line.shown_price,
        vat_rate=rate if rate is not None else money.ZERO,
        vat_class=str(product.vat_class_id),
        weight_g=variant.weight_g,
        free=_free(line, promised),
        # Without a rate in force no lawful price can be asked.
        is_for_sale=rate is not None
        and (quote is not None or (variant.is_active and product.is_published(at)))
        and _has_its_time(line, bookable, at)
        # Nobody pays for a file that is not there.
        and not line.__dict__["lacks_wares"],
        base_price=now.base,
        price_reason=now.reason,
        price_words=now.words,
        content=variant.content,
        content_unit=variant.content_unit,
        exact_price=now.exact,
        agreed=agreed,
        picture=next(iter(variant.pictures.all()), next(iter(product.pictures.all()), None)),
        withdrawal_exclusion=product.withdrawal_exclusion,
        plan_words=_plan_words(product),
        slot_id=line.slot_id,
        when=line.slot.when if line.slot is not None else "",
        booking_words=bookable.words if bookable is not None else "",
        treatment=Treatment.EXEMPT if is_exempt else Treatment.DOMESTIC,
        exempt_reason=product.vat_class.exempt_reason if is_exempt else "",
        exempt_code=product.vat_class.exempt_code if is_exempt else "",
    )


def _asked(
    line: BasketLine,
    rate: Decimal | None,
    agreed: Agreed | None,
    at: datetime,
    quote: Quoted | None,
) -> Asked:
    """Give what a piece costs now: what was quoted, else what is asked of this buyer."""
    variant = line.variant
    if quote is None:
        return asked(variant, line.__dict__["campaign"], at, agreed=agreed, rate=rate)
    price = quote.prices[variant.pk]
    return asked_by_quote(variant, price, number=quote.number, is_net=quote.is_net, rate=rate)


def _is_in_calendar() -> Exists:
    """Ask whether a line's time is still in a calendar in which its service is booked."""
    services = CalendarService.objects.filter(
        calendar=OuterRef("slot__calendar"), bookable__product=OuterRef("variant__product")
    )
    return Exists(services)


def _lacks_wares() -> Case:
    """Ask whether a line is a download of which there is no file."""
    return Case(
        When(lacks_wares("variant", "variant__product"), then=Value(value=True)),
        default=Value(value=False),
    )


def _has_its_time(line: BasketLine, bookable: Bookable | None, at: datetime) -> bool:
    """Tell whether a line has a time that can be booked, or needs none."""
    if bookable is None or line.slot is None:
        return bookable is None and line.slot is None
    latest = line.slot.starts_at - timedelta(hours=bookable.book_hours)
    return line.slot.is_open and at <= latest and bool(line.__dict__["is_in_calendar"])


def _places(slot: Slot, promised: dict[UUID, int]) -> int:
    return max(slot.free + promised.get(slot.pk, 0), 0)


def _plan_words(product: Product) -> str:
    plan: Plan | None = getattr(product, "plan", None)
    return plan.words if plan is not None else ""


def options_in_words(values: Iterable[AttributeValue]) -> str:
    """Say what makes a variant: its colour, its size."""
    said = (value.option.name if value.option else value.text for value in values)
    return ", ".join(words for words in said if words)


def _free(line: BasketLine, promised: Promised) -> int | None:
    """Tell how many pieces or places there are for a line; None where there is no end to them."""
    if line.slot is not None:
        return _places(line.slot, promised.places)
    level = getattr(line.variant, "level", None)
    if level is None or level.backorder:
        return None
    return max(int(level.free) + promised.pieces.get(line.variant_id, 0), 0)
