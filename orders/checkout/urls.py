from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.checkout import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("checkout/"), views.checkout, name="checkout"),
    path(_("checkout/town/"), views.town, name="checkout-town"),
    path(_("checkout/confirm/"), views.confirm, name="checkout-confirm"),
]
