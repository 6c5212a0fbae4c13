"""The files of what is sold as a download: where they lie, and which belong to a variant.

They lie beside the pictures, so that a back-up holds them, in a folder that no address leads to:
the web server gives out `pictures/` alone, and a file goes through a view that asks who has paid.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath
from secrets import token_urlsafe
from typing import Self
from uuid import UUID

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from orders.catalogue import triggers
from orders.catalogue.models import Product, Variant
from privacy.base import Model

FOLDER = "wares"
MEDIA_TYPES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "epub": "application/epub+zip",
    "flac": "audio/flac",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "odt": "application/vnd.oasis.opendocument.text",
    "otf": "font/otf",
    "pdf": "application/pdf",
    "png": "image/png",
    "ttf": "font/ttf",
    "txt": "text/plain; charset=utf-8",
    "wav": "audio/wav",
    "woff2": "font/woff2",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
"""What can be sold, by the ending of its name: nothing that a computer runs by itself."""


class WareStorage(FileSystemStorage):
    """The place for files that are sold, readable by the shop's own user only."""

    @property
    def base_location(self) -> str:
        return str(settings.MEDIA_ROOT)

    @property
    def location(self) -> str:
        return str(settings.MEDIA_ROOT)


def ware_storage() -> Storage:
    """Give that place."""
    return WareStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


def ware_path(ware: "Ware", name: str) -> str:
    """Name a stored file so that nobody can guess it; what it was called is forgotten."""
    return f"{FOLDER}/{ware.product_id}/{token_urlsafe(24)}.{ending_of(name)}"


def ending_of(name: str) -> str:
    """Give the ending of a file's name, by which its kind is known."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()


class WareQuerySet(models.QuerySet["Ware"]):
    """Files, by what they belong to."""

    def for_variants(self, variants: Iterable[UUID]) -> Self:
        """Keep the files of variants, and those that all variants of their products have."""
        wanted = list(variants)
        of_products = Variant.objects.filter(pk__in=wanted).values("product")
        return self.filter(
            Q(variant__in=wanted) | Q(variant=None, product__in=of_products)
        ).order_by("position", "pk")


class Ware(Model):
    """One file of a digital product; whoever has paid gets the newest that was laid in here."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="wares"
    )
    variant = models.ForeignKey(
        Variant,
        verbose_name=_("variant"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="wares",
        help_text=_("Empty: the buyers of every variant get it."),
    )
    name = models.CharField(
        _("name shown to the buyer"),
        max_length=80,
        help_text=_("The file is saved under it, too. Say the language where there are several."),
    )
    file = models.FileField(_("file"), upload_to=ware_path, storage=ware_storage, max_length=200)
    size = models.PositiveBigIntegerField(_("size, bytes"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    laid_in_at = models.DateTimeField(_("laid in"), editable=False)

    objects = WareQuerySet.as_manager()

    class Meta:
        verbose_name = _("file to download")
        verbose_name_plural = _("files to download")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["product", "position"], name="wares_of_a_product")]
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1), name="a_ware_is_not_empty"),
        ]
        triggers = [
            triggers.ware_is_of_a_digital_product(),
            triggers.what_was_sold_keeps_a_ware(),
            triggers.catalogue_changed(),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ending(self) -> str:
        return ending_of(str(self.file.name))

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES.get(self.ending, "application/octet-stream")

    @property
    def file_name(self) -> str:
        """Call the file as the buyer saves it."""
        return f"{get_valid_filename(self.name)}.{self.ending}"


def lacks_wares(variant: str = "pk", product: str = "product") -> Q:
    """Give the rows whose variant is digital, while there is no file that its buyer would get.

    :param variant: where a row names its variant.
    :param product: where it names the product.
    """
    own = Ware.objects.filter(product=OuterRef(product))
    for_it = own.filter(Q(variant=None) | Q(variant=OuterRef(variant)))
    return Q(Q(**{f"{product}__kind": Product.Kind.DIGITAL}), ~Exists(for_it))


def without_wares() -> models.QuerySet[Product]:
    """List the digital products of which some variant that is offered has no file."""
    lacking = Variant.objects.active().filter(lacks_wares())
    return Product.objects.filter(
        kind=Product.Kind.DIGITAL, pk__in=lacking.values(key=F("product"))
    )


_STANDS = ("placed", "packed", "shipped", "delivered")
"""States of an order that was not cancelled; the shelf knows no more of orders than their names."""


def sold_besides(product: Product, variants: Iterable[UUID]) -> models.QuerySet[Variant]:
    """List the variants of a product, besides some, of which somebody has bought a download."""
    sold = Variant.objects.filter(
        product=product,
        order_lines__kind=Product.Kind.DIGITAL,
        order_lines__order__status__in=_STANDS,
    )
    return sold.exclude(pk__in=list(variants))
