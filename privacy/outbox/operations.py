"""Write a letter inside the transaction that it tells of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from privacy.normal import normal_email
from privacy.outbox.enclosures import Enclosure, packed
from privacy.outbox.models import Letter
from privacy.outbox.tasks import send_letter

Context = dict[str, object]


class NotByPost(Exception):
    """The letter does not wait to be posted."""


def write_letter(
    *,
    to: str,
    language: str,
    kind: str,
    context: Context,
    at: datetime,
    reply_to: str = "",
    about: UUID | None = None,
    is_answer: bool = False,
    address: str = "",
    enclosures: Iterable[Enclosure] = (),
    to_enclose: str = "",
    consent: UUID | None = None,
    unsubscribe: str = "",
) -> Letter:
    """Write the letter `mail/<kind>.*` in the person's language, and queue it.

    :param about: the order or card it tells of, so that it is forgotten with its person.
    :param is_answer: it answers a request, and is destroyed as soon as it has left.
    :param address: where it is posted to, if there is no e-mail address.
    :param enclosures: files that go with it, and are forgotten with it.
    :param to_enclose: what the worker is to make and enclose before it leaves.
    :param consent: what the person has consented to; without that it does not leave any more.
    :param unsubscribe: the address that ends the consent, for the letter's head.

    Three templates make a letter: `<kind>.subject.txt`, `<kind>.txt` and `<kind>.html`. The job
    is queued in the caller's transaction: no letter leaves for what did not happen.
    """
    said = compose(kind, language=language, context=context)
    return post(
        to=to,
        language=language,
        kind=kind,
        subject=said.subject,
        text=said.text,
        html=said.html,
        at=at,
        reply_to=reply_to,
        about=about,
        is_answer=is_answer,
        address=address,
        enclosures=enclosures,
        to_enclose=to_enclose,
        consent=consent,
        unsubscribe=unsubscribe,
    )


@dataclass(frozen=True)
class Composed:
    """The words of a letter."""

    subject: str
    text: str
    html: str


def compose(kind: str, *, language: str, context: Context) -> Composed:
    """Put the words of a letter together in one language; nothing is written down or sent."""
    with translation.override(language):
        said = {"controller": settings.CONTROLLER, **context, "language": language}
        subject = " ".join(render_to_string(f"mail/{kind}.subject.txt", said).split())
        said["subject"] = subject
        text = render_to_string(f"mail/{kind}.txt", said)
        html = render_to_string(f"mail/{kind}.html", said)
    return Composed(subject, text, html)


def post(
    *,
    to: str,
    language: str,
    kind: str,
    subject: str,
    text: str,
    at: datetime,
    html: str = "",
    reply_to: str = "",
    about: UUID | None = None,
    is_answer: bool = False,
    address: str = "",
    enclosures: Iterable[Enclosure] = (),
    to_enclose: str = "",
    consent: UUID | None = None,
    unsubscribe: str = "",
) -> Letter:
    """Put a finished letter into the outbox, and queue it.

    Without an e-mail address it is not queued: it waits there to be printed and posted.
    """
    letter = Letter.objects.create(
        to=normal_email(to),
        by_post=not normal_email(to),
        address=address,
        about=about,
        is_answer=is_answer,
        language=language,
        kind=kind,
        subject=subject[:200],
        text=text,
        html=html,
        attached=packed(enclosures),
        to_enclose=to_enclose,
        consent_id=consent,
        unsubscribe=unsubscribe,
        reply_to=reply_to,
        created_at=at,
    )
    if not letter.by_post:
        send_letter.defer(letter_id=str(letter.pk))
    return letter


@transaction.atomic
def destroy_posted(letter: Letter) -> None:
    """Destroy a letter that has been printed and posted.

    :raises NotByPost: when it goes by mail, or somebody has posted it in the meantime.
    """
    found = Letter.objects.to_be_posted().select_for_update().filter(pk=letter.pk).first()
    if found is None:
        raise NotByPost
    found.delete()
