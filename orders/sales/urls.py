from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from orders.sales import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("terms-of-sale/"), views.terms, name="terms"),
    path(_("terms-of-sale/<int:edition>/"), views.terms, name="terms-edition"),
    path(_("terms-of-sale/<int:edition>/changes/"), views.terms_changes, name="terms-changes"),
    path(_("withdrawal-form/"), views.withdrawal, name="withdrawal-form"),
]
