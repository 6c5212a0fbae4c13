from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.checkout import approval_views, paying_views, quoted_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("checkout/"), views.checkout, name="checkout"),
    path(_("checkout/town/"), views.town, name="checkout-town"),
    path(_("checkout/quote/"), views.checkout_of_quote, name="checkout-quote"),
    path(_("checkout/confirm/"), views.confirm, name="checkout-confirm"),
    path(_("quote/<str:key>/accept/"), quoted_views.by_address, name="quote-accept"),
    path(_("account/quotes/<slug:number>/accept/"), quoted_views.own, name="own-quote-accept"),
    path(_("account/company/<uuid:key>/purchases/"), approval_views.purchases, name="purchases"),
    path(
        _("account/company/<uuid:key>/purchases/<uuid:purchase>/"),
        approval_views.purchase,
        name="purchase",
    ),
    path(_("order/<slug:secret>/pay/"), paying_views.pay, name="pay"),
    path(_("payment/done/"), paying_views.back, name="payment-back"),
    path(_("payment/stopped/"), paying_views.stopped, name="payment-stopped"),
    path("payment-service/payment/", paying_views.heard, name="payment-heard"),
    path("payment-service/refund/", paying_views.refund_heard, name="refund-heard"),
]
