from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.taste import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("picks/off/"), views.turn_off, name="picks-off"),
]
