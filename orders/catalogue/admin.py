"""The shelf, as the merchant keeps it: one page a product, with its variants and pictures."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import groupby
from operator import attrgetter
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from orders.catalogue import pictures, ware_files
from orders.catalogue.eu_rates import REDUCED_RATES
from orders.catalogue.gtin import NotAGtin, normalise
from orders.catalogue.models import (
    Attribute,
    AttributeOption,
    AttributeValue,
    Category,
    Manufacturer,
    Picture,
    Product,
    ProductCategory,
    Variant,
    VatClass,
    VatRate,
)
from orders.catalogue.plans import Plan
from orders.catalogue.times import Bookable
from orders.catalogue.wares import MEDIA_TYPES, Ware, sold_besides, without_wares
from orders.taxation.areas import HOME
from privacy.admin_parts import ChoosesRows
from privacy.overwriting import NothingOverwritten

LANGUAGES = ("fi", "sv", "en")


def in_three(field: str) -> tuple[str, ...]:
    """Name a field in each language, to stand on one row."""
    return tuple(f"{field}_{language}" for language in LANGUAGES)


class NamedMixin:
    """A table whose rows are listed by their name in the reader's language."""

    @admin.display(description=_("name"), ordering="name_fi")
    def name(self, row: Any) -> str:
        return str(row.name)


class RateInline(admin.TabularInline[VatRate, VatClass]):
    """The rates of a class, each with its country and days."""

    model = VatRate
    extra = 0
    verbose_name_plural = _(
        "VAT rates: a country without a rate of its own here asks its general rate"
    )


KNOWN_LOWER = " · ".join(
    f"{country} {', '.join(f'{rate.normalize():f}' for rate in rates)} %"
    for country, rates in REDUCED_RATES.items()
)
"""What a new row may say: which goods have a rate, the source of the rates does not tell."""


@admin.register(VatClass)
class VatClassAdmin(NamedMixin, NothingOverwritten):
    """Kinds of things sold, as the tax sees them, and their dated rates."""

    list_display = ["name", "code", "rate_now"]
    inlines = [RateInline]
    fieldsets = [
        (None, {"fields": ["code", in_three("name"), "position"]}),
        (_("Exempt from VAT"), {"fields": [in_three("exempt"), "exempt_code"]}),
        (
            _("Lower rates that other countries have: of what, each law says"),
            {"fields": [], "description": KNOWN_LOWER},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[VatClass]:
        return super().get_queryset(request).prefetch_related("rates")

    @admin.display(description=_("rate today"))
    def rate_now(self, vat_class: VatClass) -> str:
        day = timezone.localdate()
        now = [
            rate.rate
            for rate in vat_class.rates.all()
            if rate.country == HOME and day in rate.valid
        ]
        return ", ".join(f"{rate} %" for rate in now) or "–"


@admin.register(Category)
class CategoryAdmin(ChoosesRows, NothingOverwritten):
    """The branches of the tree, in its order."""

    list_display = ["branch", "path", "position"]
    list_editable = ["position"]
    search_fields = ["name_fi", "name_sv", "name_en", "path"]
    prepopulated_fields = {"slug": ["name_fi"]}
    autocomplete_fields = ["parent"]
    fieldsets = [
        (None, {"fields": ["parent", in_three("name"), "slug", "position"]}),
        (_("Texts"), {"fields": ["text_fi", "text_sv", "text_en"]}),
    ]

    @admin.display(description=_("category"), ordering="path")
    def branch(self, category: Category) -> str:
        return f"{'— ' * category.path.count('/')}{category.name}"


@admin.register(Manufacturer)
class ManufacturerAdmin(NothingOverwritten):
    """Who made what is sold; the address and e-mail are shown with the product (GPSR)."""

    list_display = ["name", "address", "email"]
    search_fields = ["name"]


class OptionInline(admin.TabularInline[AttributeOption, Attribute]):
    """The answers of a choice."""

    model = AttributeOption
    extra = 0
    fields = ["code", *in_three("name"), "position"]
    prepopulated_fields = {"code": ["name_fi"]}


@admin.register(Attribute)
class AttributeAdmin(NamedMixin, NothingOverwritten):
    """What can be said of products."""

    list_display = ["name", "code", "kind", "unit", "is_facet", "position"]
    list_editable = ["is_facet", "position"]
    list_filter = ["kind", "is_facet"]
    search_fields = ["name_fi", "name_sv", "name_en", "code"]
    prepopulated_fields = {"code": ["name_fi"]}
    inlines = [OptionInline]
    fields = [in_three("name"), "code", "kind", "unit", "is_facet", "position"]


@admin.register(AttributeOption)
class AttributeOptionAdmin(admin.ModelAdmin[AttributeOption]):
    """Here to be searched from other pages; kept on the attribute's own."""

    search_fields = ["name_fi", "name_sv", "name_en", "attribute__name_fi"]
    list_select_related = ["attribute"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


class ShelfInline(ChoosesRows, admin.TabularInline[ProductCategory, Product]):
    """Where a product stands; the first is the one its breadcrumbs name."""

    model = ProductCategory
    extra = 1
    autocomplete_fields = ["category"]


class ValueForm(forms.ModelForm[AttributeValue]):
    """Check in words what the database would refuse."""

    class Meta:
        model = AttributeValue
        fields = ["attribute", "option", "number", "truth", *in_three("text"), "position"]

    def clean(self) -> dict[str, Any] | None:
        said = super().clean() or {}
        attribute, option = said.get("attribute"), said.get("option")
        if attribute is None:
            return said
        given = {
            Attribute.Kind.CHOICE: option is not None and option.attribute_id == attribute.pk,
            Attribute.Kind.NUMBER: said.get("number") is not None,
            Attribute.Kind.BOOLEAN: said.get("truth") is not None,
            Attribute.Kind.TEXT: bool(said.get("text_fi")),
        }
        if not given[Attribute.Kind(attribute.kind)]:
            raise ValidationError(
                _("“%(attribute)s” wants this kind of value: %(kind)s."),
                params={"attribute": attribute.name, "kind": attribute.get_kind_display()},
            )
        return said


class ValueInline(ChoosesRows, admin.TabularInline[AttributeValue, Product]):
    """What is said of the whole product; what makes a variant is chosen on the variant."""

    model = AttributeValue
    form = ValueForm
    extra = 1
    autocomplete_fields = ["attribute", "option"]
    fields = ["attribute", "option", "number", "truth", *in_three("text"), "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttributeValue]:
        return super().get_queryset(request).filter(variant=None)


class GroupedOptions(ModelChoiceIterator[AttributeOption]):
    """Options under the names of their attributes; those that are chosen from come first."""

    field: "OptionsField"

    def __iter__(self) -> Iterator[Any]:
        chosen = self.field.chosen_from
        options = sorted(self.queryset, key=lambda option: option.attribute_id not in chosen)
        for attribute, of_it in groupby(options, key=attrgetter("attribute")):
            yield attribute.name, [self.choice(option) for option in of_it]


class OptionsField(forms.ModelMultipleChoiceField[AttributeOption]):
    """Options of all choices, grouped by their attribute."""

    iterator = GroupedOptions
    chosen_from: AbstractSet[UUID] = frozenset()

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class VariantForm(forms.ModelForm[Variant]):
    """A variant with what makes it, such as its colour and size."""

    makes = OptionsField(
        label=_("what makes it"),
        queryset=AttributeOption.objects.select_related("attribute").order_by(
            "attribute__position", "attribute", "position", "pk"
        ),
        widget=forms.SelectMultiple({"size": 10}),
        required=False,
        help_text=_("Colour, size and the like. Leave empty when there is only one variant."),
    )

    class Meta:
        model = Variant
        fields = [
            "sku",
            "gtin",
            "weight_g",
            "content",
            "content_unit",
            "price",
            "reduced_price",
            "reduced_from",
            "reduced_until",
            "is_active",
            "position",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.sku:
            options = self.instance.options.all()
            self.initial["makes"] = [value.option_id for value in options]
            makes = self.fields["makes"]
            if isinstance(makes, OptionsField):
                makes.chosen_from = {value.attribute_id for value in options}

    def clean_gtin(self) -> str:
        """Bring the number to its digits, and check the last of them."""
        typed = self.cleaned_data["gtin"]
        if not typed:
            return ""
        try:
            return normalise(typed)
        except NotAGtin as refusal:
            raise ValidationError(_("The check digit of the GTIN is wrong.")) from refusal

    def clean_makes(self) -> list[AttributeOption]:
        chosen = list(self.cleaned_data["makes"])
        if len({option.attribute_id for option in chosen}) < len(chosen):
            raise ValidationError(_("Choose one option of each attribute."))
        return chosen


class VariantInline(admin.StackedInline[Variant, Product]):
    """What can be bought of a product."""

    model = Variant
    form = VariantForm
    extra = 0
    min_num = 1
    fields = [
        ("sku", "gtin", "weight_g"),
        ("content", "content_unit"),
        ("price", "reduced_price", "reduced_from", "reduced_until"),
        "makes",
        ("is_active", "position"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        return super().get_queryset(request).prefetch_related("options")


class OfOneProduct(admin.options.BaseModelAdmin[Any]):
    """Rows beneath a product that may be of one of its variants."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only the variants of the product itself."""
        if db_field.name == "variant":
            page = request.resolver_match
            product = page.kwargs.get("object_id") if page else None
            kwargs["queryset"] = Variant.objects.filter(product=product)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PictureForm(forms.ModelForm[Picture]):
    """A picture whose file is looked at before it is kept, and drawn anew."""

    checked: pictures.CheckedPicture | None = None

    def clean_file(self) -> Any:
        """Refuse what is no picture that the shop can show."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data and file:
            try:
                self.checked = pictures.check(file)
            except pictures.PictureRefused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return file

    def save(self, commit: bool = True) -> Picture:
        if self.errors or self.checked is None:
            return super().save(commit)
        picture = super().save(commit=False)
        if commit:
            pictures.put(picture, self.checked)
        return picture


class PictureFormSet(forms.BaseInlineFormSet[Picture, Product, forms.ModelForm[Picture]]):
    """A product's pictures; the files of those taken away go too."""

    def delete_existing(self, obj: Picture, commit: bool = True) -> None:
        if commit:
            pictures.remove_picture(picture=obj)


class PictureInline(OfOneProduct, admin.StackedInline[Picture, Product]):
    """A product's pictures."""

    model = Picture
    form = PictureForm
    formset = PictureFormSet
    extra = 0
    fields = [("thumbnail", "file"), *in_three("alt"), ("variant", "position")]
    readonly_fields = ["thumbnail"]

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> str:
        if not picture.file:
            return ""
        return format_html(
            '<img src="{}" alt="" width="64" height="64" loading="lazy">', picture.file.url
        )


class WareForm(forms.ModelForm[Ware]):
    """A file to download, looked at before it is kept."""

    class Meta:
        model = Ware
        fields = ["name", "file", "variant", "position"]
        widgets: ClassVar[dict[str, Any]] = {
            "file": forms.FileInput(
                attrs={"accept": ",".join(f".{ending}" for ending in sorted(MEDIA_TYPES))}
            )
        }

    def clean_file(self) -> Any:
        """Refuse what cannot be sold."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data and file:
            try:
                ware_files.check(file)
            except ware_files.WareRefused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return file

    def save(self, commit: bool = True) -> Ware:
        if self.errors or "file" not in self.changed_data or not commit:
            return super().save(commit)
        return ware_files.lay_in(
            ware=self.instance, file=self.cleaned_data["file"], at=timezone.now()
        )


class DigitalAlone(forms.BaseInlineFormSet[Ware, Product, forms.ModelForm[Ware]]):
    """Refuse files of what is no download, and to leave a buyer without a file."""

    def clean(self) -> None:
        """Look at the kind that the product is about to have, and at who has bought."""
        super().clean()
        added = (each for each in self.extra_forms if each.has_changed())
        stays = [each for each in (*self.initial_forms, *added) if each not in self.deleted_forms]
        if stays and self.instance.kind != Product.Kind.DIGITAL:
            raise ValidationError(_("Only a digital product has files to download."))
        if self._leaves_a_buyer_without(stays):
            raise ValidationError(
                _("It has been sold: lay a newer file in its place, or add another first.")
            )

    def _leaves_a_buyer_without(self, stays: list[Any]) -> bool:
        if not self.initial_forms or any(each.errors for each in stays):
            return False
        kept = [each.cleaned_data.get("variant") for each in stays]
        own = [each.pk for each in kept if each is not None]
        return len(own) == len(kept) and sold_besides(self.instance, own).exists()

    def delete_existing(self, obj: Ware, commit: bool = True) -> None:
        if commit:
            ware_files.take_away(ware=obj)


class WareInline(OfOneProduct, admin.TabularInline[Ware, Product]):
    """The files of a digital product."""

    model = Ware
    form = WareForm
    formset = DigitalAlone
    extra = 0
    fields = ["name", "file", "variant", "position"]


class WareFilter(admin.SimpleListFilter):
    """Digital products that cannot be bought, since a file is missing."""

    title = _("files to download")
    parameter_name = "wares"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("missing", _("A file is missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if self.value() != "missing":
            return queryset
        return queryset.filter(pk__in=without_wares().values("pk"))


class ServicesAlone(forms.BaseInlineFormSet[Any, Product, Any]):
    """Refuse to sell goods by the period or by appointment, before the database does."""

    def clean(self) -> None:
        """Look at the kind that the product is about to have."""
        super().clean()
        added = (each for each in self.extra_forms if each.has_changed())
        kept = [*self.initial_forms, *added]
        stays = any(each not in self.deleted_forms for each in kept)
        if stays and self.instance.kind != Product.Kind.SERVICE:
            raise ValidationError(_("Only a service is sold by the period or by appointment."))


class PlanInline(admin.StackedInline[Plan, Product]):
    """How a service goes on by the period."""

    model = Plan
    formset = ServicesAlone
    extra = 0
    fields = [("period", "notice_days", "letter_days")]


class BookableForm(forms.ModelForm[Bookable]):
    """A service is sold by appointment once the form is there, also with its first values."""

    class Meta:
        model = Bookable
        fields = ["book_hours", "change_hours"]

    def has_changed(self) -> bool:
        return self.empty_permitted or super().has_changed()


class BookableInline(admin.StackedInline[Bookable, Product]):
    """Until when a service by appointment can be booked, moved and cancelled."""

    model = Bookable
    form = BookableForm
    formset = ServicesAlone
    extra = 0
    fields = [("book_hours", "change_hours")]


class PublishedFilter(admin.SimpleListFilter):
    """Products by whether shoppers see them now."""

    title = _("publication")
    parameter_name = "published"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("Published")), ("later", _("Later")), ("over", _("Withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        now = timezone.now()
        if self.value() == "now":
            return queryset.filter(pk__in=Product.objects.published(now).values("pk"))
        if self.value() == "later":
            return queryset.filter(published_from__gt=now)
        if self.value() == "over":
            return queryset.filter(published_until__lte=now)
        return queryset


class StockFilter(admin.SimpleListFilter):
    """Products by whether something of them is left."""

    title = _("in stock")
    parameter_name = "in_stock__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Yes")), ("0", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        if self.value() in ("0", "1"):
            return queryset.filter(in_stock=self.value() == "1")
        return queryset


class ProductAdmin(NamedMixin, ChoosesRows, NothingOverwritten):
    """Everything about a product on one page; the store room adds the stock and registers it."""

    list_display = ["name", "kind", "manufacturer", "prices", "has_stock", "published"]
    list_filter = [PublishedFilter, "kind", StockFilter, WareFilter, "vat_class"]
    list_select_related = ["manufacturer"]
    search_fields = ["name_fi", "name_sv", "name_en", "variants__sku__exact"]
    search_help_text = _("Words of a name, or a whole SKU")
    show_full_result_count = False
    list_per_page = 50
    prepopulated_fields = {"slug": ["name_fi"]}
    autocomplete_fields = ["manufacturer"]
    view_on_site = True
    inlines = [
        ShelfInline,
        PictureInline,
        ValueInline,
        VariantInline,
        WareInline,
        PlanInline,
        BookableInline,
    ]
    actions = ["publish", "withdraw"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *in_three("name"),
                    "slug",
                    ("kind", "vat_class"),
                    "manufacturer",
                    "withdrawal_exclusion",
                ]
            },
        ),
        (_("Summary"), {"fields": ["summary_fi", "summary_sv", "summary_en"]}),
        (
            _("Text"),
            {
                "fields": ["text_fi", "text_sv", "text_en"],
                "description": _(
                    "An empty line begins a new paragraph, a dash at the start of a line a list."
                ),
            },
        ),
        (_("Publication"), {"fields": [("published_from", "published_until")]}),
    ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say above the form when the product cannot be bought, since a file is missing."""
        product = self.get_object(request, object_id) if request.method != "POST" else None
        if product is not None and without_wares().filter(pk=product.pk).exists():
            self.message_user(
                request,
                _("This cannot be bought: lay in the file that its buyers download."),
                messages.WARNING,
            )
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description=_("price"), ordering="lowest_price")
    def prices(self, product: Product) -> str:
        lowest, highest = product.lowest_price, product.highest_price
        if lowest is None or highest is None:
            return "–"
        if lowest == highest:
            return number_format(lowest)
        return f"{number_format(lowest)}–{number_format(highest)}"

    @admin.display(description=_("published from"), ordering="published_from")
    def published(self, product: Product) -> str:
        return date_format(timezone.localtime(product.published_from), "SHORT_DATE_FORMAT")

    @admin.display(description=_("in stock"), ordering="in_stock", boolean=True)
    def has_stock(self, product: Product) -> bool:
        return product.in_stock

    @admin.action(description=_("Publish the chosen products now"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        now = timezone.now()
        changed = queryset.update(published_from=now, published_until=None)
        self._tell(request, changed)

    @admin.action(description=_("Withdraw the chosen products now"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        now = timezone.now()
        published = queryset.filter(published_from__lt=now)
        self._tell(request, published.update(published_until=now))

    def _tell(self, request: HttpRequest, changed: int) -> None:
        words = ngettext("%(count)s product changed.", "%(count)s products changed.", changed)
        self.message_user(request, words % {"count": changed})

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if formset.model is Variant:
                for variant_form in that_stay(formset):
                    write_options(variant_form)


def that_stay(formset: Any) -> list[Any]:
    """List the forms whose rows stay; of those that go nobody has looked at what they say."""
    return [form for form in formset.forms if form not in formset.deleted_forms]


def write_options(form: VariantForm) -> None:
    """Say of a variant what was chosen for it."""
    variant = form.instance
    if not variant.sku or "makes" not in form.changed_data:
        return
    chosen = form.cleaned_data["makes"]
    variant.options.exclude(option__in=chosen).delete()
    known = set(variant.options.values_list("option_id", flat=True))
    AttributeValue.objects.bulk_create(
        AttributeValue(
            product_id=variant.product_id,
            variant=variant,
            attribute_id=option.attribute_id,
            option=option,
            position=position,
        )
        for position, option in enumerate(chosen)
        if option.pk not in known
    )
