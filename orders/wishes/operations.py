"""Begin a wish list, wish for something, put it into the basket, show the list, hide it again."""

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from customers.models import Customer
from customers.operations import hold_card
from orders.basket.models import BasketLine
from orders.catalogue.models import Variant
from orders.wishes.models import MOST_LISTS, MOST_WISHES, Wish, WishList
from privacy.base import Gone


class ListIsKnown(Exception):
    """There is a list of this name already."""


class TooManyLists(Exception):
    """There are as many lists as one person can have."""


class ListIsFull(Exception):
    """There are as many wishes on the list as it takes."""


class NotOffered(Exception):
    """The shop does not offer the variant, or not any more."""


@transaction.atomic
def begin_list(card: Customer, *, name: str, at: datetime) -> WishList:
    """Begin another list.

    :raises Gone: when the card was erased in the meantime.
    :raises ListIsKnown: when there is one of that name.
    :raises TooManyLists: when there is no room for another.
    """
    hold_card(card)
    mine = WishList.objects.of(card)
    if mine.filter(name=name).exists():
        raise ListIsKnown
    if mine.count() >= MOST_LISTS:
        raise TooManyLists
    return WishList.objects.create(customer=card, name=name, created_at=at, touched_at=at)


@transaction.atomic
def rename_list(card: Customer, *, key: UUID, name: str, at: datetime) -> None:
    """Call a list something else.

    :raises Gone: when it is not, or not any more, this person's.
    :raises ListIsKnown: when another of the person's is called that.
    """
    hold_card(card)
    if WishList.objects.of(card).filter(name=name).exclude(pk=key).exists():
        raise ListIsKnown
    _change(card, key, at, name=name)


@transaction.atomic
def wish(card: Customer, *, sku: str, key: UUID | None, name_of_first: str, at: datetime) -> Wish:
    """Put a variant on a list; twice is once.

    :param key: the list; without one it is the list that was changed last.
    :param name_of_first: what the list is called that is begun when there is none.
    :raises Gone: when the list is not this person's, or the card was erased.
    :raises ListIsFull: when there is no room.
    :raises NotOffered: when there is no such variant on sale.
    """
    hold_card(card)
    variant = Variant.objects.active().filter(sku=sku).select_related("product").first()
    if variant is None or not variant.product.is_published(at):
        raise NotOffered
    mine = WishList.objects.of(card)
    wished_on = mine.filter(pk=key).first() if key else mine.first()
    if wished_on is None and key:
        raise Gone(WishList._meta.label)
    if wished_on is None:
        wished_on = begin_list(card, name=name_of_first, at=at)
    known = Wish.objects.filter(wish_list=wished_on, variant=variant).first()
    if known is not None:
        return known
    if wished_on.wishes.count() >= MOST_WISHES:
        raise ListIsFull
    _change(card, wished_on.pk, at)
    return Wish.objects.create(
        wish_list=wished_on, variant=variant, name=variant.product.name[:200], at=at
    )


@transaction.atomic
def wish_no_more(card: Customer, *, key: UUID, wish_key: UUID, at: datetime) -> bool:
    """Take a wish off a list; give whether it was there."""
    removed, _each = Wish.objects.filter(
        pk=wish_key, wish_list__in=WishList.objects.of(card).filter(pk=key)
    ).delete()
    if removed:
        _change(card, key, at)
    return bool(removed)


@transaction.atomic
def move_to_basket(
    card: Customer, *, key: UUID, wish_key: UUID, put: Callable[[str], BasketLine], at: datetime
) -> BasketLine:
    """Put what was wished into the basket and take it off the list: both, or nothing.

    :param put: puts one piece of an article into the visitor's basket, or refuses.
    :raises Gone: when it is not, or not any more, on this person's list.
    :raises NotOffered: when the shop has it no more.
    """
    hold_card(card)
    found = Wish.objects.filter(pk=wish_key, wish_list__in=WishList.objects.of(card).filter(pk=key))
    wished = found.select_related("variant").first()
    if wished is None:
        raise Gone(Wish._meta.label)
    if wished.variant is None:
        raise NotOffered
    line = put(wished.variant.sku)
    wish_no_more(card, key=key, wish_key=wish_key, at=at)
    return line


@transaction.atomic
def show_list(card: Customer, *, key: UUID, shown_as: str, at: datetime) -> WishList:
    """Let whoever gets the address see the list; an address that there is stays.

    :raises Gone: when the list is not, or not any more, this person's.
    """
    hold_card(card)
    shown = WishList.objects.of(card).filter(pk=key).first()
    if shown is None:
        raise Gone(WishList._meta.label)
    secret = shown.secret or secrets.token_urlsafe(32)
    _change(card, key, at, secret=secret, shown_as=shown_as)
    shown.refresh_from_db()
    return shown


@transaction.atomic
def hide_list(card: Customer, *, key: UUID, at: datetime) -> None:
    """Let the address lead nowhere from now on; shown again, the list gets a new one.

    :raises Gone: when the list is not, or not any more, this person's.
    """
    hold_card(card)
    _change(card, key, at, secret="", shown_as="")


@transaction.atomic
def end_list(card: Customer, *, key: UUID) -> bool:
    """Delete a list with its wishes; give whether it was there."""
    removed, _each = WishList.objects.of(card).filter(pk=key).delete()
    return bool(removed)


def _change(card: Customer, key: UUID, at: datetime, **said: str) -> None:
    changed = WishList.objects.of(card).filter(pk=key).update(touched_at=at, **said)
    if not changed:
        raise Gone(WishList._meta.label)
