"""Agreements made in a line, for tests."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection

from customers.models import Company, Customer
from orders.agreements.operations import put_in_force
from orders.catalogue.agreements import Agreement, ListPrice, PriceList
from orders.catalogue.models import Variant
from tests.conftest import NOON

_numbers = count(1)
LONG_SINCE = date(2026, 1, 1)


def pdf_of(words: str = "Sopimus", more: str = "") -> bytes:
    """Write the smallest document that says something."""
    return (
        f"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R {more}>>\nendobj\n"
        "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>\nendobj\n"
        f"4 0 obj\n<</Length {len(words) + 34}>>\nstream\n"
        f"BT /F 24 Tf 72 720 Td ({words}) Tj ET\nendstream\nendobj\n"
        "trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
    ).encode()


Prices = Mapping[Variant, Mapping[int, str]]
"""Of variants what a piece costs without VAT, from so many pieces on."""


def list_of(prices: Prices, **facts: Any) -> PriceList:
    """Write a price list."""
    made = PriceList.objects.create(
        **{"name": f"Lista {next(_numbers)}", "valid_from": date(2000, 1, 1), **facts}
    )
    ListPrice.objects.bulk_create(
        ListPrice(price_list=made, variant=variant, from_pieces=pieces, net=Decimal(net))
        for variant, tiers in prices.items()
        for pieces, net in tiers.items()
    )
    return made


def drafted(party: Customer | Company, prices: Prices, **facts: Any) -> Agreement:
    """Draft an agreement that its party has accepted."""
    is_company = isinstance(party, Company)
    member = party.memberships.first() if isinstance(party, Company) else None
    whose = {"company": party} if is_company else {"customer": party}
    return Agreement.objects.create(
        **{
            "number": f"S-{next(_numbers)}",
            **whose,
            "valid_from": LONG_SINCE,
            "price_list": facts.pop("price_list", None) or list_of(prices),
            "accepted_by": member.customer if member else party,
            "accepted_at": NOON - timedelta(days=30),
            **facts,
        }
    )


def agreed(
    party: Customer | Company, prices: Prices, *, at: datetime = NOON, **facts: Any
) -> Agreement:
    """Let an agreement come into force."""
    return put_in_force(agreement=drafted(party, prices, **facts), at=at)


def agreed_with_many(price_list: PriceList, companies: int) -> None:
    """Let as many companies more have agreed to a list."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH made AS (
                INSERT INTO customers_company (id, name, business_id, in_vat_register,
                    einvoice_address, einvoice_operator, street, postcode, city, delivery_name,
                    delivery_street, delivery_postcode, delivery_city, created_at)
                SELECT gen_random_uuid(), 'Oy ' || n, lpad(n::text, 7, '0') || '-9', false,
                    '', '', '', '', '', '', '', '', '', now()
                FROM generate_series(%s::int + 1, %s::int + %s) n RETURNING id, business_id)
            INSERT INTO orders_agreement (id, number, company_id, party_name, party_gone, state,
                valid_from, notice_days, payment_days, price_list_id, document_name,
                document_place, accepted_at, created_at, released, accepted_online,
                accepted_sha256)
            SELECT gen_random_uuid(), business_id, id, '', false, 'draft', '2026-01-01', 30, 14,
                %s, '', '', now(), now(), '{}', false, '' FROM made
            """,
            [*[Company.objects.count()] * 2, companies, price_list.pk],
        )
    drafts = Agreement.objects.filter(price_list=price_list, state="draft")
    keys = list(drafts.values_list("pk", flat=True))
    assert len(keys) == companies
    for begin in range(0, companies, 1000):  # one statement has fifteen seconds
        some = Agreement.objects.filter(pk__in=keys[begin : begin + 1000])
        some.update(state="in_force", party_name="Oy")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_agreedvariant; ANALYZE orders_agreement")
