"""All admin pages of the slices, so that Django finds them."""

from orders.agreements.admin import AgreementAdmin, PriceListAdmin
from orders.banking.admin import BankEntryAdmin, BankFileAdmin
from orders.bookkeeping.admin import EntryAdmin, PostingAdmin
from orders.catalogue.admin import CategoryAdmin
from orders.checkout.admin import PurchaseRequestAdmin
from orders.complaints.admin import ComplaintAdmin
from orders.delivery.admin import DeliveryMethodAdmin
from orders.desk.admin import OrderAdmin
from orders.former.admin import CardAdmin, FormerOrderAdmin
from orders.importing.admin import ImportRunAdmin
from orders.invoicing.admin import InvoiceAdmin
from orders.offers.admin import CampaignAdmin, CouponAdmin, CouponCodeAdmin
from orders.pages.admin import PageEditionAdmin
from orders.quotes.admin import QuoteAdmin
from orders.returns.admin import WithdrawalNoticeAdmin
from orders.returns.booking_admin import BookingAdmin
from orders.returns.case_admin import ReturnCaseAdmin
from orders.reviews.admin import ReviewAdmin
from orders.sales.admin import TermsAdmin, TermsDraftAdmin
from orders.stock.admin import LevelAdmin, StockedProductAdmin
from orders.subscriptions.admin import SubscriptionAdmin
from orders.taxation.admin import VatIdCheckAdmin
from orders.times.admin import CalendarAdmin, SlotAdmin

__all__ = [
    "AgreementAdmin",
    "BankEntryAdmin",
    "BankFileAdmin",
    "BookingAdmin",
    "CalendarAdmin",
    "CampaignAdmin",
    "CardAdmin",
    "CategoryAdmin",
    "ComplaintAdmin",
    "CouponAdmin",
    "CouponCodeAdmin",
    "DeliveryMethodAdmin",
    "EntryAdmin",
    "FormerOrderAdmin",
    "ImportRunAdmin",
    "InvoiceAdmin",
    "LevelAdmin",
    "OrderAdmin",
    "PageEditionAdmin",
    "PostingAdmin",
    "PriceListAdmin",
    "PurchaseRequestAdmin",
    "QuoteAdmin",
    "ReturnCaseAdmin",
    "ReviewAdmin",
    "SlotAdmin",
    "StockedProductAdmin",
    "SubscriptionAdmin",
    "TermsAdmin",
    "TermsDraftAdmin",
    "VatIdCheckAdmin",
    "WithdrawalNoticeAdmin",
]
