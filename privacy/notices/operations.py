"""Tell people that others gave us their data: by letter, in time, and once."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import pgettext_lazy

from privacy.notices.letter import notes_about, notice_of
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter
from privacy.provenance.models import SourceNotice

KIND = "source_notice"
BATCH = 100

name_letters(
    {
        KIND: pgettext_lazy("letter", "where data came from"),
    }
)


class ToldAlready(Exception):
    """The person has been told, or is no longer in the register."""


class NoAddress(Exception):
    """The card has no e-mail address: the person is to be told otherwise."""


@transaction.atomic
def tell_by_letter(
    notice: SourceNotice, *, at: datetime, by: AbstractBaseUser | None = None
) -> Letter:
    """Write to the person, in their language, where their data came from.

    :raises ToldAlready: when somebody did it meanwhile.
    :raises NoAddress: when there is no e-mail address to write to.
    """
    notice = _owed(notice)
    card = notice.card
    if not card.email:
        raise NoAddress
    with translation.override(card.language):
        told = notice_of(notes_about(notice))
    _close(notice, SourceNotice.How.LETTER, at=at, by=by)
    return write_letter(
        to=card.email,
        language=card.language,
        kind=KIND,
        context={"told": told},
        at=at,
        reply_to=settings.CONTROLLER["contact_email"],
        about=card.pk,
    )


@transaction.atomic
def note_told_otherwise(notice: SourceNotice, *, at: datetime, by: AbstractBaseUser) -> None:
    """Note that the person was told on paper or by word.

    :raises ToldAlready: when somebody did it meanwhile.
    """
    _close(_owed(notice), SourceNotice.How.OTHERWISE, at=at, by=by)


def _owed(notice: SourceNotice) -> SourceNotice:
    owed = SourceNotice.objects.owed().select_for_update(of=("self",)).select_related("card")
    found = owed.filter(pk=notice.pk).first()
    if found is None:
        raise ToldAlready
    return found


def _close(
    notice: SourceNotice, how: SourceNotice.How, *, at: datetime, by: AbstractBaseUser | None
) -> None:
    notice.done_at, notice.done_how = at, how
    notice.done_by_id = by.pk if by else None
    notice.save(update_fields=["done_at", "done_how", "done_by"])


def tell_those_written_to(*, at: datetime) -> int:
    """Tell those who have had another letter since, for then the month is over (14(3)(b))."""
    written = Letter.objects.filter(
        to=OuterRef("card__email"), created_at__gte=OuterRef("collected_at")
    ).exclude(kind=KIND)
    told = 0
    for notice in SourceNotice.objects.owed().filter(Exists(written))[:BATCH]:
        try:
            tell_by_letter(notice, at=at)
        except ToldAlready:
            continue
        told += 1
    return told


def notices_are_overdue(*, at: datetime) -> bool:
    """Tell whether somebody should have been told by now."""
    return SourceNotice.objects.overdue(at).exists()
