"""What the checkout's form collects and why, out of the same declarations that rule the data."""

from dataclasses import dataclass, field

from orders.sales.models import Order
from privacy.registry import Basis, Ground, Keep, registry


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
            Collected(str(datum.basis.label), _time(datum.keep), _because(datum.keep)),
        )
        line = str(datum.line.label)
        if line not in held.lines:
            held.lines.append(line)
    return list(found.values())


def _time(keep: Keep) -> str:
    """Say how long: what a statute sets, where one does, else the shop's own period."""
    hold = keep.longest
    if hold is not None and hold.ground is Ground.LAW and hold.term is not None:
        return hold.term.words()
    return keep.period.words()


def _because(keep: Keep) -> str:
    return str(keep.longest.because) if keep.longest else ""
