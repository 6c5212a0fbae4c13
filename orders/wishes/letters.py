"""The letters to those who wait for a variant, and the signed addresses that stand in them.

An address names nobody: a number stands in it, and who has it may confirm or end this one wish.
"""

from datetime import datetime
from urllib.parse import urlencode

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from orders.wishes.awaited import Awaited
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.operations import write_letter

CONFIRM, CAME_BACK = "awaited_confirm", "awaited_came_back"
SALT = "orders.awaited"

name_letters(
    {
        "awaited_confirm": pgettext_lazy("letter", "confirm a wait for a product"),
        "awaited_came_back": pgettext_lazy("letter", "an awaited product is back"),
    }
)


def key_of(awaited: Awaited) -> str:
    """Sign the address of one who waits; it leads somewhere for as long as the row is there."""
    return signing.dumps(str(awaited.pk), salt=SALT)


def awaited_behind(key: str, *, at: datetime) -> Awaited | None:
    """Find who waits behind an address."""
    try:
        pk = signing.loads(key, salt=SALT)
    except signing.BadSignature:
        return None
    return Awaited.objects.filter(pk=pk, until__gt=at).select_related("variant__product").first()


def write_confirm(asked: Awaited, *, language: str, at: datetime) -> None:
    """Ask whoever reads the mailbox whether it was they who asked."""
    write_letter(
        to=asked.email,
        language=language,
        kind=CONFIRM,
        context=_said(asked, language),
        at=at,
        about=asked.pk,
    )


def write_came_back(awaited: Awaited, *, to: str, at: datetime) -> None:
    """Tell one who waits that it is back."""
    said = _said(awaited, awaited.language)
    write_letter(
        to=to,
        language=awaited.language,
        kind=CAME_BACK,
        context=said,
        at=at,
        about=awaited.pk,
        unsubscribe=str(said["end_address"]),
    )


def _said(awaited: Awaited, language: str) -> dict[str, object]:
    product, sku = awaited.variant.product, awaited.variant.sku
    with translation.override(language):
        page = reverse("orders:product", args=[product.slug])
        return {
            "product": product.name,
            "url": absolute(f"{page}?{urlencode({'sku': sku})}"),
            "end_address": absolute(reverse("orders:awaited", args=[key_of(awaited)])),
        }
