from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.pages import views
from orders.pages.models import Page

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("delivery-and-returns/"), views.page, {"page": Page.DELIVERY}, name="page-delivery"),
    path(_("contact/"), views.page, {"page": Page.CONTACT}, name="page-contact"),
    path(_("about/"), views.page, {"page": Page.ABOUT}, name="page-about"),
    path(
        _("accessibility/"),
        views.page,
        {"page": Page.ACCESSIBILITY},
        name="page-accessibility",
    ),
]
