"""What is typed at the shop's door: allauth's forms, with one normal form of e-mail addresses.

Every guess, of a password or of a second factor, is checked in its address's turn, after axes has
been asked, and is counted when it is wrong.
"""

import time
from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.mfa.webauthn.internal.auth import extract_user_from_response
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from customers.limits import one_at_a_time
from customers.models import Account
from customers.signing_in import record_failure
from privacy.email_field import TypedEmailField
from privacy.limits import Busy, wait_out
from privacy.network import NOWHERE, client_address

SHORTEST_PASSWORD = settings.SHORTEST_PASSWORD
LONGEST_PASSWORD = 256
"""Longer than any sentence somebody would type, and short enough to be checked at once."""


def _plain_passwords(form: forms.Form) -> None:
    """Refuse endless passwords before they are worked on, and say beforehand what is asked.

    The words inside the boxes go: they vanish when somebody types, and are no labels.
    """
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        if isinstance(field.widget, forms.PasswordInput) and isinstance(field, forms.CharField):
            field.validators.append(_not_endless)
    if "password1" in form.fields:
        form.fields["password1"].help_text = render_to_string(
            "partials/password_rules.html",
            {"least": SHORTEST_PASSWORD, "most": LONGEST_PASSWORD},
        )


def _not_endless(password: str) -> None:
    if len(password) > LONGEST_PASSWORD:
        raise ValidationError(
            _("The password can be at most %(most)s characters."),
            params={"most": LONGEST_PASSWORD},
        )


LOGGED = (
    "axes.AccessLog.username",
    "axes.AccessLog.ip_address",
    "axes.AccessLog.attempt_time",
    "axes.AccessFailureLog.attempt_time",
)
"""What a sign-in leaves behind, for the notice beside the form."""


class SignInForm(account_forms.LoginForm):
    """E-mail address and password."""

    told_of = LOGGED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = TypedEmailField(autocomplete="username")
        self.fields["password"].help_text = ""
        _plain_passwords(self)


class SignUpForm(account_forms.SignupForm):
    """E-mail address and a password; everything else can be told later, or never."""

    told_of = (
        "customers.Account.email",
        "customers.Account.password",
        "customers.Account.created_at",
        "customers.Customer.email",
        *LOGGED,
    )

    account_already_exists: bool
    hashed_password: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = TypedEmailField(
            help_text=_("We send a link there, to know that the address is yours.")
        )
        self.order_fields(["email", "password1", "password2"])
        _plain_passwords(self)

    def try_save(self, request: HttpRequest) -> tuple[Account | None, HttpResponse | None]:
        """Make account and card at once or not at all; somebody else's address stays theirs.

        A taken address costs as much time as a free one and gets the same answer: a letter tells
        its owner. Two sign-ups at once with one address end as one account as well.
        """
        self.hashed_password = make_password(self.cleaned_data["password1"])
        request.__dict__["hashed_at"] = time.monotonic()
        if self.account_already_exists:
            return self._answer(request)
        try:
            with transaction.atomic():
                return self._answer(request)
        except IntegrityError:
            self.account_already_exists = True
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> tuple[Account | None, HttpResponse | None]:
        answer: tuple[Account | None, HttpResponse | None] = super().try_save(request)
        return answer


class ResetPasswordForm(account_forms.ResetPasswordForm):
    """The e-mail address of whoever has forgotten the password."""

    told_of = ("privacy.Letter.to",)

    email = TypedEmailField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.began = time.monotonic()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Write the one letter or the other, in the same time."""
        email = str(super().save(request, **kwargs))
        wait_out(self.began)
        return email


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    """A new password, from somebody who has shown the link that was mailed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_passwords(self)

    def save(self) -> None:
        """Set the password and forget the failures: the mailbox has proved who this is."""
        with transaction.atomic():
            super().save()
            AxesProxyHandler.reset_attempts(username=self.user.email)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """The old password and a new one; guessing at the old one is a failed sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""
        _plain_passwords(self)

    def clean_oldpassword(self) -> str:
        typed = str(self.cleaned_data["oldpassword"])
        if not get_adapter().reauthenticate(self.user, typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed


class SetPasswordForm(account_forms.SetPasswordForm):
    """A first password for an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_passwords(self)


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        _plain_passwords(self)


class ChangeEmailForm(account_forms.AddEmailForm):
    """The address that is to become the account's, once its link has been followed."""

    told_of = ("account.EmailAddress.email", "customers.Account.email", "customers.Customer.email")

    email = TypedEmailField(label=_("New e-mail address"))

    def save(self, request: HttpRequest) -> EmailAddress:
        """Write to the new address; it takes the place of another that was waiting.

        Allauth takes whatever is not proved for what was asked for last, also the account's own
        address, and would leave the account without any.
        """
        with transaction.atomic():
            account = Account.objects.select_for_update(no_key=True).get(pk=self.user.pk)
            unproved = EmailAddress.objects.filter(user=account, verified=False)
            unproved.exclude(email=account.email).delete()
            asked = EmailAddress.objects.create(user=account, email=self.cleaned_data["email"])
        send_verification_email_to_address(request, asked)
        return asked


class _Guess(forms.Form):
    """A second factor or passkey: asked of axes before, told to axes after."""

    request: HttpRequest

    def guess(self, account: Account, check: Any) -> Any:
        """Check in turn, or refuse; whatever is wrong is a failed sign-in.

        :raises ValidationError: when it is wrong, or may not be tried now.
        """
        request = get_adapter().request
        try:
            with one_at_a_time(client_address(request) or NOWHERE):
                found, trouble = self._checked(request, account, check)
                if trouble is not None:
                    record_failure(request, account)
        except Busy:
            raise get_adapter().validation_error("too_many_login_attempts") from None
        if trouble is not None:
            raise trouble
        return found

    def _checked(
        self, request: HttpRequest, account: Account, check: Any
    ) -> tuple[Any, ValidationError | None]:
        if not AxesProxyHandler.is_allowed(request, {"username": account.email}):
            request.__dict__["sign_in_was_refused"] = True
            return None, get_adapter().validation_error("too_many_login_attempts")
        try:
            return check(), None
        except ValidationError as trouble:
            return None, trouble


class SecondFactorForm(_Guess, mfa_forms.AuthenticateForm):
    """A code of the authenticator app, or a recovery code, after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_code(self)

    def clean_code(self) -> str:
        return str(self.guess(self.user, super().clean_code))


class SecondFactorAgainForm(_Guess, mfa_forms.ReauthenticateForm):
    """A code once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_code(self)

    def clean_code(self) -> str:
        return str(self.guess(self.user, super().clean_code))


def _plain_code(form: forms.Form) -> None:
    code = form.fields["code"]
    code.widget.attrs.pop("placeholder", None)
    code.widget.attrs.update(inputmode="numeric", maxlength=20)
    if isinstance(code, forms.CharField):
        code.max_length = 20


class NewPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A passkey or security key, and what its owner calls it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    """What a passkey or security key is called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


class PasskeyForm(_Guess, webauthn_forms.AuthenticateWebAuthnForm):
    """A passkey or security key, after the password."""

    def clean_credential(self) -> Any:
        _as_dict(self.cleaned_data["credential"])
        return self.guess(self.user, super().clean_credential)


class PasskeyAgainForm(_Guess, webauthn_forms.ReauthenticateWebAuthnForm):
    """A passkey once more, before something that matters."""

    def clean_credential(self) -> Any:
        _as_dict(self.cleaned_data["credential"])
        return self.guess(self.user, super().clean_credential)


class PasskeySignInForm(_Guess, webauthn_forms.LoginWebAuthnForm):
    """A passkey instead of a password.

    Whose it claims to be is read from what was sent; a wrong one counts against that name at this
    address, and so cannot lock anybody out elsewhere.
    """

    def clean_credential(self) -> Any:
        claimed = extract_user_from_response(_as_dict(self.cleaned_data["credential"]))
        return self.guess(claimed, super().clean_credential)


def _as_dict(credential: object) -> dict[str, Any]:
    if isinstance(credential, dict) and isinstance(credential.get("response", {}), dict):
        return credential
    raise get_adapter().validation_error("incorrect_code")
