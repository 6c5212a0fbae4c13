"""Accounts that nobody uses: a letter first, and a month to come back."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from privacy.outbox.kinds import name_letters
from privacy.outbox.operations import write_letter
from privacy.restriction.honouring import at_large

BATCH = 500

name_letters(
    {
        "account_idle": pgettext_lazy("letter", "customer data are about to be deleted"),
    }
)


def see_who_is_idle(*, at: datetime) -> int:
    """Take warnings back from those who have returned, and warn the next; give how many."""
    back = _cards().filter(warned_at__lt=F("seen_at")).values("pk")
    Customer.objects.filter(pk__in=back).update(warned_at=None)
    warned = 0
    while batch := _warn(at):
        warned += batch
    return warned


def _cards() -> QuerySet[Any]:
    """Give the cards with the moment at which each person was last seen."""
    seen = Greatest("created_at", "account__last_login", Max("orders__placed_at"))
    return Customer.objects.annotate(seen_at=seen)


@transaction.atomic
def _warn(at: datetime) -> int:
    since = at - timedelta(days=settings.KEEP_IDLE_ACCOUNTS_DAYS)
    staff = Q(account__is_staff=True)
    idle = at_large(_cards().filter(warned_at=None, seen_at__lt=since).exclude(staff))
    keys = list(idle.order_by("pk").values_list("pk", flat=True)[:BATCH])
    unwarned = Customer.objects.filter(pk__in=keys, warned_at=None).order_by("pk")
    # Another night's run that has one of them just now writes to it; nobody gets two letters.
    cards = list(unwarned.select_for_update(of=("self",), skip_locked=True))
    for card in cards:
        _write(card, at)
    Customer.objects.filter(pk__in=[card.pk for card in cards]).update(warned_at=at)
    return len(cards)


def _write(card: Customer, at: datetime) -> None:
    """Write to who has an address; an imported card may have none."""
    if not card.email:
        return
    with translation.override(card.language):
        address = f"{settings.SITE_ADDRESS}{reverse('account_login')}"
    write_letter(
        to=card.email,
        language=card.language,
        kind="account_idle",
        context={
            "day": at + timedelta(days=settings.IDLE_WARNING_DAYS),
            "address": address,
            "has_account": card.account_id is not None,
        },
        at=at,
        about=card.pk,
    )
