from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.bookings import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("account/appointments/"), views.own, name="bookings"),
]
