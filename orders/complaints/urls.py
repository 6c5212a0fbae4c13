from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.complaints import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("order/<slug:secret>/complain/"), views.by_address, name="complain"),
    path(_("account/orders/<slug:number>/complain/"), views.own, name="complain-own"),
    path(
        _("account/orders/<slug:number>/complaints/<slug:complaint>/pictures/<slug:place>/"),
        views.own_photo,
        name="complaint-photo",
    ),
]
