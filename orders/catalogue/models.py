"""The shelf: categories, products and their variants, and what is said and shown of them."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Collate, Lower, NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from orders.catalogue import triggers
from orders.catalogue.eu_rates import GENERAL_RATES
from orders.catalogue.exclusions import Exclusion, words_of
from orders.catalogue.unit_price import UNITS
from orders.taxation.areas import HOME
from privacy.base import Model

_NAMES = ("name_fi", "name_sv", "name_en")


def in_language(row: models.Model, field: str, language: str | None = None) -> str:
    """Give a text in the asked language, else in Finnish, else in whichever exists."""
    asked = (language or get_language() or "fi")[:2]
    for code in (asked, "fi", "en", "sv"):
        words = getattr(row, f"{field}_{code}", "")
        if words:
            return str(words)
    return ""


def name_key(language: str) -> Collate:
    """Write the key by which products are sorted by name, in the order of the Finnish alphabet.

    Å, ä and ö stand after z, marks and capitals count for nothing, and no collation of the
    database's own is needed.
    """
    name: models.F | Coalesce = F("name_fi")
    if language != "fi":
        name = Coalesce(NullIf(F(f"name_{language}"), Value("")), F("name_fi"))
    letters = Func(
        Lower(name),
        Value("åäöéèüÅÄÖÉÈÜ"),
        Value("{|}eeu{|}eeu"),
        function="translate",
        output_field=models.TextField(),
    )
    return Collate(letters, "C")


class VatClass(models.Model):
    """What kind of thing is sold, as value added tax sees it; its rates are dated."""

    code = models.SlugField(_("code"), max_length=20, primary_key=True)
    name_fi = models.CharField(_("name in Finnish"), max_length=100)
    name_sv = models.CharField(_("name in Swedish"), max_length=100, blank=True)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    exempt_fi = models.CharField(
        _("why it is exempt, in Finnish"),
        max_length=200,
        blank=True,
        help_text=_("With the section of the law, as it stands on invoices. Empty: it is taxed."),
    )
    exempt_sv = models.CharField(_("why it is exempt, in Swedish"), max_length=200, blank=True)
    exempt_en = models.CharField(_("why it is exempt, in English"), max_length=200, blank=True)
    exempt_code = models.CharField(
        _("code of the exemption"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^VATEX-EU-[0-9A-Z-]+$")],
        help_text=_("For electronic invoices, such as VATEX-EU-132-1I; nothing where none fits."),
    )

    class Meta:
        verbose_name = _("VAT class")
        verbose_name_plural = _("VAT classes")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(exempt_fi="") | Q(exempt_sv="", exempt_en="", exempt_code=""),
                name="an_exempt_class_says_why_in_finnish",
                violation_error_message=_("Say in Finnish why the class is exempt."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")

    def clean(self) -> None:
        """Refuse to call exempt what is taxed today."""
        today = timezone.localdate()
        if self.exempt_fi and self.rates.on(today).filter(rate__gt=0).exists():
            raise ValidationError(
                {"exempt_fi": _("The class is taxed today: end that rate, and add one of 0 %.")}
            )

    @property
    def exempt_reason(self) -> str:
        """Say in the reader's language why it bears no tax; nothing where it is taxed."""
        return in_language(self, "exempt")


def a_taxed_country(country: str) -> None:
    """Refuse a country whose tax is never asked here."""
    if country not in GENERAL_RATES and country != HOME:
        raise ValidationError(_("This is no member state of the EU, and not Northern Ireland."))


class VatRateQuerySet(models.QuerySet["VatRate"]):
    """Rates by country and day."""

    def on(self, day: Any, country: str = "FI") -> Self:
        """Keep the rates in force on a day of supply."""
        return self.filter(country=country, valid__contains=day)


class VatRate(models.Model):
    """The rate of a class in a country, and the days on which it is in force."""

    vat_class = models.ForeignKey(
        VatClass, verbose_name=_("VAT class"), on_delete=models.PROTECT, related_name="rates"
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        default="FI",
        validators=[a_taxed_country],
        help_text=_("Two letters; Northern Ireland is XI."),
    )
    rate = models.DecimalField(
        _("rate, %"),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(99)],
    )
    valid = DateRangeField(_("in force"))

    objects = VatRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("VAT rate")
        verbose_name_plural = _("VAT rates")
        ordering = ["vat_class", "country", "valid"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__gte=0) & Q(rate__lt=100), name="vat_rate_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="vat_rate_names_its_country"
            ),
            ExclusionConstraint(
                name="one_vat_rate_a_day",
                expressions=[
                    ("vat_class", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another rate is in force on some of these days."),
            ),
        ]
        triggers = [triggers.catalogue_changed()]

    def __str__(self) -> str:
        return f"{self.vat_class_id} {self.country} {self.rate} %"


class CategoryQuerySet(models.QuerySet["Category"]):
    """Branches of the tree."""

    def below(self, category: "Category") -> Self:
        """Keep the category itself and everything under it."""
        return self.filter(Q(pk=category.pk) | Q(path__startswith=f"{category.path}/"))

    def top(self) -> Self:
        """Keep the trunk's own branches."""
        return self.filter(parent=None)


class Category(Model):
    """A branch of the shelf. The database keeps `path` true when a branch is moved or renamed."""

    parent = models.ForeignKey(
        "self",
        verbose_name=_("under"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    slug = models.SlugField(_("address"), max_length=60)
    path = models.CharField(_("path"), max_length=400, unique=True, editable=False)
    name_fi = models.CharField(_("name in Finnish"), max_length=80)
    name_sv = models.CharField(_("name in Swedish"), max_length=80, blank=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    text_fi = models.TextField(_("text in Finnish"), blank=True)
    text_sv = models.TextField(_("text in Swedish"), blank=True)
    text_en = models.TextField(_("text in English"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["path"]
        indexes = [
            models.Index(
                OpClass(F("path"), name="text_pattern_ops"), name="categories_by_path_prefix"
            ),
            models.Index(fields=["parent", "position", "slug"], name="categories_in_order"),
        ]
        triggers = [
            triggers.category_path(),
            triggers.category_path_of_children(),
            triggers.shared_words_changed(
                "SELECT s.product_id FROM orders_productcategory s"
                " JOIN orders_category c ON c.id = s.category_id"
                " WHERE c.id = NEW.id OR c.path LIKE NEW.path || '/%'",
                "path",
                *_NAMES,
            ),
            triggers.catalogue_changed(),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("orders:category", args=[self.path])

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def text(self) -> str:
        return in_language(self, "text")


class Manufacturer(Model):
    """Who made a product, and where they can be reached (Regulation (EU) 2023/988, art. 19)."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)

    class Meta:
        verbose_name = _("manufacturer")
        verbose_name_plural = _("manufacturers")
        ordering = ["name"]
        triggers = [
            triggers.shared_words_changed(
                "SELECT id FROM orders_product WHERE manufacturer_id = NEW.id", "name"
            ),
            triggers.catalogue_changed(),
        ]

    def __str__(self) -> str:
        return self.name


class Attribute(Model):
    """Something that can be said of products: material, volume, colour."""

    class Kind(models.TextChoices):
        CHOICE = "choice", _("Choice from a list")
        NUMBER = "number", pgettext_lazy("kind of attribute", "Number")
        BOOLEAN = "boolean", _("Yes or no")
        TEXT = "text", pgettext_lazy("kind of attribute", "Text")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.CHOICE)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    name_fi = models.CharField(_("name in Finnish"), max_length=60)
    name_sv = models.CharField(_("name in Swedish"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    is_facet = models.BooleanField(
        _("filter"), default=True, help_text=_("Shoppers can narrow a list with it.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ["position", "code"]
        triggers = [
            triggers.shared_words_changed(
                "SELECT product_id FROM orders_attributevalue WHERE attribute_id = NEW.id",
                "unit",
                *_NAMES,
            ),
            triggers.catalogue_changed(),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")


class AttributeOption(Model):
    """One answer of a choice: oak, black, M."""

    attribute = models.ForeignKey(
        Attribute, verbose_name=_("attribute"), on_delete=models.CASCADE, related_name="options"
    )
    code = models.SlugField(_("code"), max_length=60)
    name_fi = models.CharField(_("name in Finnish"), max_length=60)
    name_sv = models.CharField(_("name in Swedish"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("of an attribute", "option")
        verbose_name_plural = pgettext_lazy("of an attribute", "options")
        ordering = ["attribute", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["attribute", "code"],
                name="one_option_of_a_code",
                violation_error_message=_("This attribute already has such an option."),
            )
        ]
        triggers = [
            triggers.shared_words_changed(
                "SELECT product_id FROM orders_attributevalue WHERE option_id = NEW.id", *_NAMES
            ),
            triggers.catalogue_changed(),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")


class ProductQuerySet(models.QuerySet["Product"]):
    """Products, as shoppers meet them."""

    def published(self, at: datetime) -> Self:
        """Keep what may be seen and bought at a moment."""
        begun = Q(published_from__lte=at)
        not_over = Q(published_until=None) | Q(published_until__gt=at)
        return self.filter(begun & not_over, has_variants=True)

    def under(self, category: Category) -> Self:
        """Keep what stands in a category or anywhere below it."""
        branches = Category.objects.below(category).values("pk")
        shelves = ProductCategory.objects.filter(category__in=branches).values("product")
        return self.filter(pk__in=shelves)


class Product(Model):
    """Something sold, in one or several variants."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")
        DIGITAL = "digital", _("Digital product")

    slug = models.SlugField(_("address"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.GOODS)
    name_fi = models.CharField(_("name in Finnish"), max_length=150)
    name_sv = models.CharField(_("name in Swedish"), max_length=150, blank=True)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    summary_fi = models.CharField(_("summary in Finnish"), max_length=300, blank=True)
    summary_sv = models.CharField(_("summary in Swedish"), max_length=300, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=300, blank=True)
    text_fi = models.TextField(_("text in Finnish"), blank=True)
    text_sv = models.TextField(_("text in Swedish"), blank=True)
    text_en = models.TextField(_("text in English"), blank=True)
    vat_class = models.ForeignKey(
        VatClass, verbose_name=_("VAT class"), on_delete=models.PROTECT, default="standard"
    )
    manufacturer = models.ForeignKey(
        Manufacturer,
        verbose_name=_("manufacturer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
    )
    categories: "models.ManyToManyField[Category, ProductCategory]" = models.ManyToManyField(
        Category, verbose_name=_("categories"), through="ProductCategory", related_name="products"
    )
    withdrawal_exclusion = models.CharField(
        _("no right of withdrawal"),
        max_length=10,
        choices=Exclusion,
        blank=True,
        help_text=_("Only on these grounds of the law; the buyer reads why before buying."),
    )
    published_from = models.DateTimeField(_("published from"), default=timezone.now)
    published_until = models.DateTimeField(_("published until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    # Kept by the database from variants and stock, so that lists sort and filter by an index.
    has_variants = models.BooleanField(default=False, editable=False)
    lowest_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, editable=False)
    highest_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, editable=False)
    in_stock = models.BooleanField(default=False, editable=False)

    # Written by the search's index; the database marks a product stale when its words change.
    search = SearchVectorField(null=True, editable=False)
    folded = models.TextField(blank=True, editable=False)
    search_is_stale = models.BooleanField(default=True, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name_fi"]
        indexes = [
            models.Index(fields=["-published_from", "id"], name="products_newest_first"),
            models.Index(fields=["lowest_price", "id"], name="products_by_price"),
            models.Index(name_key("fi"), "id", name="products_by_finnish_name"),
            models.Index(name_key("sv"), "id", name="products_by_swedish_name"),
            models.Index(name_key("en"), "id", name="products_by_english_name"),
            models.Index(
                fields=["published_until"],
                condition=Q(published_until__isnull=False),
                name="products_to_withdraw",
            ),
            models.Index(fields=["manufacturer"], name="products_by_manufacturer"),
            GinIndex(fields=["search"], name="products_search"),
            GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="products_trigrams"),
            models.Index(
                fields=["id"], condition=Q(search_is_stale=True), name="products_to_index"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_until=None) | Q(published_until__gt=F("published_from")),
                name="product_is_published_before_it_is_withdrawn",
                violation_error_message=_("The end of publication must be after its beginning."),
            ),
        ]
        triggers = [triggers.search_is_stale(), triggers.catalogue_changed()]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("orders:product", args=[self.slug])

    @property
    def exclusion_words(self) -> str:
        """Say why a buyer cannot withdraw, or until when; else nothing."""
        return words_of(self.withdrawal_exclusion)

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def summary(self) -> str:
        return in_language(self, "summary")

    @property
    def text(self) -> str:
        return in_language(self, "text")

    def is_published(self, at: datetime) -> bool:
        """Tell whether the product may be seen and bought at a moment."""
        if at < self.published_from:
            return False
        return self.published_until is None or at < self.published_until

    @property
    def is_goods(self) -> bool:
        return self.kind == self.Kind.GOODS


class ProductCategory(models.Model):
    """A product on a shelf; the first of its shelves is the one its breadcrumbs name."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="shelves")
    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.CASCADE, related_name="shelves"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["category", "product"], name="shelves_of_a_category")]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "category"],
                name="product_stands_once_in_a_category",
                violation_error_message=_("The product already stands in this category."),
            )
        ]
        triggers = [triggers.product_words_changed(), triggers.catalogue_changed()]

    def __str__(self) -> str:
        return str(self.category)


class VariantQuerySet(models.QuerySet["Variant"]):
    """Variants, as they can be bought."""

    def active(self) -> Self:
        """Keep the variants that are offered."""
        return self.filter(is_active=True)


class Variant(Model):
    """What goes into the basket: one colour and size of a product, with its own code and price."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="variants"
    )
    sku = models.CharField(
        _("SKU"),
        max_length=64,
        unique=True,
        error_messages={"unique": _("There is already a variant with this SKU.")},
    )
    gtin = models.CharField(
        _("GTIN"), max_length=14, blank=True, help_text=_("The number below the bar code.")
    )
    weight_g = models.PositiveIntegerField(_("weight, g"), default=0)
    content = models.DecimalField(
        _("content"),
        max_digits=10,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("Such as 0.25 kg or 10 pieces: the price of a unit is shown beside the price."),
    )
    content_unit = models.CharField(
        _("unit of the content"), max_length=5, blank=True, choices=list(UNITS.items())
    )
    price = models.DecimalField(
        _("price with VAT, €"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    reduced_price = models.DecimalField(
        _("reduced price, €"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    reduced_from = models.DateTimeField(_("reduced from"), null=True, blank=True)
    reduced_until = models.DateTimeField(_("reduced until"), null=True, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ["position", "sku"]
        indexes = [
            # Few; counting what a list can be narrowed by leaves them out.
            models.Index(fields=["id"], name="idle_variants", condition=Q(is_active=False)),
            models.Index(fields=["product", "position"], name="variants_of_a_product"),
            models.Index(fields=["gtin"], condition=Q(gtin__gt=""), name="variants_by_gtin"),
            models.Index(
                fields=["reduced_from"],
                include=["product"],
                condition=Q(reduced_from__isnull=False),
                name="variants_reduced_from",
            ),
            models.Index(
                fields=["reduced_until"],
                condition=Q(reduced_until__isnull=False),
                name="variants_reduced_until",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(sku=""), name="variant_has_a_sku"),
            models.CheckConstraint(
                condition=Q(gtin="") | Q(gtin__regex=r"^([0-9]{8}|[0-9]{12,14})$"),
                name="variant_gtin_has_its_form",
                violation_error_message=_("A GTIN has 8, 12, 13 or 14 digits."),
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="variant_price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(content=None, content_unit="")
                | Q(content__gt=0, content_unit__in=list(UNITS)),
                name="variant_content_has_a_unit",
                violation_error_message=_("Give the content and its unit, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(reduced_price=None, reduced_from=None, reduced_until=None)
                | (
                    Q(reduced_price__gte=0, reduced_from__isnull=False)
                    & Q(reduced_price__lt=F("price"))
                ),
                name="variant_reduction_is_below_the_price",
                violation_error_message=_(
                    "A reduced price is below the price, and says when it begins."
                ),
            ),
            models.CheckConstraint(
                condition=Q(reduced_until=None) | Q(reduced_until__gt=F("reduced_from")),
                name="variant_reduction_begins_before_it_ends",
                violation_error_message=_("The reduction must begin before it ends."),
            ),
        ]
        triggers = [
            triggers.listing_changed(),
            triggers.price_history(),
            triggers.product_words_changed("sku", "gtin", "product_id"),
            triggers.catalogue_changed(),
        ]

    def __str__(self) -> str:
        return self.sku

    def is_reduced(self, at: datetime) -> bool:
        """Tell whether the reduced price is the one asked at a moment."""
        if self.reduced_price is None or self.reduced_from is None or at < self.reduced_from:
            return False
        return self.reduced_until is None or at < self.reduced_until

    def own_price_at(self, at: datetime) -> Any:
        """Give the price with VAT before campaigns; what is asked, `asking` knows."""
        return self.reduced_price if self.is_reduced(at) else self.price


class PriceHistory(models.Model):
    """What a variant's price was from a moment on; written by the database and never altered.

    The lowest price of the thirty days before a reduction is read from here (Consumer Protection
    Act 38/1978 2:11 §).
    """

    variant = models.ForeignKey(
        Variant, verbose_name=_("variant"), on_delete=models.CASCADE, related_name="price_history"
    )
    at = models.DateTimeField(_("from"))
    price = models.DecimalField(_("price with VAT, €"), max_digits=12, decimal_places=2)
    reduced_price = models.DecimalField(
        _("reduced price, €"), max_digits=12, decimal_places=2, null=True
    )
    reduced_from = models.DateTimeField(_("reduced from"), null=True)
    reduced_until = models.DateTimeField(_("reduced until"), null=True)

    class Meta:
        verbose_name = _("earlier price")
        verbose_name_plural = _("earlier prices")
        ordering = ["variant", "-at", "-pk"]
        indexes = [models.Index(fields=["variant", "-at"], name="price_history_of_a_variant")]
        triggers = [
            pgtrigger.Protect(name="prices_are_never_rewritten", operation=pgtrigger.Update),
            triggers.prices_are_written_as_they_change(),
            triggers.prices_stay_with_what_is_sold(),
        ]

    def __str__(self) -> str:
        return f"{self.price} {self.at:%Y-%m-%d}"


class AttributeValue(models.Model):
    """What is said of a product, or of one variant of it."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="attribute_values")
    variant = models.ForeignKey(
        Variant,
        verbose_name=_("variant"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="options",
        help_text=_("Empty: it holds for the whole product."),
    )
    attribute = models.ForeignKey(
        Attribute, verbose_name=_("attribute"), on_delete=models.PROTECT, related_name="values"
    )
    option = models.ForeignKey(
        AttributeOption,
        verbose_name=pgettext_lazy("of an attribute", "option"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="values",
    )
    number = models.DecimalField(
        pgettext_lazy("kind of attribute", "number"),
        max_digits=14,
        decimal_places=3,
        null=True,
        blank=True,
    )
    truth = models.BooleanField(_("yes or no"), null=True, blank=True)
    text_fi = models.CharField(_("text in Finnish"), max_length=200, blank=True)
    text_sv = models.CharField(_("text in Swedish"), max_length=200, blank=True)
    text_en = models.CharField(_("text in English"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["attribute", "option"], name="values_of_an_option")]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "variant", "attribute", "option"],
                name="attribute_is_said_once",
                nulls_distinct=False,
                violation_error_message=_("This is already said."),
            ),
            models.CheckConstraint(
                condition=Q(option__isnull=False, number=None, truth=None, text_fi="")
                | Q(option=None, number__isnull=False, truth=None, text_fi="")
                | Q(option=None, number=None, truth__isnull=False, text_fi="")
                | (Q(option=None, number=None, truth=None) & ~Q(text_fi="")),
                name="attribute_has_one_kind_of_value",
                violation_error_message=_("Give the one value that the attribute asks for."),
            ),
        ]
        triggers = [
            triggers.value_fits_its_attribute(),
            triggers.product_words_changed(),
            triggers.catalogue_changed(),
        ]

    def __str__(self) -> str:
        return f"{self.attribute_id}"

    @property
    def text(self) -> str:
        return in_language(self, "text")


def picture_path(picture: "Picture", name: str) -> str:
    """Name a stored picture by its product, its key and its content; the typed name is forgotten.

    Another content has another name, so that browsers may keep what they have got for ever.
    """
    ending = name.rpartition(".")[2].lower()
    return f"pictures/{picture.product_id}/{picture.pk}-{picture.checksum[:16]}.{ending}"


class Picture(Model):
    """A picture of a product; its smaller and modern renditions are made by the worker."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="pictures")
    variant = models.ForeignKey(
        Variant,
        verbose_name=_("variant"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="pictures",
        help_text=_("Shown when this variant is chosen."),
    )
    file = models.ImageField(
        _("file"),
        upload_to=picture_path,
        max_length=200,
        width_field="width",
        height_field="height",
    )
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    alt_fi = models.CharField(
        _("description in Finnish"),
        max_length=200,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    alt_sv = models.CharField(_("description in Swedish"), max_length=200, blank=True)
    alt_en = models.CharField(_("description in English"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    checksum = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("SHA-256 of the file as it was given."),
    )
    rendition_widths = models.JSONField(
        default=list, editable=False, help_text=_("Widths for which renditions are ready.")
    )

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["product", "position"], name="pictures_of_a_product")]
        triggers = [triggers.catalogue_changed()]

    def __str__(self) -> str:
        return self.alt

    @property
    def alt(self) -> str:
        return in_language(self, "alt")


class CatalogueVersion(models.Model):
    """One row whose number grows with every committed change that shoppers can see."""

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        verbose_name = _("version of the catalogue")
        verbose_name_plural = _("versions of the catalogue")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_catalogue_version")
        ]

    def __str__(self) -> str:
        return str(self.number)
