"""What the buyer is told of a coupon that takes off nothing."""

from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orders.offers.codes import written
from orders.offers.discount import Refused, Why
from privacy.registry import Words

_WORDS: dict[Why, Words] = {
    Why.UNKNOWN: _("There is no coupon with this code. Check how it is written."),
    Why.EARLY: _("The coupon %(code)s is valid from %(day)s."),
    Why.OVER: _("The coupon %(code)s has expired (%(day)s)."),
    Why.USED_UP: _("The coupon %(code)s has been used up."),
    Why.USED_BY_YOU: _("You have already used the coupon %(code)s."),
    Why.NOT_THESE: _("The coupon %(code)s does not count for the products in the basket."),
    Why.REDUCED: _("The coupon %(code)s does not count for products at a reduced price."),
    Why.TOO_SMALL: _("The coupon %(code)s counts when you add products for %(missing)s more."),
    Why.NOT_SENT: _("The coupon %(code)s gives free delivery, and nothing here is sent."),
}


def in_words(refused: Refused) -> str:
    """Say why, and what would help."""
    day = date_format(localtime(refused.day), "SHORT_DATE_FORMAT") if refused.day else ""
    return str(_WORDS[refused.why]) % {
        "code": written(refused.code),
        "day": day,
        "missing": _euros(refused.missing),
    }


def _euros(amount: Decimal) -> str:
    figures = number_format(amount, decimal_pos=2)
    return f"€{figures}" if get_language() == "en" else f"{figures}\N{NO-BREAK SPACE}€"
