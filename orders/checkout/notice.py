"""What the checkout's form collects and why, out of the same declarations that rule the data."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.sales.models import Order
from privacy.registry import Basis, Keep, registry

DAYS_IN_A_YEAR = 365


@dataclass
class Collected:
    """Some lines of the statement that are held on one basis for one time."""

    basis: str
    time: str
    because: str
    lines: list[str] = field(default_factory=list)


def what_is_collected() -> list[Collected]:
    """List what an order holds about its buyer, each thing once, by why and how long."""
    found: dict[tuple[Basis, int], Collected] = {}
    for datum in registry[Order].data.values():
        if not datum.provided:
            continue
        held = found.setdefault(
            (datum.basis, id(datum.keep)),
            Collected(str(datum.basis.label), _time(datum.keep), str(datum.keep.because)),
        )
        line = str(datum.line.label)
        if line not in held.lines:
            held.lines.append(line)
    return list(found.values())


def _time(keep: Keep) -> str:
    days = keep.period.days
    if days < DAYS_IN_A_YEAR:
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    years = days // DAYS_IN_A_YEAR
    said = ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    if keep.ends_with_year:
        return _("%(time)s from the end of the year") % {"time": said}
    return said
