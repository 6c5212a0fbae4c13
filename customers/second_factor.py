"""Whoever serves the shop proves it twice: what stands between signing in and the staff's side."""

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_proved(request: HttpRequest) -> bool:
    """Tell whether this session has shown a second factor that the account still has."""
    if not request.user.is_authenticated:
        return False
    if settings.DEMO_WITHOUT_SECOND_FACTOR:
        return True
    shown = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in shown) and has_one(request)


def has_one(request: HttpRequest) -> bool:
    """Tell whether the account has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(request.user, FACTORS))


def next_step(request: HttpRequest) -> str:
    """Give the page at which staff come nearer: to sign in, to take a factor, or to show it."""
    if not request.user.is_authenticated:
        return reverse("account_login")
    if not has_one(request):
        return reverse("mfa_index")
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    ways = [way["url"] for way in methods if str(way["id"]).startswith("mfa_")]
    return str(ways[0])
