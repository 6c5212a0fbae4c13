from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.history import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("order/<slug:secret>/"), views.by_address, name="order"),
    path(_("account/orders/"), views.history, name="history"),
    path(_("account/orders/<slug:number>/"), views.own, name="own-order"),
]
