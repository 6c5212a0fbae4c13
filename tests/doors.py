"""Ways through the shop's door, for tests that are about what lies behind it."""

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from customers.grants.operations import acknowledge
from customers.models import Account, Customer
from soluto_shop.staff_groups import ensure_groups
from tests.factories import StaffFactory, give_access

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def let_in(client: Client, account: Account, *, as_granted: bool = True) -> Client:
    """Sign somebody in without the door's questions; staff come with a second factor shown.

    Groups and permissions that the test wrote on a staff account are granted first, and
    confidentiality is promised; not so with `as_granted=False`.
    """
    client.force_login(account, backend=BACKEND)
    if account.is_staff:
        if as_granted:
            grant_what_is_written(account)
            acknowledge(account=account, at=timezone.now())
        give_app(account)
        _show(client, account, "mfa")
    return client


def seated_as(role: str, **facts: Any) -> Client:
    """Give the browser of somebody of the staff who has this role, and no other."""
    ensure_groups()
    return let_in(Client(), StaffFactory.create(is_superuser=False, role=role, **facts))


def seen_by(card: Customer) -> Client:
    """Give the browser of a customer who is signed in."""
    assert card.account is not None
    return let_in(Client(), card.account)


def lift_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let forms at the door be sent as often as a test wants."""
    monkeypatch.setattr("allauth.core.internal.ratelimit.get_rates", lambda **_kwargs: [])


def grant_what_is_written(account: Account) -> None:
    """Turn an account's groups and own permissions, which give nothing, into running grants."""
    known = set(account.grants.values_list("role__name", flat=True))
    for group in account.groups.exclude(name__in=known):
        give_access(account, group.name)
    own = account.user_permissions.all()
    if own:
        grant = account.grants.filter(role__name=f"own {account.pk}").first()
        role = grant.role if grant else give_access(account, f"own {account.pk}").role
        role.permissions.set(own)


def let_in_just_now(client: Client, account: Account) -> Client:
    """Sign somebody in as if the password had been written a moment ago."""
    let_in(client, account)
    _show(client, account, "password")
    return client


def _show(client: Client, account: Account, method: str) -> None:
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": time.time()}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()


def give_app(account: Account) -> str:
    """Give an account an authenticator app, and the test its secret."""
    secret = str(generate_totp_secret())
    TOTP.activate(account, secret)
    return secret


def code_of(secret: str, *, steps: int = 0) -> str:
    """Give the code that the app shows now, or some half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def prove_email(account: Account) -> EmailAddress:
    """Let an account's e-mail address count as proved."""
    return EmailAddress.objects.create(
        user=account, email=account.email, verified=True, primary=True
    )


def give_passkey(account: Account, name: str = "Avain") -> Authenticator:
    """Give an account a passkey that was registered, though no device has it."""
    key = ES256({1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\2" * 32})
    credential = AttestedCredentialData.create(b"\0" * 16, account.pk.bytes, key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    shown = AttestationObject.create(
        "none", AuthenticatorData.create(b"\0" * 32, flags, 0, credential), {}
    )
    said = {
        "id": websafe_encode(account.pk.bytes),
        "rawId": websafe_encode(account.pk.bytes),
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": websafe_encode(
                b'{"type":"webauthn.create","challenge":"AA","origin":"http://testserver"}'
            ),
            "attestationObject": websafe_encode(bytes(shown)),
        },
    }
    return Authenticator.objects.create(
        user=account, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": said}
    )
