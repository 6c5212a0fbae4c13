from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.agreements import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("account/agreements/"), views.agreements, name="agreements"),
]
