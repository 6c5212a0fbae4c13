"""The declarations in words for people: how long, on what ground, on what basis."""

from django.utils.translation import gettext as _

from privacy.registry import Datum, Ground, Hold, Keep, Words
from privacy.terms import Days


def time_words(keep: Keep) -> str:
    """Say how long something is kept, and from when that is counted."""
    if not isinstance(keep.period, Days):
        return keep.period.words()
    if not keep.period.days:
        return _("until %(event)s") % {"event": keep.when}
    said = {"time": keep.period.words(), "event": keep.when}
    return _("%(time)s from when %(event)s") % said


def kept_words(datum: Datum) -> str:
    """Say how long a column is kept, and in how much of it."""
    time = time_words(datum.keep)
    if datum.whole_for is None:
        return time
    return _("the whole address for %(days)s, after that its network: %(time)s") % {
        "days": datum.whole_for.words(),
        "time": time,
    }


def ground_words(keep: Keep) -> list[str]:
    """Say what keeps something although its person asks for it to be destroyed."""
    return [hold_words(hold) for hold in keep.held_while]


def hold_words(hold: Hold) -> str:
    """Say which ground it is, and how long it lasts where that is known beforehand."""
    said = because_words(hold.ground, hold.because)
    return f"{said} ({hold.term.words()})" if hold.term else said


def because_words(ground: Ground, because: Words) -> str:
    """Say which ground it is, and what is behind it."""
    return _ground(ground) % {"because": str(because).rstrip(".")}


def _ground(ground: Ground) -> str:
    return {
        Ground.LAW: _("The law requires it: %(because)s"),
        Ground.CONTRACT: _("A contract requires it: %(because)s"),
        Ground.SERVICE: _("A service that you use requires it: %(because)s"),
    }[ground]


def basis_words(datum: Datum) -> str:
    """Name the legal basis, its place in the Regulation, and the interest where it is one."""
    said = _("%(basis)s (Article 6(1)(%(letter)s))") % {
        "basis": datum.basis.label,
        "letter": datum.basis.value,
    }
    return f"{said}: {datum.interest}" if datum.interest else said
