"""The worker's part of the post."""

import smtplib
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from privacy.outbox.jobs import PATIENTLY, app
from privacy.outbox.models import Letter


@app.task(queue="mail", retry=PATIENTLY)
def send_letter(letter_id: str) -> None:
    """Hand one letter to the mail server; a letter that is gone or has left is passed over.

    :raises OSError: when the server cannot be reached or refuses; the queue tries again.
    """
    trouble: OSError | None = None
    with transaction.atomic():
        letter = Letter.objects.waiting().select_for_update().filter(pk=letter_id).first()
        if letter is None:
            return
        letter.attempts += 1
        try:
            _deliver(letter, at=timezone.now())
        except (smtplib.SMTPException, OSError) as refusal:
            trouble = refusal
            letter.last_trouble = type(refusal).__name__
        if letter.is_answer and letter.sent_at and not letter.stayed_here:
            letter.delete()
        else:
            letter.save()
    if trouble is not None:
        raise trouble


def _deliver(letter: Letter, *, at: datetime) -> None:
    if settings.LETTERS_STAY_HERE:
        letter.stayed_here = True
    else:
        _message(letter).send()
    letter.sent_at = at
    letter.last_trouble = ""


def _message(letter: Letter) -> EmailMultiAlternatives:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        # The same letter keeps its name, so that one handed over twice can be told.
        headers={"Message-ID": f"<{letter.pk}@{domain}>", "Content-Language": letter.language},
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message
