"""Which basket is this visitor's: the card's when signed in, else the one the session knows."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from customers.models import Customer
from customers.visitors import account_of, card_of
from orders.basket import operations
from orders.basket.models import Basket, BasketLine
from orders.basket.operations import pieces_in

BASKET = "basket"
COUNT = "basket_count"


class BasketComesAlong:
    """Carry a guest's basket over when somebody signs in, so that it outlives the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.method == "POST" and BASKET in request.session:
            _carry_over(request, at=timezone.now())
        return answer


def basket_of(request: HttpRequest, *, at: datetime) -> Basket | None:
    """Give the visitor's basket, if there is one.

    A guest's basket is carried over the first time it is asked for after a sign-in.
    """
    guest = _guest_basket(request)
    card = card_of(request)
    if card is None:
        return guest
    if guest is None:
        return Basket.objects.at_hand().filter(customer=card).first()
    own = operations.merge(guest=guest, customer=card, at=at)
    forget(request)
    return own


def new_basket_for(request: HttpRequest, *, at: datetime) -> Basket:
    """Make a basket for a visitor who has none; it is the visitor's once it is remembered."""
    card = card_of(request)
    if card is None:
        return Basket.objects.create(created_at=at, touched_at=at)
    return Basket.objects.at_hand().get_or_create(customer=card, defaults={"touched_at": at})[0]


def remember(request: HttpRequest, basket: Basket) -> None:
    """Know the visitor's basket again, and its pieces for the head of every page.

    A guest's visit gets its first cookie here. A member's basket is found by the card.
    """
    if basket.customer_id is None:
        request.session[BASKET] = str(basket.pk)
        request.session[COUNT] = pieces_in(basket)


def forget(request: HttpRequest) -> None:
    """Let go of a guest's basket that has become an order."""
    request.session.pop(BASKET, None)
    request.session.pop(COUNT, None)


def forget_what_is_gone(request: HttpRequest, *, ordered: UUID | None) -> None:
    """Let go of a guest's basket if it has become an order, and keep one that still lies there.

    :param ordered: the basket that has become one just now, if that is known.
    """
    known = request.session.get(BASKET)
    if known is not None and (known == str(ordered) or _guest_basket(request) is None):
        forget(request)


def count_for(request: HttpRequest) -> int:
    """Tell how many pieces lie in the visitor's basket; a guest's page asks no database."""
    in_session = int(request.session.get(COUNT, 0))
    if not request.user.is_authenticated:
        return in_session
    mine = BasketLine.objects.filter(
        basket__customer__account_id=request.user.pk, basket__is_set_aside=False
    )
    return in_session + sum(mine.values_list("quantity", flat=True))


def _carry_over(request: HttpRequest, *, at: datetime) -> None:
    account = account_of(request)
    if account is None:
        return
    guest, card = _guest_basket(request), Customer.objects.of_account(account).first()
    if card is not None and guest is not None:
        operations.merge(guest=guest, customer=card, at=at)
        forget(request)


def _guest_basket(request: HttpRequest) -> Basket | None:
    known = request.session.get(BASKET)
    if known is None:
        return None
    return Basket.objects.filter(pk=UUID(known), customer=None).first()
