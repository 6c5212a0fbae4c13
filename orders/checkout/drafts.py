"""What a buyer has filled in: kept between the pages, and filled in beforehand where known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from customers.models import Address, Company, Customer
from customers.visitors import card_of, company_of
from orders.basket.models import Basket
from orders.checkout.models import ADDRESS, COUNTRIES, ELSEWHERE, CheckoutDraft
from orders.checkout.operations import EmptyBasket
from orders.sales.models import Order
from orders.taxation.areas import HOME

EINVOICE = ("einvoice_address", "einvoice_operator")


def draft_for(request: HttpRequest, basket: Basket) -> CheckoutDraft:
    """Give the basket's checkout; a new one, not yet kept, knows what the member's card knows."""
    kept = CheckoutDraft.objects.filter(basket=basket).first()
    if kept is not None:
        return kept
    return new_draft(card_of(request), company_of(request))


def new_draft(card: Customer | None, company: Company | None) -> CheckoutDraft:
    """Begin a checkout, not yet kept, with what is known of a member and of the company."""
    draft = CheckoutDraft(payment_method=Order.PaymentMethod.INVOICE)
    if card is not None:
        _take_from_card(draft, card)
        _take_from_latest_order(draft, card)
        _take_from_address_book(draft, card)
    if company is not None:
        known = company_fields(company)
        if draft.business_id == company.business_id and not company.einvoice_address:
            known = {name: value for name, value in known.items() if name not in EINVOICE}
        _write(draft, known)
    return draft


@transaction.atomic
def keep_draft(
    *, basket: Basket, said: Mapping[str, Any], language: str, at: datetime
) -> CheckoutDraft:
    """Keep what a buyer has said for the basket's order.

    :raises EmptyBasket: when the basket became an order in another tab.
    """
    held = Basket.objects.select_for_update().filter(pk=basket.pk).first()
    if held is None:
        raise EmptyBasket
    draft, _ = CheckoutDraft.objects.get_or_create(
        basket=held, defaults={"language": language, "created_at": at}
    )
    for field, value in said.items():
        setattr(draft, field, value)
    draft.language = language
    draft.touched_at = at
    draft.save()
    return draft


def _take_from_card(draft: CheckoutDraft, card: Customer) -> None:
    for field in ("email", "phone", "first_name", "last_name"):
        setattr(draft, field, getattr(card, field))


def _take_from_latest_order(draft: CheckoutDraft, card: Customer) -> None:
    order = Order.objects.of(card).first()
    if order is None:
        return
    for field in (*ADDRESS, *ELSEWHERE, *COUNTRIES):
        setattr(draft, field, getattr(order, field))
    draft.phone = draft.phone or order.phone
    draft.deliver_elsewhere = bool(order.delivery_street)
    if order.business_id or order.vat_id:
        draft.for_company = True
        for field in (
            "company_name",
            "business_id",
            "vat_id",
            "einvoice_address",
            "einvoice_operator",
        ):
            setattr(draft, field, getattr(order, field))


def _take_from_address_book(draft: CheckoutDraft, card: Customer) -> None:
    """Let what is kept for bills and for parcels go before what was used last."""
    kept = Address.objects.of(card).filter(Q(is_billing=True) | Q(is_delivery=True))
    billing = next((address for address in kept if address.is_billing), None)
    delivery = next((address for address in kept if address.is_delivery), None)
    if billing is not None:
        _write(draft, billing_fields(billing))
    if delivery is not None and delivery != billing:
        _write(draft, delivery_fields(delivery))
    elif delivery is not None:
        _write(draft, {"deliver_elsewhere": False, **dict.fromkeys(ELSEWHERE, "")})


def _write(draft: CheckoutDraft, said: Mapping[str, Any]) -> None:
    for field, value in said.items():
        setattr(draft, field, value)


def company_fields(company: Company) -> dict[str, Any]:
    """Give what the checkout is filled in with for somebody who buys for a company.

    Where the company has said nothing, what the buyer used last stays.
    """
    said: dict[str, Any] = {
        "for_company": True,
        "company_name": company.name,
        "business_id": company.business_id,
        "vat_id": "",
        "einvoice_address": company.einvoice_address,
        "einvoice_operator": company.einvoice_operator,
    }
    if company.street:
        said |= {name: getattr(company, name) for name in ADDRESS}
        said |= {"country": HOME, "deliver_elsewhere": False, **dict.fromkeys(ELSEWHERE, "")}
    if company.delivery_street:
        said |= {name: getattr(company, name) for name in ELSEWHERE}
        said |= {"deliver_elsewhere": True, "delivery_country": HOME}
    return said


def billing_fields(address: Address) -> dict[str, Any]:
    """Give an address as the checkout's own address."""
    return {name: getattr(address, name) for name in ADDRESS}


def delivery_fields(address: Address) -> dict[str, Any]:
    """Give an address as the one that the goods go to."""
    return {
        "deliver_elsewhere": True,
        "delivery_name": address.name,
        **{f"delivery_{name}": getattr(address, name) for name in ADDRESS},
    }
