"""What complaining buyers tell and what staff answer, for the tests of this room."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from orders.complaints.deciding import Decision, accept, examine
from orders.complaints.models import Complaint
from orders.complaints.operations import Told, complain
from orders.complaints.remedying import Done
from orders.complaints.states import Remedy
from orders.sales.models import Order
from tests.conftest import NOON

REPAIRED = Done(taken_in_date=date(2026, 11, 24), given_back_date=date(2026, 11, 30))


def complained(order: Order, at: Any = NOON, **quantities: int) -> Complaint:
    """Let Anna complain of so many pieces, by their SKU."""
    told = Told(
        submission=uuid4(),
        email="anna@example.fi",
        words="Lamppu välkkyy & <sammuu>.",
        wish=Remedy.REPAIR,
        quantities={order.lines.get(sku=sku).pk: pieces for sku, pieces in quantities.items()},
    )
    return complain(order=order, told=told, way=Complaint.Way.ADDRESS, language="fi", at=at)


def decision(complaint: Complaint, remedy: Remedy, reduction: str = "0") -> Decision:
    """Grant all that was told of; a price reduction is the same for each line."""
    lines = complaint.lines.all()
    return Decision(
        remedy=remedy,
        pieces={line.pk: line.quantity for line in lines},
        reductions={line.pk: Decimal(reduction) for line in lines},
        promised_date=date(2026, 12, 1),
    )


def accepted(complaint: Complaint, remedy: Remedy, reduction: str = "0") -> Complaint:
    """Let Bertil look into a complaint, and grant a remedy."""
    examine(complaint=complaint, at=NOON, by=None)
    granted = decision(complaint, remedy, reduction)
    return accept(complaint=complaint, decision=granted, at=NOON, by=None)
