"""Signed addresses: the link that confirms a consent, and the page that ends one without sign-in.

They name nobody: a number stands in them, and who has it may do no more than these two things.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.urls import reverse
from django.utils import translation

from privacy.consents.models import AskedConsent, Consent
from privacy.outbox.addresses import absolute

ASKED, GIVEN = "privacy.consents.asked", "privacy.consents.given"
LINK_LASTS = timedelta(hours=24)


def confirm_address(asked: AskedConsent) -> str:
    """Give the whole address of the page on which a consent is confirmed."""
    with translation.override(asked.language):
        key = signing.dumps(str(asked.pk), salt=ASKED)
        return absolute(reverse("privacy:consent-confirm", args=[key]))


def key_of(consent: Consent) -> str:
    """Sign the address at which a consent is ended; it works for as long as the consent stands."""
    return signing.dumps(str(consent.pk), salt=GIVEN)


def end_address(consent: Consent, language: str) -> str:
    """Give the whole address of the page on which a consent is ended."""
    with translation.override(language):
        return absolute(reverse("privacy:consent", args=[key_of(consent)]))


def asked_behind(key: str, *, at: datetime) -> AskedConsent | None:
    """Find what a link of today confirms."""
    try:
        pk = signing.loads(key, salt=ASKED)
    except signing.BadSignature:
        return None
    return AskedConsent.objects.filter(pk=pk, asked_at__gt=at - LINK_LASTS).first()


def confirmed_behind(key: str) -> Consent | None:
    """Find the consent that a link has led to: who clicks twice gets the same twice."""
    try:
        pk = signing.loads(key, salt=ASKED)
    except signing.BadSignature:
        return None
    return Consent.objects.filter(pk=pk).first()


def consent_behind(key: str) -> Consent | None:
    """Find the consent that an address ends."""
    try:
        pk = signing.loads(key, salt=GIVEN)
    except signing.BadSignature:
        return None
    return Consent.objects.filter(pk=pk).first()
