"""Customers as other shops export them, and as our own file has them."""

from privacy.intake.layouts import Layout

OWN = Layout(
    "own",
    {
        "email": ("email",),
        "first_name": ("first_name",),
        "last_name": ("last_name",),
        "phone": ("phone",),
        "language": ("language",),
        "company": ("company",),
        "business_id": ("business_id",),
        "street": ("street",),
        "postcode": ("postcode",),
        "city": ("city",),
    },
    marks=(
        frozenset({"email", "first_name", "last_name", "street", "postcode", "city"}),
        frozenset({"email", "first_name", "last_name", "language"}),
    ),
)
WOOCOMMERCE = Layout(
    "woocommerce",
    {
        "email": ("email", "user_email", "billing_email"),
        "first_name": ("billing_first_name", "first_name", "shipping_first_name"),
        "last_name": ("billing_last_name", "last_name", "shipping_last_name"),
        "name": ("name",),
        "phone": ("billing_phone", "phone"),
        "company": ("billing_company", "company"),
        "street": ("billing_address_1", "shipping_address_1"),
        "street2": ("billing_address_2", "shipping_address_2"),
        "postcode": ("billing_postcode", "shipping_postcode", "postal code"),
        "city": ("billing_city", "shipping_city", "city"),
        "country": ("billing_country", "shipping_country", "country / region"),
    },
    marks=(
        frozenset({"name", "email", "last active", "country / region"}),
        frozenset({"billing_first_name", "billing_address_1", "email"}),
        frozenset({"billing_first_name", "billing_address_1", "user_email"}),
    ),
)
SHOPIFY = Layout(
    "shopify",
    {
        "email": ("email",),
        "first_name": ("first name",),
        "last_name": ("last name",),
        "phone": ("phone", "default address phone"),
        "company": ("default address company", "company"),
        "street": ("default address address1", "address1"),
        "street2": ("default address address2", "address2"),
        "postcode": ("default address zip", "zip"),
        "city": ("default address city", "city"),
        "country": ("default address country code", "country code", "country"),
    },
    marks=(frozenset({"first name", "last name", "email", "accepts email marketing"}),),
)
SPREE = Layout(
    "spree",
    {
        "email": ("email",),
        "first_name": ("first_name",),
        "last_name": ("last_name",),
        "phone": ("phone",),
        "company": ("company",),
        "street": ("address1",),
        "street2": ("address2",),
        "postcode": ("zip",),
        "city": ("city",),
        "country": ("country_code",),
    },
    marks=(frozenset({"email", "first_name", "last_name", "address1", "country_code", "zip"}),),
)
JSON = Layout(
    "json",
    {
        "email": ("email",),
        "first_name": ("firstname", "first_name", "billing.first_name"),
        "last_name": ("lastname", "last_name", "billing.last_name"),
        "phone": ("phone", "billing.phone", "default_address.phone"),
        "language": ("language",),
        "company": (
            "company.name",
            "company",
            "billing.company",
            "default_address.company",
        ),
        "business_id": ("business_id", "company.business_id"),
        "street": (
            "address.address",
            "address.street",
            "street",
            "billing.address_1",
            "default_address.address1",
        ),
        "street2": ("billing.address_2", "default_address.address2"),
        "postcode": (
            "address.postalcode",
            "address.postcode",
            "postcode",
            "billing.postcode",
            "default_address.zip",
        ),
        "city": ("address.city", "city", "billing.city", "default_address.city"),
        "country": (
            "address.country",
            "country",
            "billing.country",
            "default_address.country_code",
        ),
    },
    is_json=True,
)
LAYOUTS = (WOOCOMMERCE, SHOPIFY, SPREE, OWN, JSON)
"""In the order in which they are tried: the most particular first."""
