from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.returns import booked, cancelling, sending_back, views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("withdrawal/"), views.withdraw, name="withdraw"),
    path(_("withdrawal/received/<str:key>/"), views.withdrawn, name="withdrawn"),
    path(_("withdrawal/received/<str:key>/receipt/"), views.receipt, name="withdrawal-receipt"),
    path(_("order/<slug:secret>/withdraw/"), views.by_address, name="withdraw-order"),
    path(_("account/orders/<slug:number>/withdraw/"), views.own, name="withdraw-own"),
    path(_("order/<slug:secret>/return/"), sending_back.by_address, name="send-back"),
    path(_("account/orders/<slug:number>/return/"), sending_back.own, name="send-back-own"),
    path(_("order/<slug:secret>/cancel/"), cancelling.by_address, name="cancel-order"),
    path(_("account/orders/<slug:number>/cancel/"), cancelling.own, name="cancel-own"),
    path(_("appointment/<str:key>/"), booked.by_address, name="booking"),
    path(_("appointment/<str:key>/calendar/"), booked.calendar, name="booking-calendar"),
]
