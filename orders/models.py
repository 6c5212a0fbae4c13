"""All tables of the slices, so that Django finds them; import a model from its own slice."""

from orders.banking.models import BankEntry, BankEntryStep, BankFile
from orders.basket.models import Basket, BasketLine
from orders.bookings.models import Booking
from orders.books.models import BooksAudit, Entry, Posting, Series
from orders.catalogue.agreements import AgreedVariant, Agreement, ListPrice, PriceList
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
from orders.checkout.models import CheckoutDraft, Confirmation, PurchaseRequest
from orders.complaints.models import Complaint, ComplaintLine, ComplaintStep
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
from orders.returns.models import ReturnCase, ReturnLine, WithdrawalNotice
from orders.reviews.models import Review
from orders.sales.editions import Terms, TermsDraft
from orders.sales.models import Order, OrderEvent, OrderLine, OrderVat
from orders.stock.models import Level, Movement, Reservation
from orders.subscriptions.models import ServicePeriod, Subscription
from orders.taste.models import Look, Together
from orders.taxation.models import VatIdCheck
from orders.times.models import SlotHold
from orders.wishes.awaited import Awaited
from orders.wishes.models import Wish, WishList

__all__ = [
    "AgreedVariant",
    "Agreement",
    "Attribute",
    "AttributeOption",
    "AttributeValue",
    "Awaited",
    "BankEntry",
    "BankEntryStep",
    "BankFile",
    "Basket",
    "BasketLine",
    "Bookable",
    "Booking",
    "BooksAudit",
    "Calendar",
    "CalendarService",
    "Campaign",
    "CampaignPrice",
    "CampaignScope",
    "CatalogueVersion",
    "Category",
    "CheckoutDraft",
    "Complaint",
    "ComplaintLine",
    "ComplaintStep",
    "Confirmation",
    "Coupon",
    "CouponCode",
    "CouponScope",
    "CouponUse",
    "DeliveryMethod",
    "DeliveryStep",
    "Entry",
    "Fetched",
    "FormerOrder",
    "ImportRun",
    "Invoice",
    "InvoiceLine",
    "InvoiceVat",
    "Level",
    "ListPrice",
    "Look",
    "Manufacturer",
    "Movement",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderVat",
    "PageEdition",
    "Parcel",
    "Payment",
    "PaymentEvent",
    "Picture",
    "Plan",
    "Popularity",
    "Posting",
    "PriceHistory",
    "PriceList",
    "Product",
    "ProductCategory",
    "PurchaseRequest",
    "Quote",
    "QuoteLine",
    "Rating",
    "Refund",
    "Reminder",
    "Reservation",
    "ReturnCase",
    "ReturnLine",
    "Review",
    "Series",
    "ServicePeriod",
    "Slot",
    "SlotHold",
    "Subscription",
    "Terms",
    "TermsDraft",
    "Together",
    "Variant",
    "VatClass",
    "VatIdCheck",
    "VatRate",
    "Ware",
    "Wish",
    "WishList",
    "WithdrawalNotice",
]
