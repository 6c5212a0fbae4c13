"""How django-allauth meets the shop: letters through the outbox, a card for each new account."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.limits import is_familiar, one_at_a_time
from customers.models import Account
from customers.operations import end_sessions, follow_email, join_cards, open_card
from customers.signing_in import or_nobody_gets_in
from privacy.languages import readers_language
from privacy.limits import Busy, has_enough_letters, wait_out
from privacy.network import NOWHERE, client_address
from privacy.normal import normal_email
from privacy.outbox.operations import write_letter

LETTERS = {
    "account/email/email_confirmation_signup": "account_confirm",
    "account/email/email_confirmation": "account_confirm",
    "account/email/account_already_exists": "account_exists",
    "account/email/unknown_account": "account_unknown",
    "account/email/password_reset_key": "account_reset",
}

NOTICES: dict[str, str | Promise] = {
    "account/email/password_changed": _("The password of your account was changed."),
    "account/email/password_set": _("The password of your account was changed."),
    "account/email/password_reset": _("The password of your account was changed."),
    "account/email/email_changed": _("The e-mail address of your account was changed."),
    "account/email/email_deleted": _("An e-mail address was removed from your account."),
    "account/email/email_confirm": _("The e-mail address of your account was confirmed."),
    "mfa/email/totp_activated": _("An authenticator app was added to your account."),
    "mfa/email/totp_deactivated": _("The authenticator app was removed from your account."),
    "mfa/email/webauthn_added": _("A passkey was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your account."),
}

FRESH_FOR = 300
"""Seconds for which signing in, or showing a factor, need not be repeated."""


class AccountAdapter(DefaultAccountAdapter):
    """The shop's ways in place of allauth's."""

    request: HttpRequest

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give the address that limits are counted by; one word for all that cannot be told."""
        return client_address(request) or NOWHERE

    def clean_email(self, email: str) -> str:
        return normal_email(email)

    # --- Signing in

    @or_nobody_gets_in
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Ask allauth's limit, unless this person is at home at this address.

        The limit counts failures for a name from everywhere. Somebody elsewhere could use it to
        keep a person out; from a familiar address the limit of axes decides alone.
        """
        name = normal_email(credentials.get("email", ""))
        if not is_familiar(name, client_address(request)):
            super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """Check a password in its address's turn.

        :raises ValidationError: when there have been too many attempts, or are just now.
        """
        try:
            with one_at_a_time(client_address(request) or NOWHERE):
                account: Account | None = super().authenticate(request, **credentials)
        except Busy:
            raise self.validation_error("too_many_login_attempts") from None
        return account

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again before what matters, but not of somebody who has just signed in."""
        shown = get_authentication_records(self.request, self.request.user)
        if shown and time.time() - shown[-1]["at"] < FRESH_FOR:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def set_password(self, user: Account, password: str) -> None:
        """Set a password, and end every session but this one."""
        with transaction.atomic():
            super().set_password(user, password)
            here = self.request.session.session_key if self.request.user == user else None
            end_sessions(user, but=here)

    # --- Accounts and their addresses

    def save_user(
        self,
        request: HttpRequest,
        user: Account,
        form: Any,
        commit: bool = True,  # noqa: FBT001, FBT002 (allauth's signature)
    ) -> Account:
        """Make the account, and its card, in the language of the page.

        The form has hashed the password already, for a taken address as for a free one.
        """
        user.language = _language_here()
        form.cleaned_data = {"email": form.cleaned_data["email"]}
        with transaction.atomic():
            super().save_user(request, user, form, commit=False)
            user.password = form.hashed_password
            user.save()
            open_card(user, at=timezone.now())
        return user

    def respond_email_verification_sent(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Send to the page that says to look in the mailbox; after a sign-up, in the same time."""
        hashed_at = request.__dict__.get("hashed_at")
        if hashed_at is not None:
            wait_out(hashed_at)
        answer: HttpResponse = super().respond_email_verification_sent(request, user)
        return answer

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Take an address as proved: now cards that were waiting under it can be joined."""
        try:
            with transaction.atomic():
                if not super().confirm_email(request, email_address):
                    return False
                account = Account.objects.get(pk=email_address.user_id)
                follow_email(account)
                join_cards(account)
        except IntegrityError:
            # Another account, not yet proved, holds the address.
            self.add_message(
                request, messages.ERROR, "account/messages/email_confirmation_failed.txt"
            )
            return False
        return True

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Keep the account's own address: another, unproved one would take its place."""
        is_own = email_address.email == Account.objects.get(pk=email_address.user_id).email
        return not is_own and bool(super().can_delete_email(email_address))

    # --- Letters

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, token = key.partition("-")
        return address_in_letter(
            self.request, "account_reset_password_from_key", uidb36=uid, key=token
        )

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return address_in_letter(request, "account_confirm_email", key=emailconfirmation.key)

    def send_password_reset_mail(self, user: Account, email: str, context: dict[str, Any]) -> None:
        """Send the link to the stored address, whatever was typed."""
        super().send_password_reset_mail(user, user.email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the letter into the outbox, in the language of its reader.

        What a stranger can cause is held to three letters an hour for an address; what tells the
        owner of a change is always sent.
        """
        at = timezone.now()
        account = context.get("user")
        language = account.language if isinstance(account, Account) else _language_here()
        kind = LETTERS.get(template_prefix, "account_notice")
        with transaction.atomic(), translation.override(language):
            if kind != "account_notice" and has_enough_letters(email, at=at):
                return
            write_letter(
                to=email,
                language=language,
                kind=kind,
                context=self._said(template_prefix, context),
                at=at,
            )

    def _said(self, template_prefix: str, context: dict[str, Any]) -> dict[str, object]:
        """Give what letters say: addresses made anew, since the reader's language may be other."""
        request = self.request
        said: dict[str, object] = {"notice": NOTICES.get(template_prefix, "")}
        if "uid" in context:
            said["url"] = self.get_reset_password_from_key_url(f"{context['uid']}-{context['key']}")
        elif "key" in context:
            said["url"] = address_in_letter(request, "account_confirm_email", key=context["key"])
        said["reset_url"] = address_in_letter(request, "account_reset_password")
        said["sign_up_url"] = address_in_letter(request, "account_signup")
        return said

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Account,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner of a change, without the network address and browser allauth would add."""
        if template_prefix not in self._told_already():
            self.send_mail(template_prefix, email or user.email, {"user": user})

    def tell_now(self, template_prefix: str, user: Account) -> None:
        """Tell of a change in its own transaction; allauth would do so after it, and is let be."""
        self.send_notification_mail(template_prefix, user)
        self._told_already().add(template_prefix)

    def _told_already(self) -> set[str]:
        told: set[str] = self.request.__dict__.setdefault("told_already", set())
        return told


def _language_here() -> str:
    return readers_language()


def address_in_letter(request: HttpRequest, name: str, **parts: str) -> str:
    """Give the full address of a page for a letter.

    The shop's own setting says where it lives; a request may name another host.
    """
    path = reverse(name, kwargs=parts)
    if settings.SITE_ADDRESS:
        return f"{settings.SITE_ADDRESS}{path}"
    return request.build_absolute_uri(path)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The shop's ways with second factors."""

    def get_totp_issuer(self) -> str:
        return str(settings.CONTROLLER["name"])

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        super().send_notification_mail(*args, **kwargs)
