"""Coupons, as the merchant keeps them."""

import csv
import io
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from orders.catalogue.admin import in_three
from orders.offers.codes import LONGEST, SHORTEST, normal_code, written
from orders.offers.models import Coupon, CouponCode, CouponScope
from orders.offers.operations import MOST_AT_ONCE, draw_codes, name_code


class CouponForm(forms.ModelForm[Coupon]):
    """A coupon's terms, and codes to be made for it."""

    own_code = forms.CharField(
        label=_("code of your own"),
        required=False,
        max_length=100,
        help_text=_("Such as SUMMER10. Small letters, blanks and dashes make no difference."),
    )
    how_many = forms.IntegerField(
        label=_("codes to be drawn"),
        required=False,
        min_value=0,
        max_value=MOST_AT_ONCE,
        help_text=_("So many codes that nobody can guess."),
    )
    uses_each = forms.IntegerField(
        label=_("uses of each code"),
        required=False,
        min_value=1,
        help_text=_("Of the codes made now. Empty: without a limit."),
    )

    class Meta:
        model = Coupon
        fields = [
            *in_three("name"),
            "kind",
            "percent",
            "amount",
            "minimum",
            "with_reduced",
            "valid_from",
            "valid_until",
            "most_per_buyer",
            "budget",
            "is_active",
        ]

    def clean_own_code(self) -> str:
        """Refuse a code that is too short or another's."""
        typed = self.cleaned_data["own_code"]
        if not typed:
            return ""
        code = normal_code(typed)
        if not SHORTEST <= len(code) <= LONGEST:
            raise ValidationError(_("A code has 4 to 32 letters and digits."))
        if CouponCode.objects.filter(code=code).exists():
            raise ValidationError(_("There is already a coupon with this code."))
        return code


class ScopeInline(admin.TabularInline[CouponScope, Coupon]):
    """What a coupon counts for; nothing named is everything."""

    model = CouponScope
    extra = 0
    autocomplete_fields = ["product", "category"]


@admin.register(Coupon)
class CouponAdmin(admin.ModelAdmin[Coupon]):
    """What coupons give, and the codes that are made for them."""

    form = CouponForm
    list_display = [
        "name",
        "gives",
        "minimum",
        "valid_from",
        "valid_until",
        "codes_made",
        "used",
        "given",
        "is_active",
    ]
    list_filter = ["kind", "is_active"]
    search_fields = ["name_fi", "name_sv", "name_en"]
    readonly_fields = ["codes_made", "used", "given"]
    inlines = [ScopeInline]
    fieldsets = [
        (None, {"fields": [in_three("name"), "is_active"]}),
        (_("What it gives"), {"fields": ["kind", ("percent", "amount")]}),
        (
            _("Terms"),
            {
                "fields": [
                    ("valid_from", "valid_until"),
                    "minimum",
                    "most_per_buyer",
                    "budget",
                    "with_reduced",
                ]
            },
        ),
        (_("Make codes"), {"fields": ["own_code", ("how_many", "uses_each")]}),
        (_("So far"), {"fields": [("codes_made", "used", "given")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Coupon]:
        counted = super().get_queryset(request)
        return counted.annotate(made=Count("codes"), uses=Sum("codes__uses"))

    @admin.display(description=_("name"), ordering="name_fi")
    def name(self, coupon: Coupon) -> str:
        return coupon.name

    @admin.display(description=_("gives"))
    def gives(self, coupon: Coupon) -> str:
        return coupon.gives

    @admin.display(description=_("codes"))
    def codes_made(self, coupon: Coupon) -> int:
        return int(coupon.__dict__.get("made") or 0)

    @admin.display(description=_("used"))
    def used(self, coupon: Coupon) -> int:
        return int(coupon.__dict__.get("uses") or 0)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Take out of use what is not wanted; orders name what they were given."""
        return False

    def save_model(self, request: HttpRequest, obj: Coupon, form: Any, change: bool) -> None:
        """Write what was changed alone: what has been given meanwhile is counted by orders."""
        columns = {field.name for field in Coupon._meta.concrete_fields}
        if change:
            obj.save(update_fields=sorted(columns & set(form.changed_data)))
        else:
            super().save_model(request, obj, form, change)
        self._make_codes(request, obj, form.cleaned_data)

    def _make_codes(self, request: HttpRequest, coupon: Coupon, said: dict[str, Any]) -> None:
        at, each, made = timezone.now(), said.get("uses_each"), 0
        if said.get("own_code"):
            name_code(coupon=coupon, typed=said["own_code"], most_uses=each, at=at)
            made += 1
        if said.get("how_many"):
            made += len(draw_codes(coupon=coupon, how_many=said["how_many"], most_uses=each, at=at))
        if made:
            words = ngettext("%(count)s code was made.", "%(count)s codes were made.", made)
            self.message_user(request, words % {"count": made})


@admin.register(CouponCode)
class CouponCodeAdmin(admin.ModelAdmin[CouponCode]):
    """Codes, each with its uses; to be handed out as a file."""

    list_display = ["code_written", "coupon", "most_uses", "uses", "created_at"]
    list_filter = [("coupon", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["coupon"]
    search_fields = ["code__exact"]
    search_help_text = _("A whole code")
    show_full_result_count = False
    list_per_page = 100
    actions = ["as_file"]
    fields = ["coupon", "code_written", "most_uses", "uses", "created_at"]
    readonly_fields = ["coupon", "code_written", "uses", "created_at"]

    @admin.display(description=pgettext_lazy("coupon", "code"), ordering="code")
    def code_written(self, code: CouponCode) -> str:
        return written(code.code)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CouponCode], search_term: str
    ) -> tuple[QuerySet[CouponCode], bool]:
        """Find a code however it is typed."""
        typed = normal_code(search_term)
        return (queryset.filter(code=typed) if typed else queryset), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: CouponCode, form: Any, change: bool) -> None:
        """Write the limit alone: uses are counted by orders meanwhile."""
        obj.save(update_fields=["most_uses"])

    @admin.action(description=_("Download the chosen codes"), permissions=["view"])
    def as_file(self, request: HttpRequest, queryset: QuerySet[CouponCode]) -> HttpResponse:
        """Give codes as a file for a spreadsheet."""
        page = io.StringIO()
        rows = csv.writer(page, delimiter=";", lineterminator="\r\n")
        rows.writerow([_now("Coupon code"), _now("Uses at most"), _now("Used")])
        for code in queryset.iterator(chunk_size=1000):
            rows.writerow([written(code.code), code.most_uses or "", code.uses])
        answer = HttpResponse(page.getvalue(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="coupons.csv"'
        answer["Cache-Control"] = "private, no-store"
        return answer
