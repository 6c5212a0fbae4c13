"""Letters about a service: that it has begun, that it goes on, and that it ends."""

from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext_lazy

from orders.subscriptions.models import ServicePeriod, Subscription
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter

STARTED = "service_started"
RENEWS = "service_renews"
ENDS = "service_ends"

name_letters(
    {
        STARTED: pgettext_lazy("letter", "a service goes on"),
        RENEWS: pgettext_lazy("letter", "a service is about to renew"),
        ENDS: pgettext_lazy("letter", "a service ends"),
    }
)


def write_started(service: Subscription, *, at: datetime) -> Letter | None:
    """Say how a service goes on, and give the address at which it can be ended."""
    return _write(STARTED, service, at)


def write_renewal(
    service: Subscription,
    period: ServicePeriod,
    *,
    before: Decimal,
    latest_notice: date,
    at: datetime,
) -> Letter | None:
    """Tell of a period before it begins, of its price, and how to end the service before it."""
    return _write(
        RENEWS,
        service,
        at,
        begins=period.starts_date,
        ends=period.ends_date,
        price=period.price * service.bought_as.quantity,
        before=None if before == period.price else before * service.bought_as.quantity,
        latest_notice=latest_notice,
    )


def write_ended(service: Subscription, *, at: datetime) -> Letter | None:
    """Acknowledge that a service has been ended, and tell its last day."""
    return _write(ENDS, service, at)


def _write(kind: str, service: Subscription, at: datetime, **facts: object) -> Letter | None:
    """Write to the customer; one whose address has been erased gets no letter."""
    address = service.customer.email if service.customer is not None else service.email
    if not address:
        return None
    with translation.override(service.language):
        said = {
            "name": service.name,
            "words": service.words,
            "last": service.last_date,
            "address": absolute(service.signed_address),
            **facts,
        }
    return write_letter(
        to=address,
        language=service.language,
        kind=kind,
        context=said,
        at=at,
        reply_to=settings.CONTROLLER["email"],
        about=service.pk,
    )
