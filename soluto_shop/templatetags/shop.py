"""How money, shares and icons are written, and addresses with another choice in them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from orders.importing.forms import FORMATS
from orders.taxation.areas import HOME
from orders.taxation.countries import country_name
from orders.taxation.treatments import short_name_of
from privacy.outbox.kinds import name_of

if TYPE_CHECKING:
    from django.core.paginator import Page

register = template.Library()

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
SMALLEST_UNIT = 2  # cents


def _figures(amount: Decimal, *, decimals: int) -> str:
    """Write a number's figures as the reader's language groups and points them."""
    figures = f"{abs(amount):,.{decimals}f}"
    if get_language() == "en":
        return figures
    return figures.replace(",", NO_BREAK_SPACE).replace(".", ",")


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


@register.filter
def euros(amount: Decimal | int | None) -> str:
    """Write a sum of euros: 1 234,50 €, or €1,234.50 in English.

    Nothing is rounded here: a sum with a fraction of a cent is shown with all its decimals.
    """
    if amount is None:
        return ""
    amount = Decimal(amount)
    figures = _figures(amount, decimals=max(SMALLEST_UNIT, _decimals(amount.normalize())))
    sign = MINUS if amount < 0 else ""
    if get_language() == "en":
        return f"{sign}€{figures}"
    return f"{sign}{figures}{NO_BREAK_SPACE}€"


@register.filter
def letter_name(kind: str) -> str:
    """Write what people call a letter of some kind."""
    return name_of(kind)


@register.filter
def format_name(code: str) -> str:
    """Write whose format a file is in, as the form of an upload does."""
    return str(dict(FORMATS).get(code, code))


@register.filter
def abroad(country: str) -> str:
    """Write a country after a town; Finland goes without saying."""
    return "" if country in ("", HOME) else f", {country_name(country)}"


@register.filter
def euros_or_free(price: Decimal | int | None) -> str:
    """Write what something costs that may cost nothing: of a delivery nobody says "0,00 €"."""
    return euros(price) if price else pgettext("price", "free")


@register.filter
def percent(share: Decimal | int | None) -> str:
    """Write a share given in hundredths: 25,5 %, or 25.5% in English."""
    if share is None:
        return ""
    share = Decimal(share).normalize()
    figures = _figures(share, decimals=_decimals(share))
    sign = MINUS if share < 0 else ""
    space = "" if get_language() == "en" else NO_BREAK_SPACE
    return f"{sign}{figures}{space}%"


@register.filter
def taxed_as(row: Any) -> str:
    """Say in a few words how a line or a row is taxed; nothing where it bears Finnish VAT."""
    return short_name_of(row.treatment, row.country)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a picture of the sprite, hidden from screen readers: the words stand beside it."""
    return format_html(
        '<svg class="icon" width="24" height="24" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("soluto_shop/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def for_visitor(context: Context, name: str) -> SafeString:
    """Include a template whose words are for this visitor alone.

    In a page that is kept for everybody the place is marked, and filled anew for each visitor.
    """
    if context.template is None:
        raise TypeError("for_visitor stands in a template that is being rendered")
    words = context.template.engine.get_template(name).render(context)
    cuts = context.get("cuts")
    return words if cuts is None else SafeString(cuts.around(name, words))


def _set(query: QueryDict, key: str, value: object) -> None:
    if value is None:
        query.pop(key, None)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        query.setlist(key, [str(one) for one in value])
    else:
        query[key] = str(value)


@register.simple_tag(takes_context=True)
def qs(context: Context, **choices: object) -> str:
    """Write this page's query string with other choices in it; None takes a choice out.

    Any new choice leads back to the first page of the list, unless it is the page itself.
    """
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    for key, value in choices.items():
        _set(query, key, value)
    return f"?{query.urlencode()}"


@register.simple_tag
def page_numbers(page: "Page[Any]") -> list[int | str]:
    """List the numbers a pager shows: the first, those around this page, the last."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
