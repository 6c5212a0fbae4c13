"""Rows for tests, each with just enough said of it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from customers.grants.models import Grant
from customers.grants.operations import acknowledge
from customers.grants.roles import OWNER
from customers.models import Account, Address, Company, Customer, Membership
from orders.basket.models import Basket, BasketLine
from orders.catalogue.models import (
    Attribute,
    AttributeOption,
    AttributeValue,
    Category,
    Manufacturer,
    Product,
    ProductCategory,
    Variant,
)
from orders.catalogue.ware_files import lay_in
from orders.catalogue.wares import Ware
from orders.checkout.models import CheckoutDraft
from orders.delivery.models import DeliveryMethod
from orders.sales.editions import Terms
from orders.stock.models import Level, Movement
from privacy.processors.models import Processor
from privacy.registry import Role, passed_to

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "kaunis-talvipäivä-2026"


class AccountFactory(DjangoModelFactory[Account]):
    class Meta:
        model = Account
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"asiakas{n}@example.fi")
    password = factory.django.Password(PASSWORD)


def _let_access_run(account: Account, create: Any, role: str | None, **_more: Any) -> None:
    """Give what whoever sets the shop up would give, and promise confidentiality."""
    if not create:
        return
    wanted = role if role is not None else OWNER if account.is_superuser else ""
    if wanted:
        give_access(account, wanted)
    acknowledge(account=account, at=timezone.now())


class StaffFactory(AccountFactory):
    """Somebody of the staff whose access runs, and who has promised confidentiality.

    An owner, unless another role is named (`role="orders"`), or none (`role=""`). Whoever is made
    without `is_superuser` and without a role gets what the test gives: see `tests.doors.let_in`.
    """

    email = factory.Sequence(lambda n: f"myyja{n}@example.fi")
    full_name = factory.Sequence(lambda n: f"Myyjä {n}")
    is_staff = True
    is_superuser = True

    role = factory.PostGeneration(_let_access_run)


def give_access(account: Account, role: str, *, days: int = 30, **facts: Any) -> Grant:
    """Give a role, from yesterday on; a group that is not there is made."""
    group, _new = Group.objects.get_or_create(name=role)
    today = timezone.localdate()
    said = {
        "begins_date": today - timedelta(days=1),
        "last_date": today + timedelta(days=days),
        "given_at": timezone.now() - timedelta(days=1),
        "reason": "Työ",
        "at_installation": "given_by" not in facts,
    }
    return Grant.objects.create(account=account, role=group, **{**said, **facts})


class CustomerFactory(DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    first_name = "Aino"
    last_name = factory.Sequence(lambda n: f"Asiakas {n}")
    email = factory.Sequence(lambda n: f"asiakas{n}@example.fi")


class AddressFactory(DjangoModelFactory[Address]):
    class Meta:
        model = Address

    name = "Anna Virtanen"
    street = factory.Sequence(lambda n: f"Koivukuja {n}")
    postcode = "00100"
    city = "Helsinki"


class CompanyFactory(DjangoModelFactory[Company]):
    class Meta:
        model = Company

    name = factory.Sequence(lambda n: f"Yritys {n} Oy")
    business_id = factory.Sequence(lambda n: f"{1000000 + n}-0")


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    company = factory.SubFactory(CompanyFactory)
    customer = factory.SubFactory(CustomerFactory)


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"osasto-{n}")
    name_fi = factory.Sequence(lambda n: f"Osasto {n}")
    name_sv = factory.Sequence(lambda n: f"Avdelning {n}")
    name_en = factory.Sequence(lambda n: f"Department {n}")


class ManufacturerFactory(DjangoModelFactory[Manufacturer]):
    class Meta:
        model = Manufacturer

    name = factory.Sequence(lambda n: f"Valmistaja {n}")


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product

    slug = factory.Sequence(lambda n: f"tuote-{n}")
    name_fi = factory.Sequence(lambda n: f"Tuote {n}")
    name_sv = factory.Sequence(lambda n: f"Produkt {n}")
    name_en = factory.Sequence(lambda n: f"Product {n}")
    vat_class_id = "standard"
    published_from = LONG_AGO


class VariantFactory(DjangoModelFactory[Variant]):
    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory)
    sku = factory.Sequence(lambda n: f"SKU-{n}")
    price = Decimal("12.50")


def ware_of(of: Variant, content: bytes = b"%PDF-1.7 opas", **facts: Any) -> Ware:
    """Lay a file to the product of a variant, for all its variants unless one is said."""
    said = {"product": of.product, "name": "Opas, suomeksi", **facts}
    file = ContentFile(content, name="opas.pdf")
    return lay_in(ware=Ware(**said), file=file, at=LONG_AGO)


class LevelFactory(DjangoModelFactory[Level]):
    class Meta:
        model = Level

    variant = factory.SubFactory(VariantFactory)


class AttributeFactory(DjangoModelFactory[Attribute]):
    class Meta:
        model = Attribute

    code = factory.Sequence(lambda n: f"ominaisuus-{n}")
    name_fi = factory.Sequence(lambda n: f"Ominaisuus {n}")


class AttributeOptionFactory(DjangoModelFactory[AttributeOption]):
    class Meta:
        model = AttributeOption

    attribute = factory.SubFactory(AttributeFactory)
    code = factory.Sequence(lambda n: f"arvo-{n}")
    name_fi = factory.Sequence(lambda n: f"Arvo {n}")


class DeliveryMethodFactory(DjangoModelFactory[DeliveryMethod]):
    class Meta:
        model = DeliveryMethod

    code = factory.Sequence(lambda n: f"toimitus-{n}")
    name_fi = factory.Sequence(lambda n: f"Toimitus {n}")
    price = Decimal("5.90")


class BasketFactory(DjangoModelFactory[Basket]):
    class Meta:
        model = Basket


class BasketLineFactory(DjangoModelFactory[BasketLine]):
    class Meta:
        model = BasketLine

    basket = factory.SubFactory(BasketFactory)
    variant = factory.SubFactory(VariantFactory)
    quantity = 1
    shown_price = factory.SelfAttribute("variant.price")


def put_on_shelf(product: Product, category: Category) -> ProductCategory:
    """Let a product stand in a category."""
    return ProductCategory.objects.create(product=product, category=category)


def in_stock(pieces: int, *, variant: Variant | None = None, **facts: Any) -> Variant:
    """Make a variant of which there are so many pieces."""
    variant = variant or VariantFactory.create()
    level = LevelFactory.create(variant=variant, **facts)
    if pieces:
        Movement.objects.create(level=level, kind=Movement.Kind.COUNT, change=pieces, at=LONG_AGO)
    return variant


def say(product: Product, attribute: Attribute, **value: Any) -> AttributeValue:
    """Say something of a product."""
    return AttributeValue.objects.create(product=product, attribute=attribute, **value)


class ProcessorFactory(DjangoModelFactory[Processor]):
    """A company in force since long ago, that receives all that may be passed to its role."""

    class Meta:
        model = Processor

    name = factory.Sequence(lambda n: f"Palvelu {n} Oy")
    role = Role.CARRIER
    country = "FI"
    purpose = "Kuljettaa lähetykset"
    lines = factory.LazyAttribute(lambda made: sorted(passed_to(Role(made.role))))
    hosts = factory.Sequence(lambda n: [f"palvelu{n}.example"])
    agreed_date = LONG_AGO.date()
    agreement = "TKS-2026-1"
    begins_date = LONG_AGO.date()
    erasure_email = "poistot@palvelu.example"


class TermsFactory(DjangoModelFactory[Terms]):
    class Meta:
        model = Terms

    edition = factory.Sequence(lambda n: 1000 + n)
    language = "fi"
    text = "Toimitusehdot"
    valid_from = LONG_AGO


class CheckoutDraftFactory(DjangoModelFactory[CheckoutDraft]):
    """A checkout in which everything is said; goods go by the given or a new delivery method."""

    class Meta:
        model = CheckoutDraft

    basket = factory.SubFactory(BasketFactory)
    language = "fi"
    email = "pekka@example.fi"
    first_name = "Pekka"
    last_name = "Puro"
    phone = "+358401234567"
    street = "Mannerheimintie 1"
    postcode = "00100"
    city = "Helsinki"
    delivery_method = factory.SubFactory(DeliveryMethodFactory)
    payment_method = "invoice"
