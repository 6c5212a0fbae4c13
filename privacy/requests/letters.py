"""The letters of a request: the link, the receipt, the extension and the answer."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter
from privacy.requests.asker import Recipient, recipient_of
from privacy.requests.models import Request
from privacy.requests.remedies import remedies

SALT = "privacy.requests"
LINK = "request_link"
RECEIVED = "request_received"

name_letters(
    {
        LINK: pgettext_lazy("letter", "confirm a request about data"),
        RECEIVED: pgettext_lazy("letter", "the request about data has been received"),
        "request_extended": pgettext_lazy("letter", "the request about data takes more time"),
        "request_answer": pgettext_lazy("letter", "answer to a request about data"),
        "request_alarm": pgettext_lazy("letter", "alarm: a request about data"),
    }
)


def key_of(asked: Request) -> str:
    """Sign the address at which a request is confirmed."""
    return signing.dumps(str(asked.pk), salt=SALT)


def write_link(asked: Request, *, at: datetime) -> Letter:
    """Send the link by which it is proved that the asker reads the mailbox."""
    with translation.override(asked.language):
        url = absolute(reverse("privacy:request-confirm", args=[key_of(asked)]))
    return _write(asked, recipient_of(asked), LINK, {"url": url}, at=at)


def write_received(asked: Request, *, at: datetime) -> Letter:
    """Tell that a request has come, and by when it is answered."""
    return _write(asked, recipient_of(asked), RECEIVED, {}, at=at)


def write_extended(asked: Request, *, at: datetime) -> Letter:
    """Tell that more time is needed, and why (Article 12(3))."""
    said: dict[str, object] = {"remedies": remedies(asked.language)}
    return _write(asked, recipient_of(asked), "request_extended", said, at=at)


def write_answer(asked: Request, to: Recipient, *, at: datetime, **said: object) -> Letter:
    """Write the answer in the person's language; it is destroyed once the mail server has it.

    Without an e-mail address it lies in the mailbox, to be printed and posted.
    """
    return _write(asked, to, "request_answer", said, at=at)


def write_alarm(asked: Request, *, percent: int, at: datetime) -> Letter:
    """Remind the contact person of a request whose time is running out."""
    return write_letter(
        to=settings.CONTROLLER["contact_email"],
        language=settings.LANGUAGE_CODE,
        kind="request_alarm",
        context={
            "asked": asked,
            "percent": percent,
            "url": absolute(reverse("admin:privacy_request_change", args=[asked.pk])),
        },
        at=at,
    )


def _write(
    asked: Request, to: Recipient, kind: str, said: dict[str, object], *, at: datetime
) -> Letter:
    return write_letter(
        to=to.email,
        language=to.language,
        kind=kind,
        context={"asked": asked, "recipient": to, **said},
        address=to.address if to.is_by_post else "",
        at=at,
        reply_to=settings.CONTROLLER["contact_email"],
        about=None if kind == "request_answer" else asked.pk,
        is_answer=kind == "request_answer",
    )
