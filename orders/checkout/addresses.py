"""What to ask a buyer about an address, softly: the list of postcodes is never the last word."""

from django.utils.translation import gettext as _

from customers import postcodes
from customers.postcodes import Doubt, Kind, NotAPostcode
from orders.checkout.models import CheckoutDraft
from orders.delivery.models import DeliveryMethod
from orders.taxation.areas import HOME


def doubts_about(postcode: str, town: str = "") -> list[str]:
    """Say what looks odd about a postcode and its town, in words."""
    try:
        told = postcodes.doubts(postcode, town)
    except NotAPostcode:
        return []
    return [_in_words(doubt, postcode) for doubt in told]


def warnings_for(draft: CheckoutDraft) -> list[str]:
    """Say what a buyer should look at again before ordering; nothing of it stops the order."""
    at_home = draft.country in (HOME, "")
    said = doubts_about(draft.postcode, draft.city) if at_home else []
    code = draft.postcode
    if draft.deliver_elsewhere:
        code = draft.delivery_postcode
        at_home = draft.delivery_country in (HOME, "")
        said += doubts_about(code, draft.delivery_city) if at_home else []
    method = draft.delivery_method
    is_parcel = method is not None and method.kind == DeliveryMethod.Kind.PARCEL
    if at_home and is_parcel and _is_box(code):
        said.append(
            _("%(code)s is a postcode of PO boxes, and a parcel may not reach one.")
            % {"code": code}
        )
    return said


def _is_box(postcode: str) -> bool:
    try:
        found = postcodes.find(postcode)
    except NotAPostcode:
        return False
    return found is not None and found.kind is Kind.PO_BOXES


def _in_words(doubt: Doubt, postcode: str) -> str:
    words = {
        Doubt.UNKNOWN: _("We do not know the postcode %(code)s. Check that it is right."),
        Doubt.NOT_A_HOME: _(
            "%(code)s is the postcode of a parcel locker or a pick-up point, not of an address."
        ),
        Doubt.OTHER_CITY: _("The town does not look like that of the postcode %(code)s."),
    }
    return words[doubt] % {"code": postcode}
