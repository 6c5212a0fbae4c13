"""Who is told when a back-up has not been made."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import pgettext_lazy

from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter
from soluto_shop.backups.folder import backup_is_late, last_backup

ALARM = "backup_late"

name_letters(
    {
        ALARM: pgettext_lazy("letter", "alarm: no back-up"),
    }
)


def raise_alarm(*, at: datetime) -> Letter | None:
    """Write to the shop when the back-up is late, once a day."""
    was_told = Letter.objects.filter(kind=ALARM, created_at__gt=at - timedelta(days=1)).exists()
    if was_told or not backup_is_late(at=at):
        return None
    return write_letter(
        to=settings.CONTROLLER["email"],
        language=settings.LANGUAGE_CODE,
        kind=ALARM,
        context={"last": last_backup()},
        at=at,
    )
