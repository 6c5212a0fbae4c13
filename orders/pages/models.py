"""The shop's own pages as staff have written them."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from privacy.base import Model


class Page(models.TextChoices):
    """The pages that staff may write; each has an address of its own in each language."""

    DELIVERY = "delivery", _("Delivery and returns")
    CONTACT = "contact", _("Contact")
    ABOUT = "about", _("About the shop")
    ACCESSIBILITY = "accessibility", _("Accessibility statement")

    @property
    def url_name(self) -> str:
        return f"orders:page-{self.value}"


class PageEditionQuerySet(models.QuerySet["PageEdition"]):
    """Editions of pages."""

    def of(self, page: Page) -> Self:
        """Keep the editions of a page, the newest first."""
        return self.filter(page=page).order_by("-number")


class PageEdition(Model):
    """A page as somebody wrote it; the newest is shown, and none is altered or taken away."""

    page = models.CharField(_("page"), max_length=20, choices=Page)
    number = models.PositiveIntegerField(_("edition"))
    text_fi = models.TextField(_("text in Finnish"))
    text_sv = models.TextField(_("text in Swedish"))
    text_en = models.TextField(_("text in English"))
    written_at = models.DateTimeField(_("when"))
    written_by = models.CharField(_("by whom"), max_length=100)

    objects = PageEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of a page")
        verbose_name_plural = _("pages of the shop")
        ordering = ["page", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="one_edition_of_a_number"),
            models.CheckConstraint(
                condition=Q(number__gte=1) & ~Q(text_fi="") & ~Q(text_sv="") & ~Q(text_en=""),
                name="page_speaks_three_languages",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="pages_are_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.* IS DISTINCT FROM NEW.*"),
            ),
            pgtrigger.Protect(name="pages_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_page_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse(Page(self.page).url_name)

    def text(self, language: str) -> str:
        """Give the text in a language, else in Finnish."""
        text: str = getattr(self, f"text_{language}", self.text_fi)
        return text
