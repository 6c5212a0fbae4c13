from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.history import claims, companies, confirmations, downloads, invoices, views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("order/<slug:secret>/"), views.by_address, name="order"),
    path(_("order/<slug:secret>/invoice/<int:number>/"), invoices.by_address, name="invoice"),
    path(
        _("order/<slug:secret>/invoice/<int:number>/pdf/"),
        invoices.pdf_by_address,
        name="invoice-pdf",
    ),
    path(_("order/<slug:secret>/confirmation/"), confirmations.by_address, name="confirmation"),
    path(_("order/<slug:secret>/file/<uuid:ware>/"), downloads.by_address, name="download"),
    path(_("account/orders/<slug:number>/file/<uuid:ware>/"), downloads.own, name="own-download"),
    path(
        _("account/orders/<slug:number>/confirmation/"),
        confirmations.own,
        name="own-confirmation",
    ),
    path(_("account/orders/"), views.history, name="history"),
    path(_("account/orders/former/"), views.former, name="former-orders"),
    path(_("account/company/<uuid:key>/orders/"), companies.company_orders, name="company-orders"),
    path(
        _("account/company/<uuid:key>/invoices/"),
        companies.company_invoices,
        name="company-invoices",
    ),
    path(_("account/orders/claim/"), claims.claim, name="claim"),
    path(_("account/orders/<slug:number>/"), views.own, name="own-order"),
    path(_("account/orders/<slug:order>/invoice/<int:number>/"), invoices.own, name="own-invoice"),
    path(
        _("account/orders/<slug:order>/invoice/<int:number>/pdf/"),
        invoices.own_pdf,
        name="own-invoice-pdf",
    ),
]
