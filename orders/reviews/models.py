"""What buyers say of what they got: one review of each product by each buyer."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from orders.catalogue.models import Product
from orders.catalogue.ratings import BEST, WORST
from orders.reviews.triggers import ADDED_UP, ONLY_BY_BUYERS
from privacy.base import Model

LONGEST_TITLE, LONGEST_TEXT = 80, 2000


class ReviewState(models.TextChoices):
    """Where a review stands."""

    WAITING = "waiting", pgettext_lazy("review", "Waits to be read by the shop")
    SHOWN = "shown", pgettext_lazy("review", "Published")
    REFUSED = "refused", pgettext_lazy("review", "Not published")


class Complained(models.TextChoices):
    """Why a reader thinks that a review should not stand there."""

    OFFENSIVE = "offensive", _("It is offensive or unlawful")
    PERSONAL = "personal", _("It tells of somebody's private matters")
    ELSEWHERE = "elsewhere", _("It is not about the product")
    UNTRUE = "untrue", _("It cannot be true")


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews, by whose they are and by who may read them."""

    def of(self, customer: Customer) -> Self:
        """Keep a person's own."""
        return self.filter(customer=customer)

    def shown(self) -> Self:
        """Keep those that everybody may read, the latest first."""
        return self.filter(state=ReviewState.SHOWN).order_by("-written_at", "-pk")


class Review(Model):
    """A buyer's points for a product, and words if there are any."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="+"
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    rating = models.PositiveSmallIntegerField(_("points"))
    title = models.CharField(_("title"), max_length=LONGEST_TITLE, blank=True)
    text = models.TextField(_("review"), max_length=LONGEST_TEXT, blank=True)
    is_named = models.BooleanField(
        _("with the first name"), help_text=_("No: it says “Verified buyer”.")
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    written_at = models.DateTimeField(_("written"))
    state = models.CharField(pgettext_lazy("review", "state"), max_length=8, choices=ReviewState)
    reason = models.TextField(
        _("reason told to the writer"),
        max_length=1000,
        blank=True,
        help_text=_("It stands in the letter as you write it."),
    )
    complained = models.CharField(
        _("what a reader has reported"), max_length=9, choices=Complained, blank=True
    )
    complained_at = models.DateTimeField(_("reported"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        default_permissions = ("view", "change")
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["-written_at", "-id"], name="reviews_by_time"),
            models.Index(
                fields=["product", "-written_at"],
                condition=Q(state=ReviewState.SHOWN),
                name="reviews_shown_of_a_product",
            ),
            models.Index(
                fields=["written_at"],
                condition=Q(state=ReviewState.WAITING) | ~Q(complained=""),
                name="reviews_to_be_read",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "product"], name="a_buyer_reviews_a_product_once"
            ),
            models.CheckConstraint(
                condition=Q(rating__gte=WORST, rating__lte=BEST), name="review_has_one_to_five"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReviewState.values)
                & (Q(complained="") | Q(complained__in=Complained.values)),
                name="review_stands_somewhere_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.REFUSED) | Q(reason__regex=r"\S"),
                name="review_is_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(complained="", complained_at=None)
                | ~Q(complained="") & Q(complained_at__isnull=False),
                name="review_knows_when_it_was_reported",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="reviews_are_by_buyers",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("customer_id", "product_id"),
                func=ONLY_BY_BUYERS,
            ),
            pgtrigger.Trigger(
                name="reviews_add_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=ADDED_UP,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating} {self.written_at:%Y-%m-%d}"

    @property
    def stars(self) -> str:
        return "★" * self.rating + "☆" * (BEST - self.rating)
