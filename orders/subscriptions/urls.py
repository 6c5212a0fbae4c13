from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.subscriptions import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("account/services/"), views.own, name="services"),
    path(_("service/<str:key>/"), views.by_address, name="service"),
]
