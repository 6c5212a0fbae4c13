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
from customers.identifiers import vat_number
from customers.newsletter.models import Newsletter
from privacy.base import Model, never_rewritten
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
    "Invitation",
    "Membership",
    "MembershipEvent",
    "Newsletter",
    "Session",
]


ADDRESS = ("name", "street", "postcode", "city")
"""What an address consists of."""
COMPANY_ADDRESS = ("street", "postcode", "city")
COMPANY_DELIVERY = ("delivery_name", "delivery_street", "delivery_postcode", "delivery_city")


def all_or_none(*columns: str) -> Q:
    """Give the rows in which either all of some words stand, or none of them."""
    every = Q()
    for column in columns:
        every &= ~Q(**{column: ""})
    return Q(**dict.fromkeys(columns, "")) | every


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


class CompanyQuerySet(models.QuerySet["Company"]):
    """Companies, by who buys for them."""

    def of(self, card: "Customer") -> Self:
        """Keep the companies that somebody buys for, the oldest membership first."""
        mine = self.filter(memberships__customer=card)
        return mine.order_by("memberships__created_at", "memberships__pk")

    def without_admin(self) -> Self:
        """Keep those that have members, and nobody among them who looks after the others."""
        members = Membership.objects.filter(company=models.OuterRef("pk"))
        admins = members.filter(role=Membership.Role.ADMIN)
        return self.filter(models.Exists(members), ~models.Exists(admins))


class Company(Model):
    """A company that buys; its card also stands for a sole trader, so it counts as personal.

    Price lists, tier prices and agreements will name a company by this row.
    """

    name = models.CharField(_("company name"), max_length=100)
    business_id = models.CharField(
        _("business ID"),
        max_length=9,
        unique=True,
        help_text=_("Y-tunnus, such as 2077474-0."),
        error_messages={"unique": _("There is already a company with this business ID.")},
    )
    in_vat_register = models.BooleanField(
        _("in the VAT register"),
        default=False,
        help_text=_("Then the VAT ID is FI and the digits of the business ID."),
    )
    einvoice_address = models.CharField(_("e-invoice address"), max_length=35, blank=True)
    einvoice_operator = models.CharField(_("e-invoice operator"), max_length=35, blank=True)
    street = models.CharField(_("street address"), max_length=50, blank=True)
    postcode = models.CharField(_("postal code"), max_length=15, blank=True)
    city = models.CharField(_("town"), max_length=30, blank=True)
    delivery_name = models.CharField(_("recipient"), max_length=100, blank=True)
    delivery_street = models.CharField(_("street address"), max_length=50, blank=True)
    delivery_postcode = models.CharField(_("postal code"), max_length=15, blank=True)
    delivery_city = models.CharField(_("town"), max_length=30, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = CompanyQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=all_or_none("einvoice_address", "einvoice_operator"),
                name="company_einvoices_have_address_and_operator",
                violation_error_message=_("An e-invoice needs both an address and an operator."),
            ),
            models.CheckConstraint(
                condition=all_or_none(*COMPANY_ADDRESS),
                name="company_address_is_whole",
                violation_error_message=_("Fill in the whole address, or leave all of it empty."),
            ),
            models.CheckConstraint(
                condition=all_or_none(*COMPANY_DELIVERY),
                name="company_delivery_address_is_whole",
                violation_error_message=_("Fill in the whole address, or leave all of it empty."),
            ),
        ]
        triggers = [takes_its_provenance_along("company")]

    def __str__(self) -> str:
        return self.business_id

    @property
    def called(self) -> str:
        """Call a company so that it cannot be taken for another."""
        return f"{self.name} ({self.business_id})"

    @property
    def vat_id(self) -> str:
        """Give the VAT ID, which follows from the business ID, of a company that has one."""
        return vat_number(self.business_id) if self.in_vat_register else ""


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

    @property
    def called(self) -> str:
        """Call a person by name, or by address where no name is known."""
        return self.full_name or self.email


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


class LimitField(models.DecimalField[Any, Any]):
    """So many euros, without VAT, may be spent without asking; no limit where it is empty."""

    def __init__(self, *args: Any, **options: Any) -> None:
        said = {"max_digits": 12, "decimal_places": 2, "null": True, "blank": True}
        super().__init__(*args, **{**said, **options})


def limits_are_not_negative(name: str) -> models.CheckConstraint:
    """Let the database refuse a limit below nothing."""
    return models.CheckConstraint(
        condition=(Q(order_limit=None) | Q(order_limit__gte=0))
        & (Q(month_limit=None) | Q(month_limit__gte=0)),
        name=name,
        violation_error_message=_("A limit is zero or more."),
    )


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, by what they let somebody do."""

    def admins(self) -> Self:
        """Keep those who look after the company's members."""
        return self.filter(role=Membership.Role.ADMIN)

    def who_approve(self) -> Self:
        """Keep those who decide about purchases of others."""
        return self.filter(role__in=(Membership.Role.APPROVER, Membership.Role.ADMIN))


class Membership(Model):
    """Someone who buys for a company."""

    class Role(models.TextChoices):
        """What a member may do for a company; each may what the one before may."""

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
    order_limit = LimitField(_("limit of an order without VAT, €"))
    month_limit = LimitField(_("limit of a calendar month without VAT, €"))
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "customer"],
                name="one_membership_in_a_company",
                violation_error_message=_("This customer is already a member of the company."),
            ),
            limits_are_not_negative("limits_of_a_member_are_not_negative"),
        ]
        triggers = [
            takes_its_provenance_along("membership"),
            pgtrigger.Trigger(
                name="company_keeps_an_admin",
                when=pgtrigger.After,
                operation=pgtrigger.Delete | pgtrigger.UpdateOf("role", "company_id"),
                # The law lets everybody be forgotten, the last admin too; staff then name another.
                condition=pgtrigger.Condition(
                    "OLD.role = 'admin' "
                    "AND coalesce(current_setting('privacy.eraser', true), '') <> 'on'"
                ),
                func="""
                    PERFORM 1 FROM customers_company WHERE id = OLD.company_id FOR NO KEY UPDATE;
                    IF EXISTS (SELECT FROM customers_membership WHERE company_id = OLD.company_id)
                        AND NOT EXISTS (
                            SELECT FROM customers_membership
                            WHERE company_id = OLD.company_id AND role = 'admin'
                        )
                    THEN
                        RAISE EXCEPTION 'a company with members keeps an admin'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'company_keeps_an_admin';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.company_id}"

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN

    @property
    def approves(self) -> bool:
        return self.role in (self.Role.APPROVER, self.Role.ADMIN)

    @property
    def has_limit(self) -> bool:
        return self.order_limit is not None or self.month_limit is not None


class MembershipEvent(Model):
    """One thing that happened to somebody's membership: what, when, and by whose hand."""

    class Kind(models.TextChoices):
        JOINED = "joined", pgettext_lazy("membership", "Joined")
        ROLE = "role", pgettext_lazy("membership", "Role changed")
        LIMIT = "limit", pgettext_lazy("membership", "Limit changed")
        LEFT = "left", pgettext_lazy("membership", "Left")
        REMOVED = "removed", pgettext_lazy("membership", "Removed")

    company = models.ForeignKey(
        Company, verbose_name=_("company"), on_delete=models.CASCADE, related_name="events"
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("member"),
        on_delete=models.CASCADE,
        related_name="membership_events",
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role)
    order_limit = LimitField(_("limit of an order without VAT, €"))
    month_limit = LimitField(_("limit of a calendar month without VAT, €"))
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        Customer,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    by_staff = models.BooleanField(_("by the shop's staff"), default=False)

    class Meta:
        verbose_name = _("change of a membership")
        verbose_name_plural = _("changes of memberships")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["company", "-at"], name="membership_events_by_time")]
        triggers = [never_rewritten("membership_events_are_never_rewritten", forgets=["by_id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.company_id}"


class Invitation(Model):
    """A letter on its way to somebody who is to buy for a company; it goes when it is used."""

    company = models.ForeignKey(
        Company, verbose_name=_("company"), on_delete=models.CASCADE, related_name="invitations"
    )
    email = NormalEmailField(_("e-mail address"))
    role = models.CharField(
        _("role"), max_length=10, choices=Membership.Role, default=Membership.Role.BUYER
    )
    order_limit = LimitField(_("limit of an order without VAT, €"))
    month_limit = LimitField(_("limit of a calendar month without VAT, €"))
    by = models.ForeignKey(
        Customer,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("written"))
    expires_at = models.DateTimeField(_("holds until"))

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["email"], name="invitations_by_email"),
            models.Index(fields=["expires_at"], name="invitations_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "email"], name="one_invitation_to_a_company"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="invitation_holds_for_a_while",
            ),
            limits_are_not_negative("limits_of_an_invitation_are_not_negative"),
        ]

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
