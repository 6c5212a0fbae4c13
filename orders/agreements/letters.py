"""Letters about agreements: that one waits to be read and accepted, and that it was accepted."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from orders.catalogue.agreements import Agreement
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.operations import write_letter

name_letters(
    {
        "agreement_offered": pgettext_lazy("letter", "an agreement is offered"),
        "agreement_accepted": pgettext_lazy("letter", "an agreement is accepted"),
    }
)


def write_offered(agreement: Agreement, card: Customer, *, until: datetime, at: datetime) -> None:
    """Say to somebody who may accept an agreement that it waits, and until when."""
    _write("agreement_offered", agreement, card, at=at, until=until)


def write_accepted(agreement: Agreement, card: Customer, *, at: datetime) -> None:
    """Acknowledge an acceptance, with the checksum of what was accepted."""
    _write("agreement_accepted", agreement, card, at=at)


def _write(
    kind: str, agreement: Agreement, card: Customer, *, at: datetime, **facts: object
) -> None:
    with translation.override(card.language):
        address = absolute(reverse("orders:agreement", args=[agreement.pk]))
    write_letter(
        to=card.email,
        language=card.language,
        kind=kind,
        context={
            "agreement": agreement,
            "company": agreement.company.name if agreement.company is not None else "",
            "url": address,
            **facts,
        },
        reply_to=settings.CONTROLLER["email"],
        about=agreement.pk,
        at=at,
    )
