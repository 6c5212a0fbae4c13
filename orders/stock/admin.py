"""The store room, as staff count it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.catalogue.admin import (
    BookableInline,
    PictureInline,
    PlanInline,
    ProductAdmin,
    ShelfInline,
    ValueInline,
    VariantForm,
    VariantInline,
    WareInline,
    that_stay,
)
from orders.catalogue.models import Product, Variant
from orders.stock.models import Level, Movement
from orders.stock.operations import count
from privacy.admin_parts import CalledByUs, ReadOnlyInline, ReadOnlyMixin

TOO_FEW = _("%(reserved)s pieces are promised to buyers just now; count at least those.")


class LeftFilter(admin.SimpleListFilter):
    """Levels by what is left of them."""

    title = _("what is left")
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("out", _("Sold out")), ("low", _("Low or sold out")), ("plenty", _("Enough"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Level]) -> QuerySet[Level]:
        if self.value() == "out":
            return queryset.filter(on_hand__lte=F("reserved"))
        if self.value() == "low":
            return queryset.filter(on_hand__lte=F("reserved") + F("low_at"))
        if self.value() == "plenty":
            return queryset.filter(on_hand__gt=F("reserved") + F("low_at"))
        return queryset


class LevelForm(forms.ModelForm[Level]):
    """Write down how many pieces were counted."""

    pieces = forms.IntegerField(
        label=_("Counted pieces"),
        show_hidden_initial=True,  # what was sold since the page was opened is nobody's count
        help_text=_("How many lie in the store room now; the difference becomes a movement."),
    )

    class Meta:
        model = Level
        fields = ["backorder", "low_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pieces"].initial = self.instance.on_hand

    def clean(self) -> dict[str, Any] | None:
        said = super().clean() or {}
        pieces = said.get("pieces")
        too_few = pieces is not None and pieces < self.instance.reserved
        if too_few and not said.get("backorder"):
            raise ValidationError(TOO_FEW, params={"reserved": self.instance.reserved})
        return said


class MovementInline(ReadOnlyInline):
    """What came and went."""

    model = Movement
    fields = ["at", "kind", "change", "balance", "order_number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Movement]:
        return super().get_queryset(request).order_by("-at")


@admin.register(Level)
class LevelAdmin(CalledByUs):
    """How much there is of what."""

    form = LevelForm
    list_display = ["sku", "product", "on_hand", "reserved", "left", "low_at", "backorder"]
    list_filter = [LeftFilter, "backorder"]
    search_fields = ["variant__sku__istartswith", "variant__product__name_fi"]
    search_help_text = _("How a SKU begins, or a product's Finnish name")
    show_full_result_count = False
    readonly_fields = ["variant", "on_hand", "reserved"]
    fields = ["variant", "on_hand", "reserved", "pieces", "backorder", "low_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Level]:
        return super().get_queryset(request).select_related("variant__product")

    def called(self, row: Level) -> str:
        return f"{row.variant.product}, {row.variant.sku}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("SKU"), ordering="variant__sku")
    def sku(self, level: Level) -> str:
        return level.variant.sku

    @admin.display(description=_("product"))
    def product(self, level: Level) -> str:
        return level.variant.product.name

    @admin.display(description=_("left"), ordering=F("on_hand") - F("reserved"))
    def left(self, level: Level) -> int:
        return level.free

    def save_model(self, request: HttpRequest, obj: Level, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "pieces" in form.changed_data:
            count(level=obj, pieces=form.cleaned_data["pieces"], at=timezone.now())


@admin.register(Movement)
class MovementAdmin(ReadOnlyMixin, CalledByUs):
    """Every piece in and out."""

    list_display = ["at", "sku", "kind", "change", "balance", "order_number"]
    list_filter = ["kind"]
    search_fields = ["order_number__exact", "level__variant__sku__exact"]
    search_help_text = _("An order number or a SKU")
    date_hierarchy = "at"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Movement]:
        return super().get_queryset(request).select_related("level__variant")

    def called(self, row: Movement) -> str:
        return f"{row.level.variant.sku}, {row.change:+d}"

    @admin.display(description=_("SKU"))
    def sku(self, movement: Movement) -> str:
        return movement.level.variant.sku


class StockedVariantForm(VariantForm):
    """A variant, and how many pieces of it there are."""

    pieces = forms.IntegerField(
        label=_("Counted pieces"),
        required=False,
        show_hidden_initial=True,
        help_text=_("Empty for what is not counted, such as services: it is always available."),
    )
    low_at = forms.IntegerField(label=_("low at"), required=False, min_value=0)
    backorder = forms.BooleanField(label=_("can be ordered when sold out"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level: Level | None = getattr(self.instance, "level", None)
        if self.level is not None:
            self.initial.update(
                {
                    "pieces": self.level.on_hand,
                    "low_at": self.level.low_at,
                    "backorder": self.level.backorder,
                }
            )

    def clean_pieces(self) -> int | None:
        """Refuse to count less than has been promised."""
        pieces: int | None = self.cleaned_data["pieces"]
        reserved = self.level.reserved if self.level else 0
        if pieces is not None and pieces < reserved:
            raise ValidationError(TOO_FEW, params={"reserved": reserved})
        if pieces is None and self.level is not None:
            raise ValidationError(_("This variant is counted; write 0 when there are none."))
        return pieces


class StockedVariantInline(VariantInline):
    """Variants with their stock."""

    form = StockedVariantForm
    fields = [*VariantInline.fields, ("pieces", "low_at", "backorder")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        return super().get_queryset(request).select_related("level")


@admin.register(Product)
class StockedProductAdmin(ProductAdmin):
    """A product's page, with the stock of its variants."""

    inlines = [
        ShelfInline,
        PictureInline,
        ValueInline,
        StockedVariantInline,
        WareInline,
        PlanInline,
        BookableInline,
    ]

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            for variant_form in that_stay(formset):
                if isinstance(variant_form, StockedVariantForm):
                    write_stock(variant_form)


def write_stock(form: StockedVariantForm) -> None:
    """Write down what was counted of a variant, if anything was."""
    pieces = form.cleaned_data.get("pieces")
    if pieces is None or not form.instance.sku:
        return
    level, _made = Level.objects.get_or_create(variant=form.instance)
    level.backorder = form.cleaned_data["backorder"]
    if form.cleaned_data["low_at"] is not None:
        level.low_at = form.cleaned_data["low_at"]
    level.save(update_fields=["backorder", "low_at"])
    if "pieces" in form.changed_data:
        count(level=level, pieces=pieces, at=timezone.now())
