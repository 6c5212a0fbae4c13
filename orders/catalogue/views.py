"""The shelf as shoppers see it: front page, categories, search, product."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from customers.visitors import account_of, company_of
from orders.catalogue import cards, free_times, kept, listing, product_page
from orders.catalogue.agreements import party_of_account
from orders.catalogue.asking import Tiers, tiers_of
from orders.catalogue.front_page import tiles
from orders.catalogue.listing import NEWEST, RELEVANCE, SORTS, Wishes
from orders.catalogue.models import Category, Product, Variant
from orders.catalogue.popularity import COUNTED_OVER, LEAST_BUYERS, popular
from orders.catalogue.results import gather
from orders.catalogue.search import finding
from orders.catalogue.search.analysis import LONGEST_QUERY
from orders.catalogue.tree import tree_of
from orders.catalogue.vocabulary import vocabulary_of
from privacy.card_numbers import without_card_numbers
from privacy.languages import readers_language

ON_FRONT_PAGE = 8
LONGEST_SKU = 64


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the front page."""
    net = sees_net_prices(request)

    def make() -> Mapping[str, Any]:
        at = timezone.now()
        lists = {"newest": cards.newest(at), "popular": popular(at), "reduced": cards.reduced(at)}
        return {
            "tiles": tiles(tree_of(request).top, at),
            "popular_over": COUNTED_OVER,
            "least_buyers": LEAST_BUYERS,
            **cards.rows_of_cards(lists, at=at, net=net, stop=ON_FRONT_PAGE),
        }

    return kept.page(request, "orders/catalogue/home.html", net=net, make=make)


@require_safe
def category(request: HttpRequest, path: str) -> HttpResponse:
    """Show what stands in a category and below it."""
    wishes = listing.read(request.GET)
    net = sees_net_prices(request)

    def make() -> Mapping[str, Any]:
        tree = tree_of(request)
        branch = tree.by_path.get(path)
        if branch is None:
            raise Http404
        at = timezone.now()
        row = Category.objects.get(pk=branch.pk)
        results = gather(
            Product.objects.published(at).under(row),
            wishes,
            vocabulary_of(request),
            default=NEWEST,
            below=path,
            at=at,
            net=net,
        )
        way = tree.way_to(path)
        return {
            "category": row,
            "results": results,
            "branches": results.counted(branch.children),
            "above": way[-2] if len(way) > 1 else None,
            "crumbs": [(step.name, step.url) for step in way],
            "sorts": SORTS,
        }

    return kept.page(
        request, "orders/catalogue/category.html", query=wishes.query(), net=net, make=make
    )


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a product, and of its variants the one that the address names."""
    sku = request.GET.get("sku", "")[:LONGEST_SKU]
    week = free_times.read(request.GET, at=timezone.now())
    net = sees_net_prices(request)
    agreed = agreed_for(request, slug)

    def make() -> Mapping[str, Any]:
        at = timezone.now()
        row = product_page.find(slug, at=at)
        page = row and product_page.show(
            row, sku=sku, at=at, net=net, tree=tree_of(request), agreed=agreed, week=week
        )
        if not page:
            raise Http404
        crumbs = [(step.name, step.url) for step in page.way]
        return {"page": page, "crumbs": [*crumbs, (page.product.name, None)]}

    known = {name: said for name, said in (("sku", sku), ("week", week)) if said}
    query = QueryDict(urlencode(known)) if known else None
    return kept.page(
        request, "orders/catalogue/product.html", query=query, net=net, own=agreed, make=make
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found by some words; the number of an article leads straight to it."""
    words = _words(request.GET.get("q", ""))
    at = timezone.now()
    address = _address_of_article(words, at) if _is_article(request, words, at) else ""
    if address:
        return redirect(address)
    words = without_card_numbers(words).strip()
    within = request.GET.get("in", "")
    if within and within not in tree_of(request).by_path:
        within = ""
    wishes = listing.read(request.GET, sorts=(RELEVANCE, *SORTS))
    net = sees_net_prices(request)

    def make() -> Mapping[str, Any]:
        return _found(request, words, wishes, within=within, at=at, net=net)

    return kept.page(
        request,
        "orders/catalogue/search.html",
        query=wishes.query(q=words, **{"in": within}),
        net=net,
        make=make,
    )


def _found(
    request: HttpRequest, words: str, wishes: Wishes, *, within: str, at: datetime, net: bool
) -> dict[str, Any]:
    """Gather what the search page shows."""
    tree = tree_of(request)
    if not words:
        return {"search_words": "", "results": None, "branches": tree.top}
    language = readers_language()
    found = finding.find(Product.objects.published(at), words, language)
    products = found.products
    if within:
        products = products.under(Category.objects.get(path=within))
    results = gather(
        products,
        wishes,
        vocabulary_of(request),
        default=RELEVANCE,
        below=within,
        at=at,
        net=net,
        others={"q": words, "in": within},
    )
    return {
        "search_words": words,
        "results": results,
        "branches": results.counted(tree.below(within), stay=True),
        "within": tree.by_path.get(within),
        "by_likeness": found.by_likeness,
        "suggestion": _suggestion(words, language, at) if not results.total else "",
        "departments": [] if results.total else tree.top,
        "sorts": (RELEVANCE, *SORTS),
    }


def _suggestion(words: str, language: str, at: datetime) -> str:
    return finding.suggestion(Product.objects.published(at), words, language)


def sees_net_prices(request: HttpRequest) -> bool:
    """Tell whether the visitor buys for a company; whoever has no session does not."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and company_of(request) is not None


def agreed_for(request: HttpRequest, slug: str) -> Mapping[UUID, Tiers]:
    """Find the prices agreed with whom the visitor buys for; who has no session has none."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return {}
    account = account_of(request)
    if account is None:
        return {}
    return tiers_of(party_of_account(account.pk), slug, timezone.now())


def _words(typed: str) -> str:
    """Take what can be looked for: signs that people type, and no more than is read."""
    return "".join(sign for sign in typed if sign.isprintable())[:LONGEST_QUERY].strip()


def _is_article(request: HttpRequest, code: str, at: datetime) -> bool:
    """Tell whether there is an article of this number, which of most words is known not to be.

    It is not asked again while the catalogue stays as it is.
    """
    if not code or len(code) > LONGEST_SKU:
        return False
    return kept.kept(
        kept.version_of(request),
        "article",
        code,
        make=lambda: bool(_address_of_article(code, at)),
    )


def _address_of_article(code: str, at: datetime) -> str:
    """Find the product whose variant has exactly this article number."""
    variant = (
        Variant.objects.active()
        .filter(Q(sku__in={code, code.upper(), code.lower()}) | Q(gtin=code, gtin__gt=""))
        .filter(product__in=Product.objects.published(at))
        .select_related("product")
        .first()
    )
    if variant is None:
        return ""
    return f"{variant.product.get_absolute_url()}?{urlencode({'sku': variant.sku})}"
