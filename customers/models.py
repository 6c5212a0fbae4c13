"""Who the customers are, and how they sign in."""

from datetime import timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.grants.models import Acknowledgement, Grant, GrantReview
from customers.grants.operations import grant_at_installation
from customers.grants.powers import GrantedPowers
from customers.grants.roles import OWNER
from customers.newsletter.models import Newsletter
from privacy.base import Model
from privacy.normal import normal_email
from privacy.provenance.models import takes_its_provenance_along
from privacy.registry import Source

__all__ = [
    "Account",
    "Acknowledgement",
    "Address",
    "Company",
    "Customer",
    "FailureCount",
    "Grant",
    "GrantReview",
    "Membership",
    "Newsletter",
    "Session",
]


ADDRESS = ("name", "street", "postcode", "city")
"""What an address consists of."""


class NormalEmailField(models.EmailField[str, str]):
    """An e-mail address that is always in its normal form."""

    def get_prep_value(self, value: Any) -> Any:
        return normal_email(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> Any:
        return normal_email(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts, and finds them by whatever spelling was typed."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=normal_email(username or ""))

    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "Account":
        """Make an account that signs in with this address."""
        account = self.model(email=normal_email(email), **facts)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **facts: Any) -> "Account":
        """Make a staff account that may do everything; `full_name` says whose it is.

        Whoever runs the server may give access, for a year at most as everybody; the grant says so.
        """
        with transaction.atomic(using=self._db):
            account = self.create_user(email, password, is_staff=True, is_superuser=True, **facts)
            at = timezone.now()
            grant_at_installation(
                account=account,
                role=OWNER,
                last_date=timezone.localdate(at) + timedelta(days=settings.LONGEST_GRANT_DAYS),
                reason="createsuperuser",
                at=at,
            )
        return account


class Account(GrantedPowers, Model, AbstractBaseUser, PermissionsMixin):
    """A log-in: whoever knows its password. A customer may have none, staff have no card.

    What staff may do follows from their grants alone; the groups and flags that Django keeps for
    that give nothing.
    """

    email = NormalEmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("There is already an account with this e-mail address.")},
    )
    full_name = models.CharField(
        _("full name"),
        max_length=100,
        blank=True,
        help_text=_("Staff are named persons; customers' names are on their cards."),
    )
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="fi"
    )
    is_staff = models.BooleanField(
        _("staff"),
        default=False,
        help_text=_("A named person who works for us, and can be given access."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("May sign in. Take this away rather than delete.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                condition=~Q(email=""),
                name="account_has_an_email",
            ),
            models.CheckConstraint(
                condition=Q(is_staff=False) | ~Q(full_name=""),
                name="staff_account_names_a_person",
                violation_error_message=_("A staff account needs the person's full name."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="closed_account_has_no_session",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("is_active"),
                condition=pgtrigger.Condition("NOT NEW.is_active"),
                func="DELETE FROM customers_session WHERE account_id = NEW.id; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name if self.is_staff else f"{_('account')} {str(self.pk)[:8]}"

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.partition(" ")[0]


class Company(Model):
    """A company that buys; its card also stands for a sole trader, so it counts as personal."""

    name = models.CharField(_("company name"), max_length=100)
    business_id = models.CharField(
        _("business ID"),
        max_length=9,
        unique=True,
        help_text=_("Y-tunnus, such as 2077474-0."),
        error_messages={"unique": _("There is already a company with this business ID.")},
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(business_id__regex=r"^[0-9]{7}-[0-9]$"),
                name="company_business_id_has_its_form",
                violation_error_message=_("Write the business ID as seven digits, - and a digit."),
            ),
        ]
        triggers = [takes_its_provenance_along("company")]

    def __str__(self) -> str:
        return self.business_id


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Register cards."""

    def of_account(self, account: Account) -> Self:
        """Keep the card that belongs to an account."""
        return self.filter(account=account)


class Customer(Model):
    """A card of the register: a person who buys, with or without an account."""

    account = models.OneToOneField(
        Account,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="card",
    )
    first_name = models.CharField(_("first name"), max_length=50, blank=True)
    last_name = models.CharField(_("last name"), max_length=50, blank=True)
    email = NormalEmailField(_("e-mail address"), db_index=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="fi"
    )
    source = models.CharField(_("source"), max_length=12, choices=Source, default=Source.CUSTOMER)
    created_at = models.DateTimeField(_("customer since"), default=timezone.now)
    warned_at = models.DateTimeField(
        _("warned"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the customer was told that an unused account is about to go."),
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("person", "customer")
        verbose_name_plural = pgettext_lazy("persons", "customers")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at"], name="customers_by_age"),
            models.Index(fields=["last_name", "first_name"], name="customers_by_name"),
            models.Index(
                fields=["warned_at"],
                condition=Q(warned_at__isnull=False),
                name="customers_warned",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{5,14}$"),
                name="customer_phone_is_international",
                violation_error_message=_("Write the number with its country code: +358…"),
            ),
        ]
        triggers = [takes_its_provenance_along("customer")]

    def __str__(self) -> str:
        return f"{Customer._meta.verbose_name} {str(self.pk)[:8]}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class AddressQuerySet(models.QuerySet["Address"]):
    """Addresses, by whose they are."""

    def of(self, card: Customer) -> Self:
        """Keep a customer's own addresses: the only door to them."""
        return self.filter(customer=card)

    def defaults_first(self) -> Self:
        """Put first where things go and where the bill goes, then the oldest."""
        return self.order_by("-is_delivery", "-is_billing", "created_at", "pk")


class Address(Model):
    """An address in somebody's own book; orders take a copy, and keep it whatever becomes of it."""

    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        on_delete=models.CASCADE,
        related_name="addresses",
    )
    name = models.CharField(_("recipient"), max_length=100)
    street = models.CharField(_("street address"), max_length=50)
    postcode = models.CharField(_("postal code"), max_length=15)
    city = models.CharField(_("town"), max_length=30)
    is_delivery = models.BooleanField(_("parcels go here"), default=False)
    is_billing = models.BooleanField(_("bills name this address"), default=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_delivery=True),
                name="parcels_go_to_one_address",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_billing=True),
                name="bills_name_one_address",
            ),
            models.UniqueConstraint(
                fields=["customer", *ADDRESS],
                name="an_address_stands_in_the_book_once",
                violation_error_message=_("This address is in your address book already."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(street="") & ~Q(postcode="") & ~Q(city=""),
                name="an_address_is_whole",
            ),
        ]
        triggers = [takes_its_provenance_along("address")]

    def __str__(self) -> str:
        return f"{Address._meta.verbose_name} {str(self.pk)[:8]}"


class Membership(Model):
    """Someone who buys for a company."""

    class Role(models.TextChoices):
        BUYER = "buyer", _("Buyer")
        APPROVER = "approver", _("Approver")
        ADMIN = "admin", pgettext_lazy("company role", "Admin")

    company = models.ForeignKey(
        Company, verbose_name=_("company"), on_delete=models.CASCADE, related_name="memberships"
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.BUYER)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "customer"],
                name="one_membership_in_a_company",
                violation_error_message=_("This customer is already a member of the company."),
            ),
        ]
        triggers = [takes_its_provenance_along("membership")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.company_id}"


class Session(AbstractBaseSession):
    """A visit, which knows whose it is, so that it can be ended and forgotten with its person."""

    account = models.ForeignKey(
        Account,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="sessions",
    )
    landing_page = models.CharField(_("page of arrival"), max_length=200, blank=True)
    referring_host = models.CharField(_("site of arrival"), max_length=200, blank=True)

    class Meta:
        db_table = "customers_session"
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> Any:
        return store_class()


def store_class() -> Any:
    """Give the store that keeps these sessions."""
    return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


class FailureCount(models.Model):
    """How often one address has failed to sign in lately, over all names it tried."""

    ip_address = models.GenericIPAddressField(_("IP address"), unique=True)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    window_began_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("failures of an address")
        verbose_name_plural = _("failures of addresses")

    def __str__(self) -> str:
        return f"{self.failures}"
