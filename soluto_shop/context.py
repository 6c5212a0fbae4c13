"""What the frame of every page needs."""

from functools import cache

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from orders.agreements.visits import has_agreements
from orders.basket.visits import count_for
from orders.catalogue.tree import Branch, navigation
from orders.history.claims import waiting_here
from orders.pages.models import Page
from orders.reviews.showing import reviews_for
from orders.taste.visits import companions_for, picks_for


def house(request: HttpRequest) -> dict[str, object]:
    """Give templates the shop's name, and this page's addresses in the other languages."""
    return {
        "controller": settings.CONTROLLER,
        "language_links": SimpleLazyObject(lambda: language_links(request)),
        "navigation": SimpleLazyObject(lambda: navigation_if_any(request)),
        # Counted when a page shows it, which none of the staff's does.
        "basket_count": cache(lambda: basket_count(request)),
        "has_agreements": cache(lambda: has_agreements(request)),
        "done_as_guest": cache(lambda: waiting_here(request)),
        "picks": SimpleLazyObject(lambda: picks_for(request)),
        "reviews": SimpleLazyObject(lambda: reviews_for(request)),
        "companions": SimpleLazyObject(lambda: companions_for(request)),
        "legal_links": [
            {"name": _("Terms of sale and delivery"), "url": reverse("orders:terms")},
            *(_link(page) for page in (Page.DELIVERY, Page.ACCESSIBILITY)),
        ],
        "shop_links": [_link(page) for page in (Page.CONTACT, Page.ABOUT)],
    }


def _link(page: Page) -> dict[str, str]:
    return {"name": str(page.label), "url": reverse(page.url_name)}


def navigation_if_any(request: HttpRequest) -> list[Branch]:
    """List the departments; none while the database is away, so that a page can tell of that."""
    try:
        return navigation(request)
    except (OperationalError, PoolTimeout):
        return []


def language_links(request: HttpRequest) -> list[tuple[str, str, str]]:
    """List (code, own name, address) of this page in each language."""
    match = request.resolver_match
    choices = ""
    if match is not None and match.view_name in SHELF and request.GET:
        choices = f"?{request.GET.urlencode()}"
    links = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            address = "/" if code == settings.LANGUAGE_CODE else f"/{code}/"
            if match is not None and match.url_name:
                address = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        links.append((code, OWN_NAMES[code], address + choices))
    return links


#: Pages whose choices (the words of a search, a colour) say the same in every language.
SHELF = frozenset({"orders:category", "orders:product", "orders:search"})
OWN_NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}


def basket_count(request: HttpRequest) -> int:
    """Tell how many pieces lie in the visitor's basket; none while the database is away."""
    try:
        return count_for(request) if hasattr(request, "session") else 0
    except (OperationalError, PoolTimeout):
        return 0
