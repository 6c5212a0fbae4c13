"""Sign-in and security: how somebody signs in, where they are signed in, and who has tried."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from customers.models import Account
from customers.open_sessions import (
    end_other_sessions,
    end_session,
    latest_attempts,
    open_sessions,
)
from customers.own_data import account_or_404

OTHERS = "others"


@require_safe
@login_required
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """Show how whoever is signed in gets in, and every open session."""
    account = account_or_404(request)
    sessions = open_sessions(account, here=request.session.session_key, at=timezone.now())
    context = {
        **factors_of(account),
        "sessions": sessions,
        "others": [each for each in sessions if not each.is_this],
        "attempts": latest_attempts(account),
    }
    return render(request, "customers/security.html", context)


@require_POST
@login_required
@never_cache
def end(request: HttpRequest) -> HttpResponse:
    """End one session or all others; a foreign one is as unknown as none at all.

    Nobody is asked for the password here: who has seen a stranger in the list is in a hurry.
    """
    account, at = account_or_404(request), timezone.now()
    handle = request.POST.get("session", "")
    if handle == OTHERS:
        count = end_other_sessions(account, here=request.session.session_key, at=at)
        messages.success(
            request,
            ngettext(
                "%(count)s other session was ended.", "%(count)s other sessions were ended.", count
            )
            % {"count": count},
        )
    elif end_session(account, handle=handle, at=at):
        messages.success(request, _("The session was ended."))
    else:
        messages.info(request, _("That session had ended already."))
    return redirect("customers:security")


def factors_of(account: Account) -> dict[str, object]:
    """Tell which second factors somebody has: the app, and how many passkeys."""
    kinds = list(Authenticator.objects.filter(user=account).values_list("type", flat=True))
    return {
        "has_app": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_second_factor": bool(
            {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN} & set(kinds)
        ),
    }
