"""Campaigns and coupons, as the merchant keeps them."""

import csv
import io
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from orders.catalogue.admin import in_three
from orders.catalogue.campaigns import Campaign, CampaignScope
from orders.offers.codes import LONGEST, SHORTEST, normal_code, written
from orders.offers.models import Coupon, CouponCode, CouponScope
from orders.offers.operations import MOST_AT_ONCE, draw_codes, name_code
from orders.offers.planning import (
    HasBegun,
    IsOver,
    NothingReduced,
    end_now,
    plan,
    preview,
    take_back,
)
from privacy.admin_parts import ChoosesRows, frame_of, row_deeds, row_pages
from privacy.private_answers import csv_headers


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


class ScopeInline(ChoosesRows, admin.TabularInline[CouponScope, Coupon]):
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
        rows.writerow([gettext("Coupon code"), gettext("Uses at most"), gettext("Used")])
        for code in queryset.iterator(chunk_size=1000):
            rows.writerow([written(code.code), code.most_uses or "", code.uses])
        return HttpResponse(page.getvalue(), headers=csv_headers("coupons.csv"))


class CampaignScopeInline(ChoosesRows, admin.TabularInline[CampaignScope, Campaign]):
    """What a campaign is for."""

    model = CampaignScope
    extra = 0
    autocomplete_fields = ["product", "category"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and super().has_delete_permission(request, obj)


def _is_draft(campaign: Any) -> bool:
    return campaign is None or campaign.planned_at is None


class CampaignForm(forms.ModelForm[Campaign]):
    """A campaign's rule and time."""

    class Meta:
        model = Campaign
        fields = [
            *in_three("name"),
            "percent",
            "fixed_price",
            "begins_at",
            "ends_at",
            "is_for_all",
        ]

    def clean_ends_at(self) -> datetime:
        """Refuse an end in the past: what has been asked stays."""
        ends_at: datetime = self.cleaned_data["ends_at"]
        if "ends_at" in self.changed_data and ends_at <= timezone.now():
            raise ValidationError(
                _("The end must be still to come. To end it now, see its preview.")
            )
        return ends_at


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin[Campaign]):
    """Campaigns are drafted, looked at beforehand, planned, and then run by the clock."""

    list_display = ["name", "rule", "begins_at", "ends_at", "stands"]
    form = CampaignForm
    search_fields = ["name_fi", "name_sv", "name_en"]
    change_form_template = "admin/offers/campaign.html"
    inlines = [CampaignScopeInline]
    fieldsets = [
        (None, {"fields": [in_three("name")]}),
        (_("How much"), {"fields": [("percent", "fixed_price")]}),
        (_("When"), {"fields": [("begins_at", "ends_at")]}),
        (_("For what"), {"fields": ["is_for_all"]}),
    ]

    @admin.display(description=_("name"), ordering="name_fi")
    def name(self, campaign: Campaign) -> str:
        return campaign.name

    @admin.display(description=_("reduces"))
    def rule(self, campaign: Campaign) -> str:
        if campaign.percent is not None:
            return f"−{number_format(campaign.percent.normalize(), use_l10n=True)} %"
        return f"{number_format(campaign.fixed_price or 0)} €"

    @admin.display(description=_("stands"))
    def stands(self, campaign: Campaign) -> str:
        return stands(campaign, timezone.now())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave of a planned campaign only its names and, until it is over, its end to be changed.

        What has been planned is reckoned; to change it, the plan is taken back first.
        """
        if obj is None or obj.planned_at is None:
            return []
        fixed = ["percent", "fixed_price", "begins_at", "is_for_all"]
        return [*fixed, "ends_at"] if obj.is_over(timezone.now()) else fixed

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        begun = obj is not None and obj.has_begun(timezone.now())
        return not begun and super().has_delete_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        return [
            *row_pages(self, preview=self.preview_view),
            *row_deeds(self, step=self.step_view),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Show what a campaign does, and the buttons of what can be done with it now."""
        campaign, now = self.get_object(request, str(pk)), timezone.now()
        if campaign is None:
            raise Http404
        if not self.has_view_permission(request, campaign):
            raise PermissionDenied
        context = {
            **frame_of(self, request, campaign.name),
            "campaign": campaign,
            "stands": stands(campaign, now),
            "preview": preview(campaign, at=now),
            "steps": _steps(campaign, now) if self.has_change_permission(request) else [],
        }
        return TemplateResponse(request, "admin/offers/preview.html", context)

    def step_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Plan a campaign, take the plan back, or end it."""
        campaign, now = self.get_object(request, str(pk)), timezone.now()
        if campaign is None:
            raise Http404
        if not self.has_change_permission(request, campaign):
            raise PermissionDenied
        step = request.POST.get("step", "")
        if step not in STEPS:
            raise BadRequest("no such step")
        try:
            self._take(request, campaign, step, now)
        except (HasBegun, IsOver, NothingReduced) as refusal:
            messages.error(request, _REFUSALS[type(refusal)])
        else:
            self.log_change(request, campaign, f"Campaign: {step}.")
        return redirect("admin:orders_campaign_preview", campaign.pk)

    def _take(self, request: HttpRequest, campaign: Campaign, step: str, now: datetime) -> None:
        if step == "plan":
            count = plan(campaign=campaign, at=now)
            words = ngettext(
                "The campaign is planned: %(count)s price.",
                "The campaign is planned: %(count)s prices.",
                count,
            )
            messages.success(request, words % {"count": count})
        elif step == "take_back":
            take_back(campaign=campaign)
            messages.success(request, _("The campaign is a draft again."))
        elif step == "end":
            end_now(campaign=campaign, at=now)
            messages.success(request, _("The campaign has ended."))


STEPS = ("plan", "take_back", "end")

_REFUSALS = {
    HasBegun: _("It has begun: end it instead. What buyers have seen stays in the history."),
    IsOver: _("It is over, or would be over before it begins."),
    NothingReduced: _("No product would cost less. Nothing was planned."),
}


def stands(campaign: Campaign, at: datetime) -> str:
    """Say where a campaign stands."""
    if campaign.planned_at is None:
        return pgettext("campaign", "Draft")
    if campaign.is_over(at):
        return pgettext("campaign", "Over")
    return (
        pgettext("campaign", "Running")
        if campaign.has_begun(at)
        else pgettext("campaign", "Planned")
    )


def _steps(campaign: Campaign, at: datetime) -> list[tuple[str, str]]:
    """List what can be done with a campaign now."""
    if campaign.is_over(at):
        return []
    if campaign.planned_at is None:
        return [("plan", gettext("Plan the campaign"))]
    anew = ("plan", gettext("Take in new products"))
    if campaign.has_begun(at):
        return [anew, ("end", gettext("End the campaign now"))]
    return [anew, ("take_back", gettext("Take the plan back"))]
