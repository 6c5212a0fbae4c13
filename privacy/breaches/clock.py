"""How much time is left to tell the authority, in words and in the colour they are shown in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.breaches.models import Breach

HALF = 0.5
NEARLY = 0.75


@dataclass(frozen=True)
class Clock:
    """A breach's time, as it is shown."""

    words: str
    look: str
    """A class of the staff's style sheet."""

    @classmethod
    def of(cls, breach: Breach, *, at: datetime) -> Self:
        """Read the clock of a breach."""
        if breach.closed_at:
            return cls(_("closed"), "state-delivered")
        if breach.notified_at:
            return cls(_("authority told"), "state-delivered")
        if breach.risk == Breach.Risk.NONE:
            return cls(_("nothing to tell"), "state-delivered")
        left = breach.left(at)
        if left < timedelta(0):
            return cls(_("over its time by %(time)s") % {"time": _span(-left)}, "state-cancelled")
        share = breach.share(at)
        look = "state-cancelled" if share >= NEARLY else "state-unpaid" if share >= HALF else ""
        return cls(_("%(time)s left") % {"time": _span(left)}, look)


def any_is_pressing(*, at: datetime) -> bool:
    """Tell whether half of the time has passed for a breach that the authority may not know of."""
    return Breach.objects.pressing(at).exists()


def _span(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    if not hours:
        minutes = int(time.total_seconds() // 60)
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
