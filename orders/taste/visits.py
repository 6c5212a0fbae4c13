"""What a visit brings along: what was looked at in it, and who looks."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from customers.visitors import account_of, company_of
from orders.catalogue.cards import Card
from orders.catalogue.kept import kept, version_of
from orders.taste.operations import remember_look
from orders.taste.picking import MOST_SHOWN, Picks, bought_with, pick, recall

LOOKED_AT = "looked_at"
PAGES = ("orders:home", "orders:product")
OK = 200


class LooksAreRemembered:
    """Remember which product a visitor has looked at.

    In the visit, if there is one anyway: no cookie is set for it, and it ends with the visit. With
    an account, where its owner has consented, and nowhere else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        slug = _slug_of(request)
        if slug and request.method == "GET" and answer.status_code == OK and _has_visit(request):
            _remember(request, slug)
        return answer


def _remember(request: HttpRequest, slug: str) -> None:
    account = account_of(request)
    if account is not None:
        remember_look(account, slug, at=timezone.now())
        return
    known = [each for each in request.session.get(LOOKED_AT, []) if each != slug]
    request.session[LOOKED_AT] = [slug, *known][: MOST_SHOWN + 1]


def _has_visit(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _slug_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return str(match.kwargs["slug"]) if match and match.view_name == "orders:product" else ""


def picks_for(request: HttpRequest) -> Picks:
    """Pick for whoever looks at the front page or at a product; for strangers there is nothing."""
    match = request.resolver_match
    if match is None or match.view_name not in PAGES or not _has_visit(request):
        return Picks()
    at, net = timezone.now(), company_of(request) is not None
    beside, account = _slug_of(request), account_of(request)
    if account is not None:
        return pick(account, beside=beside, at=at, net=net)
    return recall(request.session.get(LOOKED_AT, []), beside=beside, at=at, net=net)


def companions_for(request: HttpRequest) -> tuple[Card, ...]:
    """Show what is bought together with the product of a page; the same for everybody."""
    slug = _slug_of(request)
    if not slug:
        return ()
    net = _has_visit(request) and company_of(request) is not None
    return kept(
        version_of(request),
        "companions",
        get_language(),
        slug,
        net,
        make=lambda: bought_with(slug, at=timezone.now(), net=net),
    )
