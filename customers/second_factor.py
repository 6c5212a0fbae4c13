"""Whoever serves the shop proves it twice: what stands between signing in and the staff's side."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from customers.models import Account
from customers.operations import end_sessions
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.operations import write_letter

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

# Those of the adapter too, which nobody imports before allauth needs it.
name_letters(
    {
        "account_confirm": pgettext_lazy("letter", "confirm an account's address"),
        "account_exists": pgettext_lazy("letter", "there is an account already"),
        "account_unknown": pgettext_lazy("letter", "there is no account"),
        "account_reset": pgettext_lazy("letter", "a new password"),
        "account_notice": pgettext_lazy("letter", "the account was changed"),
    }
)


def was_shown(request: HttpRequest) -> bool:
    """Tell whether this session has shown a second factor, which may have been taken away since."""
    shown = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in shown)


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


@transaction.atomic
def take_away(account: Account, *, at: datetime) -> bool:
    """Remove every second factor of an account, end its sessions and tell its owner.

    Give whether it had any.
    """
    removed, _each = Authenticator.objects.filter(user=account).delete()
    if not removed:
        return False
    end_sessions(account)
    with translation.override(account.language):
        write_letter(
            to=account.email,
            language=account.language,
            kind="account_notice",
            context={
                "notice": _("The second factor of your account was removed by our staff."),
                "reset_url": absolute(reverse("account_reset_password")),
            },
            at=at,
        )
    return True
