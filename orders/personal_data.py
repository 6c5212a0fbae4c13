"""What the shop holds about those who buy."""

from django.conf import settings
from django.db.models import DateTimeField, Exists, OuterRef, Q
from django.db.models.functions import Cast, Greatest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.personal_data import WITH_ITS_CARD
from orders.banking.models import BankEntry, BankEntryStep, BankFile
from orders.banking.states import EntryState
from orders.basket.models import Basket, BasketLine
from orders.bookings.models import Booking
from orders.bookings.states import BookingState
from orders.books.models import BooksAudit, Entry, Posting, Series
from orders.catalogue.agreements import (
    AgreedVariant,
    Agreement,
    AgreementDocument,
    AgreementState,
    ListPrice,
    PriceList,
)
from orders.catalogue.campaigns import Campaign, CampaignPrice, CampaignScope
from orders.catalogue.models import (
    Attribute,
    AttributeOption,
    AttributeValue,
    CatalogueVersion,
    Category,
    Manufacturer,
    Picture,
    PriceHistory,
    Product,
    ProductCategory,
    Variant,
    VatClass,
    VatRate,
)
from orders.catalogue.plans import Plan
from orders.catalogue.popularity import Popularity
from orders.catalogue.ratings import Rating
from orders.catalogue.times import Bookable, Calendar, CalendarService, Slot
from orders.catalogue.wares import Ware
from orders.checkout.models import CheckoutDraft, Confirmation, PurchaseRequest, PurchaseState
from orders.complaints.models import PHOTOS, Complaint, ComplaintLine, ComplaintStep
from orders.complaints.states import OPEN as OPEN_COMPLAINTS
from orders.delivery.models import DeliveryMethod, DeliveryStep
from orders.downloads.models import Fetched
from orders.former.models import FormerOrder
from orders.fulfilment.models import Parcel
from orders.importing.models import ImportRun
from orders.invoicing.models import Invoice, InvoiceLine, InvoiceVat, Reminder
from orders.offers.models import Coupon, CouponCode, CouponScope, CouponUse
from orders.pages.models import PageEdition
from orders.payments.models import Payment, PaymentEvent, Refund
from orders.quotes.models import Quote, QuoteLine
from orders.quotes.states import QuoteState
from orders.returns.models import ReturnCase, ReturnLine, WithdrawalNotice
from orders.returns.states import OPEN as OPEN_NOTICES
from orders.reviews.models import Review
from orders.sales.editions import Terms, TermsDraft
from orders.sales.models import Order, OrderEvent, OrderLine, OrderVat
from orders.sales.states import PaymentStatus, Status
from orders.stock.models import Level, Movement, Reservation
from orders.subscriptions.models import ServicePeriod, Subscription
from orders.subscriptions.states import RUNNING, ServiceState
from orders.taste.models import Look, Together
from orders.taste.operations import forget_looks
from orders.taxation.models import VatIdCheck
from orders.taxation.treatments import FINNISH
from orders.times.models import SlotHold
from orders.wishes.awaited import Awaited
from orders.wishes.models import Wish, WishList
from privacy.consents.operations import removed_with
from privacy.consents.purposes import For
from privacy.registry import (
    Basis,
    By,
    Datum,
    Ground,
    Hold,
    Keep,
    Line,
    Matter,
    Purpose,
    Role,
    Source,
    declare,
)
from privacy.terms import AfterFinancialYear, Days

MOST_DAYS_MORE = 366
"""Twelve months, however they fall: so much longer is the time of a buyer who was not told."""


def _open(path: str = "") -> Q:
    ended = Q(**{f"{path}status": Status.CANCELLED}) | Q(
        **{f"{path}status": Status.DELIVERED, f"{path}payment_status": PaymentStatus.PAID}
    )
    owed = Q(**{f"{path}payment_status": PaymentStatus.REFUND_DUE})
    return ~ended | owed


def _withdrawn(path: str = "") -> Q:
    """Give the orders of which something is still to come back, or to be paid back."""
    notices = WithdrawalNotice.objects.filter(order=OuterRef(f"{path}pk"), state__in=OPEN_NOTICES)
    return Q(Exists(notices))


def _complained(path: str = "") -> Q:
    """Give the orders of which a complaint about a defect is open."""
    complaints = Complaint.objects.filter(order=OuterRef(f"{path}pk"), state__in=OPEN_COMPLAINTS)
    return Q(Exists(complaints))


def _runs(path: str = "") -> Q:
    """Give the orders by which a running service is billed: the next one is written after them."""
    services = Subscription.objects.running().filter(order=OuterRef(f"{path}pk"))
    return Q(Exists(services))


def _service(path: str = "") -> Hold:
    return Hold(
        Ground.SERVICE,
        _("A service that was bought by it is still running. Once you end it, this goes too."),
        rows=_runs(path),
    )


def _booked(path: str = "") -> Hold:
    """Say that an appointment keeps the order by which it was bought."""
    bookings = Booking.objects.to_come().filter(bought_as__order=OuterRef(f"{path}pk"))
    return Hold(
        Ground.SERVICE,
        _("An appointment that was bought by it is still to come. Once you cancel it, this goes."),
        rows=Q(Exists(bookings)),
    )


def _contract(path: str = "") -> tuple[Hold, ...]:
    """Give what an order holds until it is done, and the buyer cannot withdraw any more."""
    return (
        Hold(
            Ground.CONTRACT,
            _("The order has not been delivered and paid yet."),
            rows=_open(path),
        ),
        Hold(
            Ground.CONTRACT,
            _("The time in which you may withdraw from the purchase has not ended."),
            rows=Q(**{f"{path}status": Status.DELIVERED}),
            since=Greatest(f"{path}delivered_at", f"{path}informed_at"),
            term=Days(settings.WITHDRAWAL_DAYS),
        ),
        Hold(
            Ground.CONTRACT,
            _("You were not told of the right to withdraw, so the time for it is a year longer."),
            rows=Q(
                **{
                    f"{path}status": Status.DELIVERED,
                    f"{path}informed_at": None,
                    f"{path}business_id": "",
                }
            ),
            since=f"{path}delivered_at",
            term=Days(settings.WITHDRAWAL_DAYS + MOST_DAYS_MORE),
        ),
        Hold(
            Ground.CONTRACT,
            _("A withdrawal or a return is not settled yet."),
            rows=_withdrawn(path),
        ),
        Hold(
            Ground.CONTRACT,
            _("A complaint about a defect is not settled yet."),
            rows=_complained(path),
        ),
    )


def _in_the_books() -> Q:
    """Give the orders that are vouchers themselves: those sold that have no invoice yet.

    An order cancelled unpaid has no voucher. A simplified receipt (Value Added Tax Act 1501/1993,
    section 209 f) names companies only.
    """
    invoiced = Exists(Invoice.objects.filter(order=OuterRef("pk")))
    sold = ~Q(status=Status.CANCELLED, payment_status=PaymentStatus.UNPAID) & ~Q(invoiced)
    receipt = Q(business_id="", vat_id="", treatment__in=FINNISH)
    return sold & ~receipt if settings.SIMPLIFIED_RECEIPTS else sold


_BOOKS = AfterFinancialYear(settings.KEEP_VOUCHERS_YEARS, settings.FINANCIAL_YEAR_END_MONTH)
_LAST_STEP = Greatest("placed_at", "paid_at", "delivered_at", "cancelled_at")
_DONE = _("the order was placed, paid, delivered or cancelled, whichever came last")
_AFTER_LAST_STEP = Days(settings.KEEP_ORDER_CONTACTS_DAYS)

DELIVERY = Keep(
    since=_LAST_STEP,
    period=_AFTER_LAST_STEP,
    held_while=(*_contract(), _service(), _booked()),
    group="contact",
    when=_DONE,
)
VOUCHER = Keep(
    since=_LAST_STEP,
    period=_AFTER_LAST_STEP,
    held_while=(
        Hold(
            Ground.LAW,
            _("Accounting Act 1336/1997, chapter 2, section 10"),
            rows=_in_the_books(),
            since="placed_at",
            term=_BOOKS,
        ),
        *_contract(),
        _service(),
        _booked(),
    ),
    group="buyer",
    when=_DONE,
)
WHOSE = Keep(since="placed_at", period=_BOOKS, when=_("the order was placed"))
FORMER = Keep(
    since=Cast("placed_date", DateTimeField()),
    period=_BOOKS,
    when=_("the order was placed in the former shop"),
)
_RUNS = _("The agreement is in force.")


def _while_agreed(path: str = "") -> Keep:
    last_day = Cast(f"{path}valid_until", DateTimeField())
    in_force = Q(**{f"{path}state": AgreementState.IN_FORCE})
    until_further_notice = Q(**{f"{path}valid_until__isnull": True})
    return Keep(
        since=last_day,  # drafts have none of their own: `orders/agreements` lets them go
        period=Days(settings.KEEP_AGREEMENTS_DAYS),
        held_while=(
            Hold(
                Ground.CONTRACT,
                _RUNS,
                rows=in_force & ~until_further_notice,
                since=last_day,
                term=Days(0),
            ),
            Hold(Ground.CONTRACT, _RUNS, rows=in_force & until_further_notice),
        ),
        when=_("the agreement ended"),
    )


AGREEMENT = _while_agreed()
DOCUMENT = _while_agreed("agreement__")
TRACKING = Keep(
    since="sent_at",
    period=_AFTER_LAST_STEP,
    held_while=_contract("order__"),
    group="tracking",
    when=_("the parcel was sent"),
)
FETCHED = Keep(
    since="first_at",
    period=_AFTER_LAST_STEP,
    held_while=_contract("line__order__"),
    when=_("the file was first fetched"),
)
# The row itself, with its moment and its checksum, stays with its order and names nobody; whoever
# has the acknowledgement can show by the checksum what was said.
WITHDRAWAL = Keep(
    since="received_at",
    period=_AFTER_LAST_STEP,
    held_while=(
        Hold(
            Ground.CONTRACT,
            _("A withdrawal or a return is not settled yet."),
            rows=Q(state__in=OPEN_NOTICES),
        ),
    ),
    group="typed",
    when=_("the notice of withdrawal came"),
)
# The row itself stays with its order, as what was decided and done; it names nobody.
COMPLAINT = Keep(
    since=Greatest("received_at", "closed_at"),
    period=Days(settings.KEEP_COMPLAINTS_DAYS),
    held_while=(
        Hold(
            Ground.CONTRACT,
            _("A complaint about a defect is not settled yet."),
            rows=Q(state__in=OPEN_COMPLAINTS),
        ),
    ),
    group="typed",
    when=_("the complaint came, or was settled or refused, whichever came last"),
)
RUNNING_SERVICE = Keep(
    since=Greatest("started_at", "ended_at"),
    period=_AFTER_LAST_STEP,
    held_while=(
        Hold(
            Ground.SERVICE,
            _("The service is running. You can end it, and then this goes too."),
            rows=Q(state=ServiceState.ACTIVE),
        ),
        Hold(
            Ground.SERVICE,
            _("The service has been ended, and runs until its last day."),
            rows=Q(state=ServiceState.ENDING),
            since=Cast("last_date", DateTimeField()),
            term=Days(0),
        ),
    ),
    group="party",
    when=_("the service was bought or ended, whichever came last"),
)
WHOSE_SERVICE = Keep(
    since="started_at",
    period=_BOOKS,
    in_use=Q(state__in=RUNNING),
    when=_("the service was bought"),
)
APPOINTMENT = Keep(
    since=Greatest("booked_at", "ended_at"),
    period=_AFTER_LAST_STEP,
    held_while=(
        Hold(
            Ground.SERVICE,
            _("The appointment is still to come. You can cancel it, and then this goes too."),
            rows=Q(state=BookingState.BOOKED),
        ),
    ),
    group="party",
    when=_("the appointment was booked, over or cancelled, whichever came last"),
)
WHOSE_APPOINTMENT = Keep(
    since="booked_at",
    period=_BOOKS,
    in_use=Q(state=BookingState.BOOKED),
    when=_("the appointment was booked"),
)
BASKET = Keep(since="touched_at", period=Days(60), when=_("the basket was last changed"))
DRAFT = Keep(
    since="touched_at",
    period=Days(2),
    in_use=Q(purchase__state=PurchaseState.WAITING),
    when=_("the checkout was last changed"),
)
PURCHASE = Keep(
    since=Greatest("asked_at", "decided_at"),
    period=_AFTER_LAST_STEP,
    when=_("the purchase was asked for or decided"),
)

# A request that nobody has answered goes at once, and so does a quote that is closed: one that was
# accepted lives on as its order.
QUOTE = Keep(
    since=Greatest("asked_at", "answered_at", "closed_at"),
    period=_AFTER_LAST_STEP,
    held_while=(
        Hold(
            Ground.CONTRACT,
            _("The shop has given you a quote that you can still accept, or decline."),
            rows=Q(state=QuoteState.ANSWERED),
            since=Cast("valid_until", DateTimeField()),
            term=Days(0),
        ),
    ),
    when=_("the quote was asked for, given or closed, whichever came last"),
)

_ORDERS = (Purpose.ORDERS,)

_MAIL = (Role.MAIL,)  # the confirmation and the letters after it repeat what was agreed
_CARRIER_AND_MAIL = (Role.CARRIER, Role.MAIL)
_MAIL_AND_PAYMENT = (Role.MAIL, Role.PAYMENT)  # the payment service asks for an address


def _for_delivery(line: Line, *, needed: bool = False, recipients: tuple[Role, ...] = ()) -> Datum:
    return Datum(
        line,
        _ORDERS,
        Basis.CONTRACT,
        DELIVERY,
        recipients=recipients,
        provided=True,
        needed=needed,
    )


def _for_the_books(line: Line, *, needed: bool = False, recipients: tuple[Role, ...] = ()) -> Datum:
    return Datum(
        line, _ORDERS, Basis.LAW, VOUCHER, recipients=recipients, provided=True, needed=needed
    )


def _ties(line: Line) -> Datum:
    return Datum(line, _ORDERS, Basis.CONTRACT, WHOSE, Source.SHOP)


def _typed(line: Line, *, needed: bool = False) -> Datum:
    return Datum(line, _ORDERS, Basis.CONTRACT, DRAFT, provided=True, needed=needed)


def _order(order: Order) -> Matter:
    return Matter(
        name=str(_("Order %(number)s") % {"number": order.number}),
        state=f"{order.get_status_display()}, {order.get_payment_status_display().lower()}",
        address=order.get_absolute_url(),
    )


declare(
    Order,
    person={By.CARD: "customer", By.GUEST: "email"},
    data={
        "customer": _ties(Line.CUSTOMERSHIP),
        "email": _for_delivery(Line.EMAIL, needed=True, recipients=_MAIL_AND_PAYMENT),
        "phone": _for_delivery(Line.PHONE, recipients=(Role.CARRIER,)),
        "note": _for_delivery(Line.ORDERS),
        "delivery_name": _for_delivery(Line.NAME, recipients=_CARRIER_AND_MAIL),
        "delivery_street": _for_delivery(Line.ADDRESS, recipients=_CARRIER_AND_MAIL),
        "delivery_postcode": _for_delivery(Line.ADDRESS, recipients=_CARRIER_AND_MAIL),
        "delivery_city": _for_delivery(Line.ADDRESS, recipients=_CARRIER_AND_MAIL),
        "first_name": _for_the_books(Line.NAME, needed=True, recipients=_CARRIER_AND_MAIL),
        "last_name": _for_the_books(Line.NAME, needed=True, recipients=_CARRIER_AND_MAIL),
        "company_name": _for_the_books(Line.COMPANY_NAME, recipients=_MAIL),
        "business_id": _for_the_books(Line.COMPANY_NAME, recipients=_MAIL),
        "vat_id": _for_the_books(Line.COMPANY_NAME, recipients=_MAIL),
        "buyer_reference": _for_the_books(Line.PAYMENT, recipients=_MAIL),
        "einvoice_address": _for_the_books(Line.PAYMENT),
        "einvoice_operator": _for_the_books(Line.PAYMENT),
        "street": _for_the_books(Line.COMPANY_ADDRESS, needed=True, recipients=_CARRIER_AND_MAIL),
        "postcode": _for_the_books(Line.ADDRESS, needed=True, recipients=_CARRIER_AND_MAIL),
        "city": _for_the_books(Line.ADDRESS, needed=True, recipients=_CARRIER_AND_MAIL),
    },
    # `company` ties the order to the company and to nobody in it: it stays for those who are left
    # when one of them is forgotten, and goes with the company's own row.
    impersonal={
        "number",
        "secret",
        "checkout",
        "company",
        "status",
        "payment_status",
        "language",
        "placed_at",
        "paid_at",
        "shipped_at",
        "delivered_at",
        "cancelled_at",
        "country",
        "delivery_country",
        "destination_country",
        "treatment",
        "vat_id_checked_at",
        "vat_id_checked_by",
        "delivery_code",
        "delivery_method",
        "delivery_price",
        "payment_method",
        "reference",
        "due_date",
        "currency",
        "discount",
        "coupon_code",
        "coupon_name",
        "total",
        "total_net",
        "total_vat",
        "terms_edition",
        "statement_sha256",
        "digital_consent_at",
        "informed_at",
        "erasure",
        "released",
    },
    withheld={"secret", "vat_id_checked_by"},
    words={
        "secret": _("key of the order's page"),
        "delivery_street": _("recipient's street address"),
        "delivery_postcode": _("recipient's postal code"),
        "delivery_city": _("recipient's town"),
    },
    matter=_order,
)


def _of_a_former_shop(line: Line) -> Datum:
    return Datum(line, _ORDERS, Basis.CONTRACT, FORMER, Source.THIRD_PARTY)


declare(
    FormerOrder,
    # The vouchers are in that shop's own books; here it is history, and goes when its person asks.
    person={By.CARD: "customer", By.GUEST: "email"},
    delete_row=True,
    data={
        "customer": _of_a_former_shop(Line.CUSTOMERSHIP),
        "email": _of_a_former_shop(Line.EMAIL),
        **{
            name: _of_a_former_shop(Line.ORDERS)
            for name in ("number", "placed_date", "lines", "total", "total_vat")
        },
    },
    impersonal={"shop", "brought_in_at"},
    called=_("Ordered in our former shop"),
)


def _agreement(agreement: Agreement) -> Matter:
    return Matter(
        name=str(_("Agreement %(number)s") % {"number": agreement.number}),
        state=str(agreement.get_state_display()),
        address=reverse("orders:agreement", args=[agreement.pk]),
    )


def _agreed(line: Line) -> Datum:
    return Datum(line, _ORDERS, Basis.CONTRACT, AGREEMENT)


declare(
    Agreement,
    # A sole trader's company is the person; its last member takes along what was agreed with it.
    person={By.CARD: "customer", By.LAST_CARD: "company__memberships__customer"},
    delete_row=True,
    data={
        "customer": _agreed(Line.CUSTOMERSHIP),
        "party_name": _agreed(Line.NAME),
        "document_name": _agreed(Line.CUSTOMERSHIP),
        "document_place": _agreed(Line.CUSTOMERSHIP),
    },
    # Who accepted for a company is another's; the row ceases to know it when that card goes.
    impersonal={
        "number",
        "company",
        "party_gone",
        "state",
        "valid_from",
        "valid_until",
        "notice_days",
        "payment_days",
        "price_list",
        "accepted_by",
        "accepted_at",
        "accepted_online",
        "accepted_sha256",
        "offered_at",
        "notice_at",
        "created_at",
        "erasure",
        "released",
    },
    withheld={"accepted_by"},
    inward={"party_gone", "price_list"},
    words={"party_name": _("agreed with")},
    matter=_agreement,
)
declare(
    AgreementDocument,
    person={By.PART: "agreement"},
    delete_row=True,
    data={"file": Datum(Line.CUSTOMERSHIP, _ORDERS, Basis.CONTRACT, DOCUMENT)},
    impersonal={"agreement", "edition", "size", "sha256", "added_at", "erasure", "released"},
    called=_("Documents of your agreements"),
)
declare(
    AgreedVariant,
    person={By.PART: "agreement"},
    impersonal={"agreement", "variant", "party", "valid_from", "valid_until"},
    withheld={"party"},
)
declare(PriceList, impersonal={"name", "valid_from", "valid_until"})
declare(ListPrice, impersonal={"price_list", "variant", "from_pieces", "net"})
_OF_THE_ORDER = {By.PART: "order"}

declare(
    OrderLine,
    person=_OF_THE_ORDER,
    impersonal={
        "order",
        "variant",
        "position",
        "sku",
        "name",
        "options",
        "kind",
        "quantity",
        "base_price",
        "unit_price",
        "price_reason",
        "price_words",
        "discount",
        "rounding",
        "vat_rate",
        "vat_class",
        "treatment",
        # Where it was taxed: a country, as of the order.
        "country",
        "exempt_reason",
        "exempt_code",
        "total",
        "withdrawal_exclusion",
    },
)
declare(
    OrderVat,
    person=_OF_THE_ORDER,
    impersonal={"order", "treatment", "country", "rate", "net", "vat", "gross"},
)
declare(
    OrderEvent,
    person=_OF_THE_ORDER,
    # `staff` names an employee at work, not a customer; `detail` holds codes only.
    impersonal={"order", "kind", "at", "staff", "detail"},
    withheld={"staff"},
)
INVOICED = Keep(
    since="issued_at",
    period=_BOOKS,
    held_while=(
        Hold(
            Ground.LAW,
            _("Accounting Act 1336/1997, chapter 2, section 10"),
            since="issued_at",
            term=_BOOKS,
        ),
    ),
    group="buyer",
    when=_("the invoice was issued"),
)


def _invoiced(line: Line) -> Datum:
    return Datum(line, _ORDERS, Basis.LAW, INVOICED)


declare(
    Invoice,
    person=_OF_THE_ORDER,
    data={
        "buyer_name": _invoiced(Line.NAME),
        "company_name": _invoiced(Line.COMPANY_NAME),
        "business_id": _invoiced(Line.COMPANY_NAME),
        "buyer_vat_id": _invoiced(Line.COMPANY_NAME),
        "street": _invoiced(Line.ADDRESS),
        "postcode": _invoiced(Line.ADDRESS),
        "city": _invoiced(Line.ADDRESS),
        "buyer_reference": _invoiced(Line.PAYMENT),
        "einvoice_address": _invoiced(Line.PAYMENT),
        "einvoice_operator": _invoiced(Line.PAYMENT),
        "pdf": _invoiced(Line.PAYMENT),
        "finvoice": _invoiced(Line.PAYMENT),
        "ubl": _invoiced(Line.PAYMENT),
    },
    impersonal={
        "kind",
        "number",
        "order",
        "corrects",
        "reason",
        "issued_at",
        "date",
        "tax_point",
        "due_date",
        "reference",
        "language",
        "currency",
        "is_simplified",
        "treatment",
        "destination_country",
        "seller",
        "country",
        "total",
        "total_net",
        "total_vat",
        "disputed_at",
        "erasure",
        "released",
    },
)
declare(
    Reminder,
    person={By.CARD: "invoice__order__customer", By.GUEST: "invoice__order__email"},
    impersonal={"invoice", "step", "sent_at", "owed"},
)
declare(
    InvoiceLine,
    person={By.PART: "invoice"},
    impersonal={
        "invoice",
        "order_line",
        "position",
        "sku",
        "name",
        "quantity",
        "unit_price",
        "vat_rate",
        "treatment",
        "country",
        "exempt_reason",
        "exempt_code",
        "net",
        "vat",
        "gross",
        "is_reduction",
    },
)
declare(
    InvoiceVat,
    person={By.PART: "invoice"},
    impersonal={"invoice", "treatment", "country", "rate", "net", "vat", "gross"},
)
declare(
    Payment,
    person=_OF_THE_ORDER,
    # The number that the payment service or the bank gave tells nothing of whom it is about.
    impersonal={
        "order",
        "provider",
        "state",
        "amount",
        "currency",
        "transaction_id",
        "method",
        "page",
        "created_at",
        "paid_at",
    },
    withheld={"page"},
)
declare(PaymentEvent, impersonal={"payment", "source", "verdict", "why", "status", "at"})
declare(
    Refund,
    person={By.PART: "payment"},
    impersonal={
        "payment",
        "state",
        "amount",
        "transaction_id",
        "trouble",
        "created_at",
        "done_at",
    },
)
# Whoever wrote to the bank, a buyer or not, is named by it; the reference number is the shop's own.
PAYER = Keep(
    since="read_at",
    period=_AFTER_LAST_STEP,
    held_while=(
        Hold(
            Ground.CONTRACT,
            _("The payment has not been matched to an order or paid back yet."),
            rows=Q(state__in=(EntryState.OPEN, EntryState.TO_RETURN)),
        ),
        Hold(
            Ground.CONTRACT,
            _("The order has not been delivered and paid yet."),
            rows=Q(order__isnull=False) & _open("order__"),
        ),
        Hold(
            Ground.CONTRACT,
            _("The time in which you may withdraw from the purchase has not ended."),
            rows=Q(order__status=Status.DELIVERED),
            since="order__delivered_at",
            term=Days(settings.WITHDRAWAL_DAYS),
        ),
    ),
    group="payer",
    when=_("the bank told of the payment"),
)
BANK_FILE = Keep(since="uploaded_at", period=Days(7), when=_("the file was uploaded"))


def _from_the_bank(keep: Keep) -> Datum:
    return Datum(Line.PAYMENT, _ORDERS, Basis.CONTRACT, keep, Source.THIRD_PARTY)


declare(
    BankEntry,
    person=_OF_THE_ORDER,
    data={name: _from_the_bank(PAYER) for name in ("payer_name", "payer_account", "message")},
    impersonal={
        "file",
        "key",
        "family",
        "number",
        "is_credit",
        "amount",
        "currency",
        "booked_date",
        "reference",
        "state",
        "why",
        "order",
        "payment",
        "refund",
        "read_at",
        "erasure",
        "released",
    },
    inward={"family", "key"},
)
declare(
    BankEntryStep,
    # `staff` names an employee at work, as in OrderEvent.
    impersonal={"entry", "state", "at", "staff"},
)
declare(
    BankFile,
    # Its content names whoever paid; it is there between the upload and the counting only.
    person={By.NONE: ""},
    data={"content": _from_the_bank(BANK_FILE)},
    impersonal={
        "sha256",
        "file_name",
        "format",
        "state",
        "problems",
        "known",
        "uploaded_at",
        "counted_at",
        "by",
    },
)
declare(
    Entry,
    # The ledger knows orders by their number; whose they are, only the order says.
    impersonal={"number", "kind", "order", "source", "at", "date"},
)
declare(
    Posting,
    impersonal={
        "entry",
        "account",
        "amount",
        "vat_rate",
        "vat_country",
        "treatment",
        "sold_to",
    },
)
declare(Series, impersonal={"name", "last"})
declare(BooksAudit, impersonal={"at", "debit", "credit", "findings"})
declare(
    Terms,
    # `published_by` names an employee at work.
    impersonal={"edition", "language", "text", "valid_from", "published_at", "published_by"},
)
declare(
    PageEdition,
    # `written_by` names an employee at work.
    impersonal={"page", "number", "text_fi", "text_sv", "text_en", "written_at", "written_by"},
)
declare(
    TermsDraft,
    impersonal={"is_next", "text_fi", "text_sv", "text_en", "valid_from", "touched_at"},
)
declare(
    Confirmation,
    person=_OF_THE_ORDER,
    # What everybody is told of such a purchase; the paper made of it names no buyer.
    impersonal={"order", "for_consumer", "told", "seller", "told_at", "pdf"},
)
declare(
    Parcel,
    person=_OF_THE_ORDER,
    data={
        name: Datum(Line.ORDERS, _ORDERS, Basis.CONTRACT, TRACKING, Source.THIRD_PARTY)
        for name in ("tracking_code", "tracking_address")
    },
    impersonal={"order", "sent_at", "erasure", "released"},
)
declare(
    Fetched,
    person={By.PART: "line"},
    delete_row=True,
    data={
        name: Datum(Line.ORDERS, _ORDERS, Basis.CONTRACT, FETCHED, Source.SHOP)
        for name in ("first_at", "times")
    },
    impersonal={"line", "erasure", "released"},
)


def _stated(line: Line, *, recipients: tuple[Role, ...] = _MAIL) -> Datum:
    return Datum(
        line, _ORDERS, Basis.CONTRACT, WITHDRAWAL, recipients=recipients, provided=True, needed=True
    )


declare(
    WithdrawalNotice,
    person={By.CARD: "order__customer", By.GUEST: "email"},
    data={
        "name": _stated(Line.NAME),
        "email": _stated(Line.EMAIL),
        "order_number": _stated(Line.ORDERS),
        "products": _stated(Line.ORDERS),
    },
    impersonal={
        "submission",
        "received_at",
        "way",
        "order",
        "is_whole",
        "pieces",
        "language",
        "sha256",
        "flags",
        "state",
        "acknowledged_at",
        "receipt_left_at",
        "closed_at",
        "erasure",
        "released",
    },
    inward={"submission", "flags"},
)
declare(
    ReturnCase,
    person=_OF_THE_ORDER,
    impersonal={
        "ground",
        "notice",
        "order",
        "state",
        "opened_at",
        "due_date",
        "never_sent",
        "sent_at",
        "received_at",
        "inspected_at",
        "settled_at",
        "delivery_refund",
        "credit_note",
    },
)
declare(
    ReturnLine,
    person={By.PART: "case"},
    impersonal={
        "case",
        "order_line",
        "quantity",
        "price",
        "outcome",
        "value_loss",
        "loss_reason",
    },
)


def _complaint(line: Line, *, needed: bool = False) -> Datum:
    return Datum(
        line, _ORDERS, Basis.CONTRACT, COMPLAINT, recipients=_MAIL, provided=True, needed=needed
    )


declare(
    Complaint,
    person={By.CARD: "order__customer", By.GUEST: "email"},
    data={
        "email": _complaint(Line.EMAIL, needed=True),
        "words": _complaint(Line.ORDERS, needed=True),
        "answer": Datum(
            Line.ORDERS, _ORDERS, Basis.CONTRACT, COMPLAINT, Source.SHOP, recipients=_MAIL
        ),
        # Pictures go to nobody: the receipt does not enclose them.
        **{
            column: Datum(Line.ORDERS, _ORDERS, Basis.CONTRACT, COMPLAINT, provided=True)
            for column in PHOTOS
        },
    },
    impersonal={
        "number",
        "submission",
        "order",
        "received_at",
        "way",
        "noticed_date",
        "wish",
        "language",
        "flags",
        "state",
        "remedy",
        "promised_date",
        "taken_in_date",
        "given_back_date",
        "return_case",
        "credit_note",
        "closed_at",
        "erasure",
        "released",
    },
    inward={"submission", "flags"},
)
declare(
    ComplaintLine,
    person={By.PART: "complaint"},
    impersonal={"complaint", "order_line", "quantity", "granted", "reduction"},
)
declare(
    ComplaintStep,
    # `staff` names an employee at work, as in OrderEvent.
    person={By.PART: "complaint"},
    impersonal={"complaint", "state", "at", "staff"},
    withheld={"staff"},
)


def _running_service(service: Subscription) -> Matter:
    address = service.signed_address
    ways_out = ((gettext("End the service"), f"{address}#end"),)
    return Matter(
        name=service.name,
        state=service.get_state_display(),
        address=address,
        ways_out=ways_out if service.state == ServiceState.ACTIVE else (),
    )


declare(
    Subscription,
    person={By.CARD: "customer", By.GUEST: "email"},
    data={
        "customer": Datum(
            Line.SERVICES, (Purpose.SERVICES,), Basis.CONTRACT, WHOSE_SERVICE, Source.SHOP
        ),
        "email": Datum(
            Line.EMAIL,
            (Purpose.SERVICES,),
            Basis.CONTRACT,
            RUNNING_SERVICE,
            recipients=_MAIL,
            provided=True,
            needed=True,
        ),
    },
    impersonal={
        "bought_as",
        "order",
        "company",
        "variant",
        "language",
        "period",
        "notice_days",
        "letter_days",
        "first_date",
        "started_at",
        "state",
        "last_date",
        "notice_at",
        "ended_at",
        "look_date",
        "erasure",
        "released",
    },
    inward={"look_date"},
    matter=_running_service,
)
declare(
    ServicePeriod,
    person={By.PART: "subscription"},
    impersonal={
        "subscription",
        "number",
        "starts_date",
        "ends_date",
        "price",
        "told_at",
        "order",
    },
)


def _appointment(booking: Booking) -> Matter:
    address = booking.signed_address
    ways_out = ((gettext("Cancel the appointment"), f"{address}#cancel"),)
    return Matter(
        name=f"{booking.name}, {booking.slot.when}",
        state=booking.get_state_display(),
        address=address,
        ways_out=ways_out if booking.is_to_come else (),
    )


declare(
    Booking,
    person={By.CARD: "customer", By.GUEST: "email"},
    data={
        "customer": Datum(
            Line.SERVICES, (Purpose.SERVICES,), Basis.CONTRACT, WHOSE_APPOINTMENT, Source.SHOP
        ),
        "email": Datum(
            Line.EMAIL,
            (Purpose.SERVICES,),
            Basis.CONTRACT,
            APPOINTMENT,
            recipients=_MAIL,
            provided=True,
            needed=True,
        ),
    },
    impersonal={
        "bought_as",
        "slot",
        "starts_at",
        "ends_at",
        "places",
        "change_hours",
        "state",
        "moves",
        "booked_at",
        "told_at",
        "reminded_at",
        "ended_at",
        "erasure",
        "released",
    },
    matter=_appointment,
)

declare(
    Basket,
    person={By.CARD: "customer"},
    delete_row=True,
    data={
        "customer": Datum(
            Line.SERVICES, (Purpose.SERVICES,), Basis.CONTRACT, BASKET, provided=True
        ),
    },
    impersonal={"coupon", "is_set_aside", "created_at", "touched_at"},
)
declare(
    PurchaseRequest,
    person={By.CARD: "customer"},
    delete_row=True,
    data={
        "company": Datum(Line.CUSTOMERSHIP, _ORDERS, Basis.CONTRACT, PURCHASE, provided=True),
        "customer": Datum(Line.CUSTOMERSHIP, _ORDERS, Basis.CONTRACT, PURCHASE, provided=True),
        "reason": Datum(Line.ORDERS, _ORDERS, Basis.CONTRACT, PURCHASE, Source.THIRD_PARTY),
    },
    # Who decided is another's; the buyer is told the name as long as there is one.
    impersonal={
        "draft",
        "state",
        "shown",
        "total_net",
        "total",
        "digital_consent",
        "asked_at",
        "decided_at",
        "decided_by",
        "order",
    },
    withheld={"decided_by"},
    called=_("Purchases that had to be approved"),
)


def _quote(quote: Quote) -> Matter:
    return Matter(
        name=str(_("Quote %(number)s") % {"number": quote.number}),
        state=str(quote.get_state_display()),
        address=quote.signed_address,
    )


declare(
    Quote,
    person={By.CARD: "customer", By.GUEST: "email"},
    delete_row=True,
    data={
        "customer": Datum(Line.CUSTOMERSHIP, _ORDERS, Basis.CONTRACT, QUOTE, Source.SHOP),
        "email": Datum(
            Line.EMAIL,
            _ORDERS,
            Basis.CONTRACT,
            QUOTE,
            recipients=_MAIL,
            provided=True,
            needed=True,
        ),
        "message": Datum(Line.ORDERS, _ORDERS, Basis.CONTRACT, QUOTE, provided=True),
        "answer": Datum(Line.ORDERS, _ORDERS, Basis.CONTRACT, QUOTE, Source.SHOP, recipients=_MAIL),
        # The buyer's own word where it was declined, the shop's where it was withdrawn.
        "reason": Datum(
            Line.ORDERS, _ORDERS, Basis.CONTRACT, QUOTE, recipients=_MAIL, provided=True
        ),
    },
    # `answered_by` names an employee at work; `company` ties it to the company and nobody in it.
    impersonal={
        "number",
        "submission",
        "company",
        "language",
        "is_net",
        "asked_at",
        "state",
        "answered_at",
        "answered_by",
        "valid_until",
        "delivery_method",
        "delivery_price",
        "closed_at",
        "basket",
        "order",
    },
    withheld={"answered_by"},
    inward={"submission", "basket"},
    matter=_quote,
)
declare(
    QuoteLine,
    person={By.PART: "quote"},
    impersonal={
        "quote",
        "variant",
        "position",
        "sku",
        "name",
        "options",
        "kind",
        "vat_class",
        "asked_quantity",
        "shown_price",
        "quantity",
        "price",
    },
)
declare(
    BasketLine,
    impersonal={"basket", "variant", "slot", "quantity", "shown_price", "added_at"},
)
declare(
    CheckoutDraft,
    person={By.CARD: "basket__customer", By.GUEST: "email"},
    delete_row=True,
    data={
        "email": _typed(Line.EMAIL, needed=True),
        "phone": _typed(Line.PHONE),
        "first_name": _typed(Line.NAME, needed=True),
        "last_name": _typed(Line.NAME, needed=True),
        "company_name": _typed(Line.COMPANY_NAME),
        "business_id": _typed(Line.COMPANY_NAME),
        "vat_id": _typed(Line.COMPANY_NAME),
        "buyer_reference": _typed(Line.PAYMENT),
        "einvoice_address": _typed(Line.PAYMENT),
        "einvoice_operator": _typed(Line.PAYMENT),
        "street": _typed(Line.ADDRESS, needed=True),
        "postcode": _typed(Line.ADDRESS, needed=True),
        "city": _typed(Line.ADDRESS, needed=True),
        "delivery_name": _typed(Line.NAME),
        "delivery_street": _typed(Line.ADDRESS),
        "delivery_postcode": _typed(Line.ADDRESS),
        "delivery_city": _typed(Line.ADDRESS),
        "note": _typed(Line.ORDERS),
    },
    impersonal={
        "basket",
        "language",
        "for_company",
        "country",
        "delivery_country",
        "deliver_elsewhere",
        "delivery_method",
        "payment_method",
        "shown",
        "order_secret",
        "created_at",
        "touched_at",
    },
)

COUPON_USE = Keep(
    since="needed_until",
    period=_AFTER_LAST_STEP,
    when=_("the coupon was used, or ended if that is later"),
)
declare(
    CouponUse,
    # So that a coupon for one use by each buyer is refused the second time, to guests too.
    person={By.CARD: "customer", By.GUEST: "email"},
    data={
        "customer": Datum(Line.ORDERS, _ORDERS, Basis.CONTRACT, COUPON_USE, Source.SHOP),
        "email": Datum(Line.EMAIL, _ORDERS, Basis.CONTRACT, COUPON_USE, provided=True),
    },
    impersonal={"code", "order_number", "discount", "at", "needed_until", "given_back_at"},
)
# A sole trader's VAT ID is the person's; once the check counts no more, it goes.
CHECKED = Keep(
    since="checked_at",
    period=Days(settings.VAT_ID_CHECK_DAYS),
    when=_("the VAT ID was checked"),
)
declare(
    VatIdCheck,
    person={By.NONE: ""},
    delete_row=True,
    data={
        "vat_id": Datum(Line.COMPANY_NAME, _ORDERS, Basis.LAW, CHECKED, Source.THIRD_PARTY),
    },
    impersonal={"is_valid", "consultation", "checked_at", "checked_by"},
)

# The shelf and the store room know no customers.
_LANGUAGES = ("fi", "sv", "en")


def _in_languages(*fields: str) -> set[str]:
    return {f"{field}_{language}" for field in fields for language in _LANGUAGES}


declare(
    Coupon,
    impersonal={
        "kind",
        "percent",
        "amount",
        "minimum",
        "with_reduced",
        "valid_from",
        "valid_until",
        "most_per_buyer",
        "budget",
        "given",
        "is_active",
        "created_at",
    }
    | _in_languages("name"),
)
declare(CouponScope, impersonal={"coupon", "product", "category"})
declare(CouponCode, impersonal={"coupon", "code", "most_uses", "uses", "created_at"})
declare(VatClass, impersonal={"code", "position", "exempt_code"} | _in_languages("name", "exempt"))
declare(VatRate, impersonal={"vat_class", "country", "rate", "valid"})
declare(Category, impersonal={"parent", "slug", "path", "position"} | _in_languages("name", "text"))
declare(Manufacturer, impersonal={"name", "address", "email"})
declare(
    Attribute,
    impersonal={"code", "kind", "unit", "is_facet", "position"} | _in_languages("name"),
)
declare(AttributeOption, impersonal={"attribute", "code", "position"} | _in_languages("name"))
declare(
    Product,
    impersonal={
        "slug",
        "kind",
        "vat_class",
        "manufacturer",
        "withdrawal_exclusion",
        "published_from",
        "published_until",
        "created_at",
        "has_variants",
        "lowest_price",
        "highest_price",
        "in_stock",
        "search",
        "folded",
        "search_is_stale",
    }
    | _in_languages("name", "summary", "text"),
)
declare(Plan, impersonal={"product", "period", "notice_days", "letter_days"})
declare(Bookable, impersonal={"product", "book_hours", "change_hours"})
# A calendar may be called after an employee, at work, as in OrderEvent.
declare(Calendar, impersonal={"name"})
declare(CalendarService, impersonal={"calendar", "bookable"})
declare(
    Slot,
    impersonal={"calendar", "starts_at", "ends_at", "places", "held", "taken", "is_open"},
)
declare(SlotHold, impersonal={"slot", "holder", "places", "expires_at"})
declare(ProductCategory, impersonal={"product", "category", "position"})
declare(
    Variant,
    impersonal={
        "product",
        "sku",
        "gtin",
        "weight_g",
        "content",
        "content_unit",
        "price",
        "reduced_price",
        "reduced_from",
        "reduced_until",
        "is_active",
        "position",
    },
)
declare(
    PriceHistory,
    impersonal={"variant", "at", "price", "reduced_price", "reduced_from", "reduced_until"},
)
declare(
    AttributeValue,
    impersonal={"product", "variant", "attribute", "option", "number", "truth", "position"}
    | _in_languages("text"),
)
declare(
    Ware,
    impersonal={
        "product",
        "variant",
        "name",
        "file",
        "size",
        "sha256",
        "position",
        "laid_in_at",
    },
)
declare(
    Picture,
    impersonal={
        "product",
        "variant",
        "file",
        "width",
        "height",
        "position",
        "checksum",
        "rendition_widths",
    }
    | _in_languages("alt"),
)
declare(
    Campaign,
    impersonal={
        "percent",
        "fixed_price",
        "begins_at",
        "ends_at",
        "is_for_all",
        "planned_at",
        "followed",
    }
    | _in_languages("name"),
)
declare(CampaignScope, impersonal={"campaign", "product", "category"})
declare(CampaignPrice, impersonal={"campaign", "variant", "base", "price", "added_at"})
declare(CatalogueVersion, impersonal={"number"})
# Of at least five people together: a number that nobody can be told from.
declare(Popularity, impersonal={"product", "orders"})
declare(Level, impersonal={"variant", "on_hand", "reserved", "backorder", "low_at"})
declare(Reservation, impersonal={"level", "holder", "quantity", "expires_at"})
declare(Movement, impersonal={"level", "kind", "change", "balance", "order_number", "at"})
declare(
    DeliveryMethod,
    impersonal={
        "code",
        "kind",
        "priced_by",
        "price",
        "free_from",
        "heaviest_g",
        "countries",
        "to_aland",
        "tracking_address",
        "is_active",
        "position",
    }
    | _in_languages("name", "text"),
)
declare(DeliveryStep, impersonal={"method", "start", "price"})
declare(
    ImportRun,
    # A catalogue tells of things. `started_by` names an employee at work, as in OrderEvent.
    impersonal={
        "file",
        "pictures",
        "file_name",
        "asked_format",
        "language",
        "state",
        "started_by",
        "created_at",
        "touched_at",
        "rows_done",
        "rows_total",
        "result",
    },
)

declare(Together, impersonal={"product", "other", "buyers"})

LOOKS = Keep(
    since="at",
    period=Days(settings.KEEP_LOOKS_DAYS),
    when=_("you looked at the product last"),
)


def _looked_at() -> Datum:
    return Datum(Line.SERVICES, (Purpose.TARGETED_CONTENT,), Basis.CONSENT, LOOKS, Source.SHOP)


declare(
    Look,
    person={By.ACCOUNT: "account"},
    delete_row=True,
    data={"account": _looked_at(), "product": _looked_at(), "at": _looked_at()},
    is_log=True,
    called=_("Products you have looked at"),
)
removed_with(For.PERSONAL, forget_looks)


_LIST_CHANGED = _("the wish list was last changed")
_AFTER_CHANGE = Days(settings.KEEP_WISHES_DAYS)
WISH_LIST = Keep(since="touched_at", period=_AFTER_CHANGE, when=_LIST_CHANGED)
WISH = Keep(since="wish_list__touched_at", period=_AFTER_CHANGE, when=_LIST_CHANGED)


def _wished(keep: Keep, line: Line = Line.SERVICES) -> Datum:
    return Datum(line, (Purpose.SERVICES,), Basis.CONTRACT, keep, provided=True)


declare(
    WishList,
    person={By.CARD: "customer"},
    delete_row=True,
    data={
        "customer": _wished(WISH_LIST),
        "name": _wished(WISH_LIST),
        "shown_as": _wished(WISH_LIST, Line.NAME),
        "touched_at": _wished(WISH_LIST),
    },
    impersonal={"secret", "created_at"},
    withheld={"secret"},
    called=_("Your wish lists"),
)
declare(
    Wish,
    person={By.CARD: "wish_list__customer"},
    delete_row=True,
    data={
        "wish_list": _wished(WISH),
        "variant": _wished(WISH),
        "name": _wished(WISH),
        "at": _wished(WISH),
    },
    called=_("What you wish for"),
)

AWAITED = Keep(
    since="until",
    period=Days(0),
    when=_("you were told, half a year has passed, or the link was not followed"),
)


def _awaited(line: Line, *, recipients: tuple[Role, ...] = ()) -> Datum:
    return Datum(
        line,
        (Purpose.SERVICES,),
        Basis.CONTRACT,
        AWAITED,
        recipients=recipients,
        provided=True,
        needed=True,
    )


declare(
    Awaited,
    person={By.ACCOUNT: "account", By.GUEST: "email"},
    delete_row=True,
    data={
        "account": _awaited(Line.CUSTOMERSHIP),
        "email": _awaited(Line.EMAIL, recipients=_MAIL),
        "variant": _awaited(Line.SERVICES),
        "asked_at": _awaited(Line.SERVICES),
    },
    impersonal={"language", "confirmed_at", "told_at", "until"},
    called=_("What you wait for"),
)

declare(Rating, impersonal={"product", "reviews", "points"})


def _reviewed(line: Line = Line.SERVICES) -> Datum:
    return Datum(line, (Purpose.SERVICES,), Basis.CONTRACT, WITH_ITS_CARD, provided=True)


declare(
    Review,
    person={By.CARD: "customer"},
    delete_row=True,
    data={
        "product": _reviewed(),
        "customer": _reviewed(Line.CUSTOMERSHIP),
        "rating": _reviewed(),
        "title": _reviewed(),
        "text": _reviewed(),
        "is_named": _reviewed(Line.NAME),
        "reason": _reviewed(),
        "written_at": _reviewed(),
    },
    impersonal={"language", "state", "complained", "complained_at"},
    called=_("Your reviews"),
)
