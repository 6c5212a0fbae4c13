"""What members would like to have one day: lists of variants, which may be shown by an address."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Account, Customer
from orders.catalogue.models import Variant
from privacy.base import Model

MOST_LISTS = 20
MOST_WISHES = 100
"""In one list; a page shows them all."""
LONGEST_NAME = 60
UNGUESSABLE = r"^[\w-]{43}$"


class WishListQuerySet(models.QuerySet["WishList"]):
    """Lists, by whose they are and by who may see them."""

    def of(self, customer: Customer) -> Self:
        """Keep a person's own."""
        return self.filter(customer=customer)

    def of_account(self, account: Account) -> Self:
        """Keep the own ones of whoever signs in with an account."""
        return self.filter(customer__account=account)

    def behind(self, secret: str) -> Self:
        """Keep the one that its owner shows at an address."""
        return self.filter(secret=secret).exclude(secret="")


class WishList(Model):
    """A list of one member's wishes; with a secret, whoever has the address sees it."""

    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        on_delete=models.CASCADE,
        related_name="wish_lists",
    )
    name = models.CharField(_("name of the list"), max_length=LONGEST_NAME)
    shown_as = models.CharField(
        _("whose list it says it is"),
        max_length=LONGEST_NAME,
        blank=True,
        help_text=_("What its owner chose to be called; nothing else about the owner is shown."),
    )
    secret = models.CharField(_("key of the list's address"), max_length=43, blank=True)
    created_at = models.DateTimeField(_("begun"))
    touched_at = models.DateTimeField(_("last changed"))

    objects = WishListQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("wish list")
        verbose_name_plural = _("wish lists")
        ordering = ["-touched_at", "-id"]
        indexes = [models.Index(fields=["touched_at"], name="wish_lists_by_last_touch")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "name"], name="wish_lists_of_one_differ_in_name"
            ),
            models.UniqueConstraint(
                fields=["secret"], condition=~Q(secret=""), name="an_address_shows_one_wish_list"
            ),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="wish_list_has_a_name"),
            models.CheckConstraint(
                condition=Q(secret="") | Q(secret__regex=UNGUESSABLE),
                name="wish_list_address_cannot_be_guessed",
            ),
            models.CheckConstraint(
                condition=Q(shown_as="") | ~Q(secret=""),
                name="only_a_shown_wish_list_names_its_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"

    @property
    def is_shown(self) -> bool:
        """Tell whether others can see it."""
        return self.secret != ""


class Wish(Model):
    """A variant on a list; when the shop has it no more, its name stays."""

    wish_list = models.ForeignKey(
        WishList, verbose_name=_("wish list"), on_delete=models.CASCADE, related_name="wishes"
    )
    variant = models.ForeignKey(
        Variant,
        verbose_name=_("variant"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    name = models.CharField(_("product"), max_length=200)
    at = models.DateTimeField(_("wished"))

    class Meta:
        default_permissions = ()
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["wish_list", "variant"], name="a_variant_is_on_a_list_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
