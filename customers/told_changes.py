"""Changes to how somebody signs in: each is one transaction with the letter that tells of it.

Allauth writes some of these letters after the change and others after the commit. A shop that is
stopped in between would have changed an account without its owner ever hearing of it.
"""

from typing import Any

from allauth.account import views as door
from allauth.account.adapter import get_adapter
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.db import transaction
from django.http import HttpResponse
from django.views.generic import FormView


class _ToldAtOnce(FormView[Any]):
    """Write the letter in the transaction of the change, in place of after it."""

    notice = ""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            get_adapter(self.request).tell_now(self.notice, self.request.user)
            return super().form_valid(form)


class _AddApp(_ToldAtOnce, totp.ActivateTOTPView):
    notice = "mfa/email/totp_activated"


class _NewRecoveryCodes(_ToldAtOnce, GenerateRecoveryCodesView):
    notice = "mfa/email/recovery_codes_generated"


add_app = _AddApp.as_view()
new_recovery_codes = _NewRecoveryCodes.as_view()
remove_app = transaction.atomic(totp.deactivate_totp)
add_passkey = transaction.atomic(passkeys.add_webauthn)
remove_passkey = transaction.atomic(passkeys.remove_webauthn)
change_email = transaction.atomic(door.email)
change_password = transaction.atomic(door.password_change)
set_password = transaction.atomic(door.password_set)
