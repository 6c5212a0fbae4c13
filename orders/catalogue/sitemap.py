"""What search engines are told: which pages there are, in which languages."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from orders.catalogue.kept import kept, version_of
from orders.catalogue.models import Category, Product

PER_MAP = 5_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
#: Stands in an address where a product's own slug comes; no slug has capitals.
_PLACE = "SLUG"
STANDING = (
    "orders:home",
    "orders:page-delivery",
    "orders:page-contact",
    "orders:page-about",
    "orders:page-accessibility",
    "orders:terms",
    "orders:withdrawal-form",
    "privacy:statement",
)
"""Pages that are there whatever is sold."""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots where not to go, and where the map is."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        f"Sitemap: {_origin(request)}{reverse('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the maps: one of departments, and one for every few thousand products."""
    on_sale = Product.objects.published(timezone.now())
    products = kept(version_of(request), "number of products", make=on_sale.count)
    parts = 1 + -(-products // PER_MAP)
    origin = _origin(request)
    rows = (
        f"<sitemap><loc>{escape(origin + reverse('sitemap-part', args=[part]))}</loc></sitemap>"
        for part in range(parts)
    )
    body = f'{_HEAD}<sitemapindex xmlns="{_SCHEMA}">{"".join(rows)}</sitemapindex>'
    return HttpResponse(body, content_type="application/xml")


@require_safe
def part(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """List the pages of one map, each in all languages."""
    if number == 0:
        pages = _departments()
    else:
        slugs = _slugs(number)
        if not slugs:
            raise Http404
        pages = _products(slugs)
    return StreamingHttpResponse(_written(_origin(request), pages), content_type="application/xml")


def _slugs(number: int) -> list[str]:
    start = (number - 1) * PER_MAP
    products = Product.objects.published(timezone.now()).order_by("pk")
    return list(products.values_list("slug", flat=True)[start : start + PER_MAP])


def _departments() -> Iterator[dict[str, str]]:
    """Give the front page, what the shop says of itself, and every department by language."""
    for name in STANDING:
        yield _in_each(name)
    for path in Category.objects.values_list("path", flat=True):
        yield _in_each("orders:category", path)


def _products(slugs: Iterable[str]) -> Iterator[dict[str, str]]:
    """Give products by language; the address is looked up once, not once for each."""
    pattern = _in_each("orders:product", _PLACE)
    for slug in slugs:
        yield {code: address.replace(_PLACE, slug) for code, address in pattern.items()}


def _in_each(name: str, *parts: str) -> dict[str, str]:
    """Give the address of a page in each language."""
    addresses = {}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            addresses[code] = reverse(name, args=parts)
    return addresses


def _written(origin: str, pages: Iterable[dict[str, str]]) -> Iterator[str]:
    """Write a map, every language's page naming the others."""
    yield f'{_HEAD}<urlset xmlns="{_SCHEMA}" xmlns:xhtml="{_XHTML}">\n'
    for page in pages:
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(origin + address)}/>'
            for code, address in page.items()
        )
        for address in page.values():
            yield f"<url><loc>{escape(origin + address)}</loc>{links}</url>\n"
    yield "</urlset>\n"


def _origin(request: HttpRequest) -> str:
    """Give the shop's own address, as it is set or as it was asked."""
    return settings.SITE_ADDRESS or f"{request.scheme}://{request.get_host()}"
