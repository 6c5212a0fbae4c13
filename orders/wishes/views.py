"""The wish lists of whoever is signed in, and the page that their friends see."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.models import Customer
from customers.visitors import account_of, own_card, remember_card
from orders.basket.models import BasketLine
from orders.basket.operations import NotForSale, TooMany, TooManyLines
from orders.basket.views import in_words, put_for, see_other
from orders.basket.visits import basket_of
from orders.catalogue.models import Variant
from orders.wishes import operations
from orders.wishes.awaited import Awaited
from orders.wishes.forms import ListForm, ShowForm, WishForm
from orders.wishes.letters import key_of
from orders.wishes.models import MOST_LISTS, MOST_WISHES, WishList
from orders.wishes.operations import ListIsFull, ListIsKnown, NotOffered, TooManyLists
from orders.wishes.showing import wished_on
from privacy.base import Gone
from privacy.csrf import same_origin_is_enough
from privacy.outbox.addresses import absolute
from privacy.restriction.honouring import at_large


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def lists(request: HttpRequest) -> HttpResponse:
    """List the lists, and begin another."""
    card = own_card(request)
    form = ListForm(request.POST or None)
    if form.is_valid():
        try:
            begun = operations.begin_list(card, **form.cleaned_data, at=timezone.now())
        except ListIsKnown:
            form.add_error("name", _("You have a list of this name already."))
        except TooManyLists:
            words = _("You have %(most)d lists. Delete one first.") % {"most": MOST_LISTS}
            form.add_error(None, words)
        else:
            return redirect("orders:wish-list", begun.pk)
    context = {
        "lists": WishList.objects.of(card).annotate(count=Count("wishes")),
        "form": form,
        "awaited": [(key_of(each), each) for each in _awaited(card)],
    }
    return render(request, "orders/wishes/lists.html", context)


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def wish(request: HttpRequest) -> HttpResponse:
    """Put a variant on a list; whoever is not signed in does that first, and is asked then."""
    form = WishForm(request.POST or request.GET)
    if not form.is_valid():
        raise Http404
    sku, key = form.cleaned_data["sku"], form.cleaned_data["wish_list"]
    variant = Variant.objects.active().filter(sku=sku).select_related("product").first()
    if variant is None or not variant.product.is_published(timezone.now()):
        raise Http404
    if not request.user.is_authenticated:
        return redirect_to_login(f"{reverse('orders:wish')}?{urlencode({'sku': sku})}")
    card = own_card(request)
    if request.method != "POST":
        context = {"variant": variant, "lists": WishList.objects.of(card)}
        return render(request, "orders/wishes/wish.html", context)
    first = pgettext("name of a wish list", "My wishes")
    try:
        made = operations.wish(card, sku=sku, key=key, name_of_first=first, at=timezone.now())
    except ListIsFull:
        words = _("There are %(most)d wishes on the list. Take some off it first.")
        messages.error(request, words % {"most": MOST_WISHES})
        return redirect("orders:wish-lists")
    except (Gone, NotOffered) as trouble:
        raise Http404 from trouble
    messages.success(request, _("%(product)s is on your wish list.") % {"product": variant.product})
    return see_other(reverse("orders:wish-list", args=[made.wish_list_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def one_list(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a list to its owner, and let it be called something else."""
    mine = _own(request, key)
    form = ListForm(request.POST or None, initial={"name": mine.name})
    if form.is_valid():
        try:
            operations.rename_list(mine.customer, key=key, **form.cleaned_data, at=timezone.now())
        except ListIsKnown:
            form.add_error("name", _("You have a list of this name already."))
        else:
            messages.success(request, _("Saved."))
            return redirect("orders:wish-list", key)
    return _page(request, mine, form=form)


@require_POST
@login_required
@never_cache
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let others see the list, under the name that its owner chose."""
    mine = _own(request, key)
    form = ShowForm(request.POST)
    if not form.is_valid():
        return _page(request, mine, show_form=form)
    operations.show_list(mine.customer, key=key, **form.cleaned_data, at=timezone.now())
    messages.success(request, _("Whoever gets the address can see the list now."))
    return redirect("orders:wish-list", key)


@require_POST
@login_required
@never_cache
def hide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let the address lead nowhere."""
    operations.hide_list(_own(request, key).customer, key=key, at=timezone.now())
    messages.success(request, _("Nobody else can see the list any more."))
    return redirect("orders:wish-list", key)


@require_POST
@login_required
@never_cache
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete a list."""
    if not operations.end_list(own_card(request), key=key):
        raise Http404
    messages.success(request, _("The list was deleted."))
    return redirect("orders:wish-lists")


@require_POST
@login_required
@never_cache
def remove(request: HttpRequest, key: UUID, wish: UUID) -> HttpResponse:
    """Take a wish off a list."""
    if not operations.wish_no_more(own_card(request), key=key, wish_key=wish, at=timezone.now()):
        raise Http404
    messages.success(request, _("The wish was removed."))
    return redirect("orders:wish-list", key)


@require_POST
@login_required
@never_cache
def buy(request: HttpRequest, key: UUID, wish: UUID) -> HttpResponse:
    """Move a wish into the basket; what the basket refuses stays on the list."""
    card, at = own_card(request), timezone.now()
    put = _putter(request, at)
    try:
        line = operations.move_to_basket(card, key=key, wish_key=wish, put=put, at=at)
    except (NotForSale, TooMany, TooManyLines) as refusal:
        messages.error(request, in_words(refusal))
        return redirect("orders:wish-list", key)
    except NotOffered:
        messages.error(request, in_words(NotForSale()))
        return redirect("orders:wish-list", key)
    except Gone as trouble:
        raise Http404 from trouble
    words = _("%(product)s is in your basket.") % {"product": line.variant.product}
    messages.success(request, words)
    return see_other(reverse("orders:wish-list", args=[key]))


@require_safe
@never_cache
def shown(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a list to whoever has its address; of its owner only what the owner chose to say."""
    found = at_large(WishList.objects.behind(secret)).first()
    if found is None:
        return render(request, "orders/wishes/hidden.html", status=404)
    context = {
        "list_name": found.name,
        "shown_as": found.shown_as,
        "wishes": wished_on(found, at=timezone.now()),
    }
    return render(request, "orders/wishes/shown.html", context)


def _putter(request: HttpRequest, at: datetime) -> Callable[[str], BasketLine]:
    """Give what puts one piece into the visitor's basket, which may be new."""
    basket = basket_of(request, at=at)

    def put(sku: str) -> BasketLine:
        return put_for(request, basket, sku=sku, quantity=1, at=at)

    return put


def _awaited(card: Customer) -> QuerySet[Awaited]:
    mine = Awaited.objects.filter(account=card.account_id, told_at=None)
    return mine.select_related("variant__product")[:MOST_WISHES]


def _own(request: HttpRequest, key: UUID) -> WishList:
    account = account_of(request)
    mine = None
    if account is not None:
        lists = WishList.objects.of_account(account).select_related("customer")
        mine = lists.filter(pk=key).first()
    if mine is None:
        own_card(request)  # staff have none, and are told so
        raise Http404
    remember_card(request, mine.customer)
    return mine


def _page(
    request: HttpRequest,
    mine: WishList,
    *,
    form: ListForm | None = None,
    show_form: ShowForm | None = None,
) -> HttpResponse:
    address = reverse("orders:shown-wishes", args=[mine.secret]) if mine.is_shown else ""
    context = {
        "wish_list": mine,
        "wishes": wished_on(mine, at=timezone.now()),
        "form": form or ListForm(initial={"name": mine.name}),
        "show_form": show_form or ShowForm(initial={"shown_as": mine.shown_as}),
        "address": absolute(address) if address else "",
    }
    return render(request, "orders/wishes/list.html", context)
