"""The worker's part of the post."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone

from privacy.egress.door import LinesMissing, NotRegistered, Parcel, Refused, hand_over, refusal
from privacy.outbox.enclosures import made_by, packed, unpacked
from privacy.outbox.jobs import PATIENTLY, app
from privacy.outbox.leaving import tell_that_it_left
from privacy.outbox.models import Letter
from privacy.outbox.one_click import way_out
from privacy.registry import Line, Role
from privacy.ways import Way, open_way

_TOLD = (
    Line.COMPANY_NAME,
    Line.COMPANY_ADDRESS,
    Line.NAME,
    Line.ADDRESS,
    Line.EMAIL,
    Line.ORDERS,
    Line.PAYMENT,
)
LETTERS = open_way(
    Way(
        name="letters",
        role=Role.MAIL,
        fields={
            "to": (Line.EMAIL,),
            "reply_to": (Line.EMAIL,),
            # A confirmation repeats all that was agreed, so that no form can be changed after it.
            "subject": (Line.ORDERS,),
            "text": _TOLD,
            "html": _TOLD,
            "attached": _TOLD,
            "language": (),
            "number": (),
            "unsubscribe": (),
        },
        timeout=10,
        remembered_days=settings.KEEP_LETTERS_DAYS,
        # A mail service passes letters on and keeps no more than its log, for so many days; what
        # it could be told would be another letter through it, about a letter it no longer has.
        is_told=False,
    )
)
SHUT = (NotRegistered.code, LinesMissing.code)
"""Troubles that end when the processors register is put right."""
MOST_AT_ONCE = 500


@app.task(queue="mail", retry=PATIENTLY)
def send_letter(letter_id: str) -> None:
    """Hand one letter to the mail server; a letter that is gone or has left is passed over.

    While the register does not let it leave it waits, and is queued again when it does.

    :raises OSError: when the server cannot be reached or refuses; the queue tries again.
    """
    _enclose(letter_id)
    trouble = _send(letter_id)
    if trouble is not None:
        raise trouble
    tell_that_it_left(letter_id)


@transaction.atomic
def _send(letter_id: str) -> OSError | None:
    """Hand a letter over, and give what the server said against it."""
    trouble: OSError | None = None
    letter = Letter.objects.waiting().select_for_update().filter(pk=letter_id).first()
    if letter is None:
        return None
    if letter.consent is not None and not letter.consent.is_in_use(timezone.now()):
        letter.delete()  # taken back since it was written
        return None
    letter.attempts += 1
    try:
        _deliver(letter, at=timezone.now())
    except Refused as shut:
        letter.last_trouble = shut.code
    except OSError as failure:
        trouble = failure
        letter.last_trouble = type(failure).__name__
    if letter.is_answer and letter.sent_at and not letter.stayed_here:
        letter.delete()
    else:
        letter.save()
    return trouble


@transaction.atomic
def _enclose(letter_id: str) -> None:
    """Make what goes with a letter, once; it stays made when the mail server is away.

    A worker that dies here leaves the letter as it was, and the job makes it anew.
    """
    incomplete = Letter.objects.waiting().exclude(to_enclose="")
    letter = incomplete.select_for_update().filter(pk=letter_id).first()
    if letter is None:
        return
    letter.attached = packed(made_by(letter.to_enclose, about=letter.about))
    letter.to_enclose = ""
    letter.save(update_fields=["attached", "to_enclose"])


def _deliver(letter: Letter, *, at: datetime) -> None:
    if settings.LETTERS_STAY_HERE:
        letter.stayed_here = True
    else:
        hand_over(
            way=LETTERS,
            host=settings.EMAIL_HOST,
            fields={
                "to": letter.to,
                "reply_to": letter.reply_to,
                "subject": letter.subject,
                "text": letter.text,
                "html": letter.html,
                "attached": letter.attached,
                "language": letter.language,
                "number": str(letter.pk),
                "unsubscribe": letter.unsubscribe,
            },
            about=letter.about or letter.pk,
            at=at,
            carry=_carry,
        )
    letter.sent_at = at
    letter.last_trouble = ""


def _carry(parcel: Parcel) -> str:
    """Hand a letter to the mail server; its reference is the name that the letter bears."""
    said = {name: str(value) for name, value in parcel.fields.items()}
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    # The same letter keeps its name, so that one handed over twice can be told.
    name = f"<{said['number']}@{domain}>"
    message = EmailMultiAlternatives(
        subject=said["subject"],
        body=said["text"],
        to=[said["to"]],
        reply_to=[said["reply_to"]] if said["reply_to"] else None,
        headers={
            "Message-ID": name,
            "Content-Language": said["language"],
            **way_out(said["unsubscribe"]),
        },
        connection=get_connection(timeout=parcel.timeout),
    )
    if said["html"]:
        message.attach_alternative(said["html"], "text/html")
    for file in unpacked(said["attached"]):
        message.attach(file.name, file.content, file.kind)
    message.send()
    return name


def why_letters_stay(*, at: datetime) -> str:
    """Say, as a code, why no letter may leave now; nothing when letters may."""
    if settings.LETTERS_STAY_HERE:
        return ""
    return refusal(LETTERS, settings.EMAIL_HOST, at=at)


@transaction.atomic
def let_go(*, at: datetime) -> int:
    """Queue the letters again that waited for the register, once it lets them leave."""
    if why_letters_stay(at=at):
        return 0
    waiting = Letter.objects.waiting().filter(last_trouble__in=SHUT)
    keys = list(
        waiting.order_by("created_at")
        .select_for_update(skip_locked=True)
        .values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    Letter.objects.filter(pk__in=keys).update(last_trouble="")
    for key in keys:
        send_letter.defer(letter_id=str(key))
    return len(keys)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="let_letters_go")
def let_letters_go(timestamp: int) -> None:
    """Look each minute whether letters that waited for the register may leave."""
    let_go(at=timezone.now())
