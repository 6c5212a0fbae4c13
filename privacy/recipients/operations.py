"""Tell those who received somebody's data what has to be done with them (Article 19)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import pgettext_lazy

from privacy.egress.models import Transfer
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter
from privacy.processors.models import Processor
from privacy.recipients.models import RecipientNotice
from privacy.registry import registry
from privacy.subject import Rows
from privacy.ways import ways

LETTER = "recipient_told"
THEIR_LANGUAGE = {"FI": "fi", "SE": "sv"}

name_letters(
    {
        LETTER: pgettext_lazy("letter", "notice to a recipient of data"),
    }
)


@transaction.atomic
def tell_recipients(*, rows: Rows, kind: RecipientNotice.Kind, at: datetime) -> list[Processor]:
    """Write to everybody who received any of these rows, and say who that is.

    The notices belong into the transaction that erases, corrects or restricts; the letters leave
    after it. A notice holds the recipient's own reference and nothing of the person.

    :param rows: a person's rows, as `rows_of` finds them; the transfers among them are followed.
    """
    keys = rows.get(registry[Transfer], [])
    return _tell(Transfer.objects.filter(pk__in=keys), kind, at)


@transaction.atomic
def tell_recipients_about(
    *, numbers: Iterable[UUID], kind: RecipientNotice.Kind, at: datetime
) -> list[Processor]:
    """Do the same for single rows, such as an order that was held and is let go only now."""
    return _tell(Transfer.objects.filter(about__in=list(numbers)), kind, at)


def _tell(
    transfers: "QuerySet[Transfer]", kind: RecipientNotice.Kind, at: datetime
) -> list[Processor]:
    told = [name for name, way in ways.items() if way.is_told]
    received: dict[Processor, list[str]] = defaultdict(list)
    for transfer in transfers.filter(way__in=told).select_related("processor").order_by("at"):
        if transfer.reference not in received[transfer.processor]:
            received[transfer.processor].append(transfer.reference)
    for processor, references in received.items():
        letter = _write(processor, kind, references, at)
        RecipientNotice.objects.bulk_create(
            RecipientNotice(
                processor=processor, kind=kind, reference=each, written_at=at, letter=letter
            )
            for each in references
        )
    return list(received)


def _write(
    processor: Processor, kind: RecipientNotice.Kind, references: list[str], at: datetime
) -> Letter | None:
    """Write one letter for all references; whoever has no address is told by hand."""
    if not processor.erasure_email:
        return None
    return write_letter(
        to=processor.erasure_email,
        language=THEIR_LANGUAGE.get(processor.country, "en"),
        kind=LETTER,
        context={
            "wanted": kind.value,
            "references": references,
            "how": processor.erasure_how,
            "agreement": processor.agreement,
        },
        at=at,
        reply_to=settings.CONTROLLER["contact_email"],
    )


def note_sent() -> int:
    """Note of each notice when the mail server took its letter."""
    left = Letter.objects.filter(pk=OuterRef("letter")).values("sent_at")
    unnoted = RecipientNotice.objects.filter(sent_at=None, letter__sent_at__isnull=False)
    return unnoted.update(sent_at=Subquery(left))


@transaction.atomic
def acknowledge(*, notices: Iterable[UUID], at: datetime) -> int:
    """Note that recipients have confirmed; what is confirmed already stays as it was."""
    chosen = RecipientNotice.objects.filter(pk__in=list(notices))
    return chosen.unanswered().update(acknowledged_at=at)


def recipients_are_silent(*, at: datetime) -> bool:
    """Tell whether some recipient has not confirmed in time."""
    return RecipientNotice.objects.overdue(at).exists()
