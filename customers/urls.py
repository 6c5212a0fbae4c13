from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _

from customers import views

allauth_urlpatterns: list[URLPattern | URLResolver] = [
    path(_("account/"), include(account_urls)),
    path(_("account/second-factor/"), include(mfa_urls)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("account/"), views.account, name="account"),
]
