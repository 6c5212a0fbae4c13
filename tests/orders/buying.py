"""What a buyer does, page by page, over the test client."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.test import Client

from orders.delivery.models import DeliveryMethod

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
else:
    Answer = HttpResponse

BASKET, CHECKOUT, CONFIRM = "/en/basket/", "/en/checkout/", "/en/checkout/confirm/"
ADD, CHANGE = "/en/basket/add/", "/en/basket/change/"
TOWN = "/en/checkout/town/"
HERE = {"Sec-Fetch-Site": "same-origin"}
BANK = {"iban": "FI2112345600000785", "bic": "NDEAFIHH"}

PERSON = {
    "email": "pekka@example.fi",
    "phone": "040 123 4567",
    "first_name": "Pekka",
    "last_name": "Puro",
    "street": "Mannerheimintie 1 A 2",
    "postcode": "00100",
    "city": "Helsinki",
    "payment_method": "invoice",
}
COMPANY = {
    "for_company": "on",
    "company_name": "Puro Oy",
    "business_id": "2077474-0",
    "buyer_reference": "Kustannuspaikka 7",
}


def put(client: Client, sku: str, quantity: int | str = 1) -> Answer:
    """Press the button of a product's page."""
    return client.post(ADD, {"sku": sku, "quantity": quantity}, headers=HERE)


def change(client: Client, sku: str, quantity: int | str) -> Answer:
    """Change a quantity in the basket."""
    return client.post(CHANGE, {"sku": sku, "quantity": quantity})


def typed(**said: str) -> dict[str, str]:
    """Fill in the checkout of a private person, by parcel, with whatever is said otherwise."""
    parcel = DeliveryMethod.objects.get(code="parcel")
    return {**PERSON, "delivery_method": str(parcel.pk), **said}


def fill_in(client: Client, **said: str) -> Answer:
    """Send the checkout's form."""
    return client.post(CHECKOUT, typed(**said))


def hidden(page: Answer) -> dict[str, str]:
    """Read what the button's form carries."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    return {name: value for name, value in fields if name in ("checkout", "seen")}


def see_summary(client: Client) -> dict[str, str]:
    """Look at the summary; give what its button would send."""
    page = client.get(CONFIRM)
    assert page.status_code == 200, page.headers.get("Location")
    return hidden(page)


def order(client: Client, seen: Mapping[str, str] | None = None) -> Answer:
    """Press the button that orders."""
    return client.post(CONFIRM, dict(seen if seen is not None else see_summary(client)))
