"""What can be done with one's address book."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from customers.models import ADDRESS, Address, Customer
from customers.operations import hold_card
from privacy.base import Gone
from privacy.provenance.operations import note_own_word

MOST = 20
"""A household, its parents and the cottage; whoever has more is a company with lists of its own."""


class BookIsFull(Exception):
    """There are as many addresses in the book as it takes."""


class AddressIsKnown(Exception):
    """The same address stands in the book already."""


@transaction.atomic
def add_address(
    card: Customer,
    *,
    name: str,
    street: str,
    postcode: str,
    city: str,
    is_delivery: bool = False,
    is_billing: bool = False,
    at: datetime,
) -> Address:
    """Put an address into a book; the first is where parcels and bills go.

    :raises AddressIsKnown: when it is there.
    :raises BookIsFull: when there is no room.
    :raises Gone: when the card was erased in the meantime.
    """
    hold_card(card)
    said = {"name": name, "street": street, "postcode": postcode, "city": city}
    mine = Address.objects.of(card)
    count = mine.count()
    if mine.filter(**said).exists():
        raise AddressIsKnown
    if count >= MOST:
        raise BookIsFull
    is_first = count == 0
    _make_room(card, is_delivery=is_delivery, is_billing=is_billing)
    return Address.objects.create(
        customer=card,
        **said,
        is_delivery=is_delivery or is_first,
        is_billing=is_billing or is_first,
        created_at=at,
    )


@transaction.atomic
def change_address(
    card: Customer,
    *,
    key: UUID,
    name: str,
    street: str,
    postcode: str,
    city: str,
    is_delivery: bool,
    is_billing: bool,
    at: datetime,
) -> None:
    """Correct an address of a book at its owner's word.

    :raises AddressIsKnown: when it becomes the same as another.
    :raises Gone: when it is not, or not any more, in this book.
    """
    hold_card(card)
    address = Address.objects.of(card).filter(pk=key).first()
    if address is None:
        raise Gone(Address._meta.label)
    said = {"name": name, "street": street, "postcode": postcode, "city": city}
    if Address.objects.of(card).filter(**said).exclude(pk=address.pk).exists():
        raise AddressIsKnown
    _make_room(card, is_delivery=is_delivery, is_billing=is_billing)
    changed = [column for column in ADDRESS if getattr(address, column) != said[column]]
    for column, value in said.items():
        setattr(address, column, value)
    address.is_delivery, address.is_billing = is_delivery, is_billing
    address.save()
    note_own_word(address, changed, at=at)


@transaction.atomic
def remove_address(card: Customer, *, key: UUID) -> bool:
    """Take an address out of a book; give whether it was there."""
    removed, _each = Address.objects.of(card).filter(pk=key).delete()
    return bool(removed)


def _make_room(card: Customer, *, is_delivery: bool, is_billing: bool) -> None:
    """Let another address stop being the one by default."""
    mine = Address.objects.of(card)
    if is_delivery:
        mine.filter(is_delivery=True).update(is_delivery=False)
    if is_billing:
        mine.filter(is_billing=True).update(is_billing=False)
