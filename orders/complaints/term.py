"""Two terms that count for the buyer: to tell of a defect, and to have it presumed.

Consumer Protection Act 38/1978, chapter 5 as amended by 1242/2021 (goods; chapter 5 a says the same
of digital content that is supplied once), and chapter 8 (services, of which nothing is presumed).
"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from orders.catalogue.models import Product
from orders.complaints.models import Complaint
from orders.returns.term import months_later

MONTHS_TO_TELL = 2
"""Whoever tells within so long of noticing it is never late, whatever the terms say."""
MONTHS_OF_PRESUMPTION = 12


def last_day_to_tell(noticed: date) -> date:
    """Give the last day on which telling of a defect is in time in any case."""
    return months_later(noticed, MONTHS_TO_TELL)


@dataclass(frozen=True, slots=True)
class Presumption:
    """Whether a defect is presumed to have been there when the buyer got the thing."""

    until: date | None
    """Nothing where it has not begun, or nothing is presumed at all."""
    is_of_services: bool
    holds: bool


def presumption_of(complaint: Complaint) -> Presumption:
    """Reckon the presumption: a defect that shows within a year of delivery.

    It shows at the latest on the day on which the buyer tells of it. What nobody has noted as
    delivered came no earlier than today: doubt is to the buyer's good.
    """
    services = Product.Kind.SERVICE
    kinds = {line.order_line.kind for line in complaint.lines.select_related("order_line")}
    if kinds <= {services}:
        return Presumption(None, is_of_services=True, holds=False)
    came_at = complaint.order.delivered_at
    if came_at is None:
        return Presumption(None, is_of_services=False, holds=True)
    until = months_later(timezone.localdate(came_at), MONTHS_OF_PRESUMPTION)
    shown = complaint.noticed_date or timezone.localdate(complaint.received_at)
    return Presumption(until, is_of_services=False, holds=shown <= until)
