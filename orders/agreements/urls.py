from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.agreements import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("account/agreements/"), views.agreements, name="agreements"),
    path(_("account/agreements/<uuid:key>/"), views.agreement, name="agreement"),
    path(
        _("account/agreements/<uuid:key>/document/"),
        views.document,
        name="agreement-document",
    ),
    path(_("account/agreements/<uuid:key>/accept/"), views.accept, name="agreement-accept"),
]
