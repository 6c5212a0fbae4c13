"""The declarations in words for people: how long, on what ground, on what basis."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.registry import Datum, Ground, Hold, Keep
from privacy.terms import AfterFinancialYear, Days, Term

DAYS_IN_A_YEAR = 365


def time_words(keep: Keep) -> str:
    """Say how long something is kept, and from when that is counted."""
    said = {"time": length_words(keep.period), "event": keep.when}
    if isinstance(keep.period, AfterFinancialYear):
        return (
            _(
                "%(time)s from the end of the calendar year in which the financial year ended in "
                "which %(event)s"
            )
            % said
        )
    if not said["time"]:
        return _("until %(event)s") % said
    return _("%(time)s from when %(event)s") % said


def length_words(term: Term) -> str:
    """Say how long a term is: in whole years where it is, else in days; nothing for no time."""
    if isinstance(term, AfterFinancialYear):
        return _years(term.years)
    if not isinstance(term, Days) or not term.days:
        return ""
    years, rest = divmod(term.days, DAYS_IN_A_YEAR)
    if years and not rest:
        return _years(years)
    return ngettext("%(days)d day", "%(days)d days", term.days) % {"days": term.days}


def _years(years: int) -> str:
    return ngettext("%(years)d year", "%(years)d years", years) % {"years": years}


def ground_words(keep: Keep) -> list[str]:
    """Say what keeps something although its person asks for it to be destroyed."""
    return [hold_words(hold) for hold in keep.held_while]


def hold_words(hold: Hold) -> str:
    """Say which ground it is, and how long it lasts where that is known beforehand."""
    because = str(hold.because).rstrip(".")
    said = _ground(hold.ground) % {"because": because}
    if hold.term is None:
        return said
    length = length_words(hold.term)
    if isinstance(hold.term, AfterFinancialYear):
        length = _after_the_year() % {"time": length}
    return f"{said} ({length})" if length else said


def _after_the_year() -> str:
    return _("%(time)s from the end of the calendar year in which the financial year ended")


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
