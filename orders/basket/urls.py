from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.basket import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("basket/"), views.show, name="basket"),
    path(_("basket/add/"), views.add, name="basket-add"),
    path(_("basket/change/"), views.change, name="basket-change"),
    path(_("basket/coupon/"), views.coupon, name="basket-coupon"),
]
