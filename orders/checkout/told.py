"""What must be told before an order is placed: each item with its law, its place, and its words.

This is the one list. The summary's page shows it above the products, a line each with the whole
beneath, and the order keeps what was shown, so that the confirmation repeats it word for word. The
letters are those of Directive 2011/83/EU, article 6(1), as amended by (EU) 2019/2161, 2023/2673 and
2024/825; in Finland the Consumer Protection Act 38/1978, chapter 6.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.catalogue.models import Product
from orders.checkout.models import CheckoutDraft
from orders.checkout.summary import Summary
from orders.money import ZERO
from orders.sales.models import Order
from orders.sales.withdrawal import withdrawal_page
from orders.taxation.countries import country_name
from orders.taxation.treatments import UNTAXED, WITH_EVIDENCE, Treatment, note_of

SELLER = ("name", "address", "business_id", "email", "phone")


class Told(TypedDict):
    """One item as it is shown, and kept with the order."""

    code: str
    title: str
    short: str
    whole: str
    """An empty line parts paragraphs, and "- " begins an item of a list."""
    page: str
    """The address of a page that tells more; nothing where there is none."""
    page_name: str


@dataclass(frozen=True)
class Purchase:
    """What the words depend on."""

    is_consumer: bool
    kinds: frozenset[str]
    total: Decimal
    delivery_price: Decimal
    delivery_name: str
    delivery_text: str
    payment_method: str
    seller: Mapping[str, str]
    coupon: str = ""
    discount: Decimal = ZERO
    """What the coupon takes off; one without it gives the delivery."""
    treatments: tuple[str, ...] = (Treatment.DOMESTIC,)
    """In which ways it is taxed: one, as a rule."""
    exempt: tuple[str, ...] = ()
    """Why some of it is exempt from VAT."""
    goes_on: tuple[str, ...] = ()
    """How each service that is bought by the period goes on, and how it ends."""
    booked: tuple[str, ...] = ()
    """When each service by appointment is performed, and until when that can be changed."""
    country: str = ""
    """The country whose tax the price bears, where it is another."""

    @property
    def has_goods(self) -> bool:
        return Product.Kind.GOODS in self.kinds

    @property
    def has_services(self) -> bool:
        return Product.Kind.SERVICE in self.kinds

    @property
    def has_digital(self) -> bool:
        return Product.Kind.DIGITAL in self.kinds


@dataclass(frozen=True)
class Words:
    """The words of an item."""

    title: str
    short: str
    whole: tuple[str, ...]
    page: str = ""
    page_name: str = ""


@dataclass(frozen=True)
class Duty:
    """An item of the list: what the law calls it, and where else on the way it is told."""

    code: str
    letters: str
    also: str
    say: Callable[[Purchase], Words]
    applies: Callable[[Purchase], bool] = lambda _purchase: True


def purchase_of(draft: CheckoutDraft, summary: Summary) -> Purchase:
    """Say what the buyer of a draft is about to agree to."""
    method = summary.delivery.method if summary.delivery else None
    coupon, taxation = summary.contents.coupon, summary.taxation
    return Purchase(
        is_consumer=not draft.for_company,
        kinds=frozenset(line.kind for line in summary.lines),
        goes_on=tuple(
            f"{line.name}: {line.plan_words}" for line in summary.lines if line.plan_words
        ),
        booked=tuple(f"{line.called}. {line.booking_words}" for line in summary.lines if line.when),
        total=summary.total,
        delivery_price=summary.delivery_price,
        delivery_name=method.name if method else "",
        delivery_text=method.text if method else "",
        payment_method=draft.payment_method,
        seller={fact: str(settings.CONTROLLER[fact]) for fact in SELLER},
        coupon=coupon.written if coupon else "",
        discount=summary.contents.discount,
        treatments=tuple(dict.fromkeys(line.treatment for line in summary.lines)),
        exempt=tuple(dict.fromkeys(line.exempt_reason for line in summary.lines)),
        country=country_name(taxation.country) if taxation else "",
    )


def told_before(purchase: Purchase) -> list[Told]:
    """Give all that must be told before this purchase, in the language of the page."""
    return [_told(duty, purchase) for duty in DUTIES if duty.applies(purchase)]


def _told(duty: Duty, purchase: Purchase) -> Told:
    words = duty.say(purchase)
    return Told(
        code=duty.code,
        title=words.title,
        short=words.short,
        whole="\n\n".join(filter(None, words.whole)),
        page=words.page,
        page_name=words.page_name,
    )


def _euros(amount: Decimal) -> str:
    return render_to_string("orders/checkout/euros.txt", {"amount": amount}).strip()


def _seller(purchase: Purchase) -> Words:
    seller = purchase.seller
    lines = [
        seller["name"],
        seller["address"],
        _("Business ID %(number)s") % {"number": seller["business_id"]}
        if seller["business_id"]
        else "",
        _("Telephone %(number)s") % {"number": seller["phone"]} if seller["phone"] else "",
        _("E-mail %(address)s") % {"address": seller["email"]},
    ]
    return Words(
        title=_("Seller"),
        short=f"{seller['name']}, {seller['email']}",
        whole=("\n".join(filter(None, lines)),),
    )


def _goods(purchase: Purchase) -> Words:
    return Words(
        title=_("What you order"),
        short=_("The products in the list of your order."),
        whole=(
            _(
                "What a product is like is told on its own page. The list repeats the choices you "
                "made, such as size and colour, and the number of pieces."
            ),
        ),
    )


def _price(purchase: Purchase) -> Words:
    delivery = (
        _("Delivery is %(price)s of it.") % {"price": _euros(purchase.delivery_price)}
        if purchase.delivery_price
        else _("Delivery costs nothing.")
    )
    if set(purchase.treatments) <= set(UNTAXED):
        in_all = _("%(total)s in all, with delivery and without VAT.")
    else:
        in_all = _("%(total)s in all, with VAT and delivery.")
    return Words(
        title=_("Price"),
        short=in_all % {"total": _euros(purchase.total)},
        whole=(
            delivery,
            _coupon(purchase),
            _taxed(purchase),
            _(
                "Nothing is added to the sum after you have ordered. Using this shop costs no "
                "more than your own connection."
            ),
        ),
    )


def _coupon(purchase: Purchase) -> str:
    if not purchase.coupon:
        return ""
    if not purchase.discount:
        return _("The coupon %(code)s makes the delivery free.") % {"code": purchase.coupon}
    return _(
        "The coupon %(code)s takes %(sum)s off: each product bears its share. What is returned is "
        "paid back at what it cost after the coupon."
    ) % {"code": purchase.coupon, "sum": _euros(purchase.discount)}


def _taxed(purchase: Purchase) -> str:
    """Say how a sale is taxed that bears no Finnish tax, and what falls to the buyer."""
    unusual = [each for each in purchase.treatments if each != Treatment.EXEMPT]
    notes = [note_of(treatment, purchase.country) for treatment in unusual]
    note = "\n".join(filter(None, (*notes, *purchase.exempt)))
    if not set(purchase.treatments) & set(WITH_EVIDENCE):
        return note
    falls = _(
        "You account for the VAT yourselves, in the country of your VAT ID. If the number was not "
        "valid, we charge the VAT afterwards."
    )
    return f"{note}\n{falls}"


def _payment(purchase: Purchase) -> Words:
    days = settings.PAYMENT_TERM_DAYS
    if not purchase.total:
        short = _("There is nothing to pay.")
        whole = _("The order counts as paid as soon as you have placed it.")
    elif purchase.payment_method == Order.PaymentMethod.PAYTRAIL:
        short = _("You pay at once, in the payment service.")
        whole = _(
            "The payment service shows its ways to pay: cards, banks and mobile payment. If you "
            "do not pay in time, the order is cancelled and you owe nothing."
        )
    else:
        short = ngettext(
            "By bank transfer within %(days)d day.",
            "By bank transfer within %(days)d days.",
            days,
        ) % {"days": days}
        whole = _(
            "The account number, the reference number and the due date stand in the order "
            "confirmation. There is no invoicing fee."
        )
    return Words(title=_("Payment"), short=short, whole=(whole,))


def _delivery(purchase: Purchase) -> Words:
    late = _(
        "If a delivery is late, we tell you at once. If the order does not come within a "
        "reasonable additional time either, you can cancel it and get your money back."
    )
    if not purchase.has_goods:
        return Words(
            title=_("Delivery"),
            short=_("Nothing is sent as a parcel."),
            whole=(
                *purchase.booked,
                _(
                    "We agree with you when a service is performed. Unless something else is "
                    "agreed, you have it within 30 days."
                )
                if purchase.has_services
                else "",
                _downloads(purchase),
                late,
            ),
        )
    return Words(
        title=_("Delivery"),
        short=f"{purchase.delivery_name}.",
        whole=(
            purchase.delivery_text,
            *purchase.booked,
            _downloads(purchase),
            _("We deliver within 30 days at the latest, unless something else is said here."),
            late,
        ),
    )


def _downloads(purchase: Purchase) -> str:
    if not purchase.has_digital:
        return ""
    return _(
        "You download digital content from the page of your order, as soon as the order is paid. "
        "We write to you when you can."
    )


def _complaints(purchase: Purchase) -> Words:
    seller = purchase.seller
    ways = (
        _("Write to %(email)s or call %(phone)s.") if seller["phone"] else _("Write to %(email)s.")
    )
    return Words(
        title=_("If something is wrong"),
        short=ways % {"email": seller["email"], "phone": seller["phone"]},
        whole=(
            _(
                "Give the number of your order and say what is wrong. We answer by e-mail what we "
                "do about it and when. You can send a complaint to our postal address as well."
            ),
        ),
    )


def _withdrawal(purchase: Purchase) -> Words:
    begins = (
        _("The time is counted from the day on which you received the last goods of the order.")
        if purchase.has_goods
        else _("The time is counted from the day on which the contract was made.")
    )
    return Words(
        title=_("Right of withdrawal"),
        short=_("You may withdraw within 14 days without giving a reason."),
        whole=(
            begins,
            _(
                "Tell us clearly that you withdraw, by e-mail or letter. You can use the "
                "withdrawal form, but you do not have to. It is enough that you send the notice "
                "before the time is over."
            ),
            _withdrawal_online(),
            _(
                "We return all that you have paid, with the cheapest delivery we offer, within 14 "
                "days of your notice and in the way in which you paid. We may wait until we have "
                "the goods back or you have shown that you have sent them."
            ),
        ),
        page=reverse("orders:withdrawal-form"),
        page_name=_("Withdrawal form and instructions"),
    )


def _withdrawal_online() -> str:
    if not withdrawal_page():
        return ""
    return _(
        "You can also withdraw on this site: the link “Withdraw from contract here” stands at "
        "the foot of every page, all the time that you may withdraw."
    )


def _returning(purchase: Purchase) -> Words:
    return Words(
        title=_("Returning goods"),
        short=_("You pay the postage of a return."),
        whole=(
            _("Send the goods back within 14 days of your notice."),
            _(
                "You may examine and try the goods as in a shop. If you have handled them more "
                "than that, you answer for the loss of value that came of it, and for no more."
            ),
        ),
    )


def _service_begun(purchase: Purchase) -> Words:
    return Words(
        title=_("A service that has begun"),
        short=_("You pay for what has been done until you withdraw."),
        whole=(
            _(
                "If you have asked for a service to begin within the 14 days and withdraw "
                "then, you pay a fair share of the price for what has been done."
            ),
        ),
    )


def _exceptions(purchase: Purchase) -> Words:
    items = (
        _("goods made to your specifications or clearly personalised"),
        _("goods that spoil or expire quickly"),
        _("sealed health or hygiene products that you have opened"),
        _("goods that have been mixed inseparably with others after delivery"),
        _("sealed recordings or programs that you have opened"),
        _("single newspapers and magazines"),
        _("accommodation, transport, meals and leisure for a fixed day"),
        _(
            "digital content that has begun with your express consent, when you knew that you "
            "would lose the right and we have confirmed it"
        ),
        _("a service that has been fully performed with your express consent"),
    )
    return Words(
        title=_("When you cannot withdraw"),
        short=_("In a few cases that the law names."),
        whole=("\n".join(f"- {item}" for item in items),),
    )


def _faults(purchase: Purchase) -> Words:
    if not purchase.is_consumer:
        return Words(
            title=_("Faulty goods"),
            short=_("We answer for faults under the Sale of Goods Act."),
            whole=(_("Tell us of a fault within a reasonable time of noticing it."),),
        )
    return Words(
        title=_("Faulty goods"),
        short=_("By law we answer for the goods being as agreed."),
        whole=(
            _(
                "A fault that shows within two years of delivery is presumed to have been there "
                "from the beginning. The liability can last longer: it follows how long such "
                "goods are expected to last."
            ),
            _(
                "Tell us within a reasonable time; two months from noticing the fault is always in "
                "time. We repair the fault or replace the goods, and it costs you nothing. If that "
                "does not succeed, you get a price reduction or can cancel the purchase."
            ),
        ),
    )


def _guarantee(purchase: Purchase) -> Words:
    return Words(
        title=_("Guarantees"),
        short=_("No separate guarantee, unless the product's page tells of one."),
        whole=(
            _(
                "A manufacturer's guarantee, how long it lasts and what it covers, stands on the "
                "product's page. It never takes away what the law gives you."
            ),
        ),
    )


def _digital(purchase: Purchase) -> Words:
    return Words(
        title=_("Digital content"),
        short=_("What it needs stands on the product's page."),
        whole=(
            _(
                "There you read on which devices it works, how it may be used, and how long "
                "updates are given."
            ),
        ),
    )


def _contract(purchase: Purchase) -> Words:
    return Words(
        title=_("Contract"),
        short=(
            _("Goes on from period to period until you end it, with two clicks.")
            if purchase.goes_on
            else _("A single purchase: nothing is renewed.")
        ),
        whole=(
            *purchase.goes_on,
            *(
                (
                    _(
                        "Each new period is billed by an invoice. If its price changes, we tell "
                        "you before the period begins. You end the service in your account, or at "
                        "the address in our letters."
                    ),
                )
                if purchase.goes_on
                else ()
            ),
            _(
                "The contract is made when we have received your order and show you an order "
                "number. It can be made in Finnish, Swedish and English."
            ),
            _("Until you press the button you can put right everything you have filled in."),
            _(
                "We keep the order and the terms under which it was made, and send you both with "
                "the confirmation."
            ),
        ),
        page=reverse("orders:terms"),
        page_name=_("Terms of sale and delivery"),
    )


def _disputes(purchase: Purchase) -> Words:
    return Words(
        title=_("If we disagree"),
        short=_("The Consumer Disputes Board gives a recommendation."),
        whole=(
            _(
                "Contact us first. If that does not help, the Consumer Advisory Services "
                "(www.kuluttajaneuvonta.fi) do, and after them you can take the matter to the "
                "Consumer Disputes Board (www.kuluttajariita.fi). Both cost you nothing."
            ),
        ),
    )


def _of_consumers(purchase: Purchase) -> bool:
    return purchase.is_consumer


def _goods_of_consumers(purchase: Purchase) -> bool:
    return purchase.is_consumer and purchase.has_goods


def _services_of_consumers(purchase: Purchase) -> bool:
    return purchase.is_consumer and purchase.has_services


def _digital_content(purchase: Purchase) -> bool:
    return purchase.has_digital


DUTIES: tuple[Duty, ...] = (
    Duty("seller", "b, c, d", "the foot of every page, and Contact", _seller),
    Duty("goods", "a", "the product's page, and the list on the summary", _goods),
    Duty("price", "e, f", "the product's page, the basket, the sums on the summary", _price),
    Duty("payment", "g", "the checkout and the summary", _payment),
    Duty("delivery", "g", "the checkout and the summary", _delivery),
    Duty("complaints", "g", "Contact, and the terms", _complaints),
    Duty("withdrawal", "h", "the terms, and the form's own page", _withdrawal, _of_consumers),
    Duty("returning", "i", "Delivery and returns", _returning, _goods_of_consumers),
    Duty("service", "j", "the terms", _service_begun, _services_of_consumers),
    Duty("exceptions", "k", "the terms", _exceptions, _of_consumers),
    Duty("faults", "l", "the notice right above the button, and the terms", _faults),
    Duty("guarantee", "la, m", "the product's page", _guarantee, _goods_of_consumers),
    Duty("digital", "lb, r, s", "the product's page", _digital, _digital_content),
    Duty("contract", "n, o, p, q", "the terms", _contract),
    Duty("disputes", "t", "the terms", _disputes, _of_consumers),
)
"""All that article 6(1) asks for, in its order; a purchase is told what applies to it."""
