"""Price lists, and agreements with people and companies, as staff keep them."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from orders.agreements.operations import (
    GivesNothing,
    NotAccepted,
    NotADraft,
    NotInForce,
    Overlaps,
    TooSoon,
    end,
    put_in_force,
)
from orders.catalogue.agreements import Agreement, AgreementState, ListPrice, PriceList
from orders.catalogue.models import Variant
from privacy.admin_parts import ChoosesRows
from privacy.overwriting import NothingOverwritten
from privacy.reading.logged import ReadLogged


def is_given(price_list: Any) -> bool:
    """Tell whether an accepted agreement gives a list's prices, so that they stay."""
    if price_list is None:
        return False
    accepted = Agreement.objects.exclude(state=AgreementState.DRAFT)
    return accepted.filter(price_list=price_list).exists()


class ListPriceForm(forms.ModelForm[ListPrice]):
    """A price of a list; the variant is named by its article number."""

    sku = forms.CharField(label=_("SKU"), max_length=64)

    class Meta:
        model = ListPrice
        fields = ["from_pieces", "net"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["sku"].initial = self.instance.variant.sku

    def clean_sku(self) -> str:
        """Find the variant, or say that there is none."""
        sku: str = self.cleaned_data["sku"].strip()
        variant = Variant.objects.filter(sku=sku).first()
        if variant is None:
            raise ValidationError(_("No variant has this SKU."))
        self.instance.variant = variant
        return sku


class ListPriceFormSet(forms.BaseInlineFormSet[ListPrice, PriceList, forms.ModelForm[ListPrice]]):
    """The prices of a list, each for another number of pieces."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            said = form.cleaned_data if form.is_valid() else {}
            if not said or said.get("DELETE"):
                continue
            key = (said.get("sku"), said.get("from_pieces"))
            if key in seen:
                raise ValidationError(_("The list has a price from so many pieces already."))
            seen.add(key)


class ListPriceInline(admin.TabularInline[ListPrice, PriceList]):
    """The prices of a list, to be changed until an agreement gives them."""

    model = ListPrice
    form = ListPriceForm
    formset = ListPriceFormSet
    extra = 1
    fields = ["sku", "from_pieces", "net"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ListPrice]:
        ordered = super().get_queryset(request).select_related("variant")
        return ordered.order_by("variant__sku", "from_pieces")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_given(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not is_given(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_given(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show the article number too where nothing can be changed."""
        return [] if self.has_change_permission(request, obj) else ["sku"]

    @admin.display(description=_("SKU"))
    def sku(self, price: ListPrice) -> str:
        return price.variant.sku


@admin.register(PriceList)
class PriceListAdmin(NothingOverwritten):
    """Lists of prices without VAT, frozen from the day on which somebody has agreed to one."""

    list_display = ["name", "valid_from", "valid_until", "prices_in_it", "agreements_by_it"]
    ordering = ["name"]
    search_fields = ["name"]
    list_per_page = 50
    show_full_result_count = False
    fields = ["name", ("valid_from", "valid_until")]
    inlines = [ListPriceInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceList]:
        counted: QuerySet[PriceList] = super().get_queryset(request)
        return counted.annotate(
            priced=Count("prices", distinct=True), agreed=Count("agreements", distinct=True)
        )

    @admin.display(description=_("prices"))
    def prices_in_it(self, price_list: PriceList) -> int:
        return int(price_list.__dict__["priced"])

    @admin.display(description=_("agreements"))
    def agreements_by_it(self, price_list: PriceList) -> int:
        return int(price_list.__dict__["agreed"])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["valid_from", "valid_until"] if is_given(obj) else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_given(obj)


@admin.register(Agreement)
class AgreementAdmin(ReadLogged, ChoosesRows, NothingOverwritten):
    """Agreements are drafted, put in force as the party has accepted them, and ended."""

    list_display = ["number", "state", "valid_from", "valid_until", "payment_days", "price_list"]
    list_filter = ["state"]
    list_select_related = ["price_list"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["number__exact", "customer__email__exact", "company__business_id__exact"]
    search_help_text = _("A whole number, e-mail address or business ID")
    autocomplete_fields = ["customer", "company", "accepted_by", "price_list"]
    change_form_template = "admin/agreements/agreement.html"
    readonly_fields = ["state", "party_name", "notice_at", "created_at"]
    fieldsets = [
        (None, {"fields": ["number", "state", ("customer", "company"), "party_name"]}),
        (
            _("Terms"),
            {
                "fields": [
                    ("valid_from", "valid_until"),
                    ("payment_days", "notice_days"),
                    "price_list",
                ]
            },
        ),
        (
            _("Document and acceptance"),
            {"fields": [("document_name", "document_place"), ("accepted_by", "accepted_at")]},
        ),
        (_("So far"), {"fields": [("notice_at", "created_at")]}),
    ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let drafts alone be rewritten; to end one is a deed of its own."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_draft)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out taking away many at once: some of them were accepted."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_urls(self) -> list[URLPattern]:
        deed = path(
            "<uuid:pk>/deed/",
            require_POST(self.admin_site.admin_view(self.deed_view)),
            name="orders_agreement_deed",
        )
        return [deed, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        agreement = self.get_object(request, object_id)
        may = request.user.has_perm("orders.change_agreement")
        deeds = deeds_of(agreement) if agreement is not None and may else []
        stands = agreement.get_state_display() if agreement is not None else ""
        more = {"deeds": deeds, "stands": stands, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, more)

    def deed_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Put an agreement in force, or end it."""
        if not request.user.has_perm("orders.change_agreement"):
            raise PermissionDenied
        agreement = self.get_object(request, str(pk))
        if agreement is None:
            raise Http404
        deed = request.POST.get("deed", "")
        try:
            self._do(request, agreement, deed, at=timezone.now())
        except tuple(_REFUSALS) as refusal:
            messages.error(request, _REFUSALS[type(refusal)])
        return redirect("admin:orders_agreement_change", agreement.pk)

    def _do(self, request: HttpRequest, agreement: Agreement, deed: str, *, at: datetime) -> None:
        if deed == "force":
            put_in_force(agreement=agreement, at=at)
            self.log_change(request, agreement, "Agreement: put in force.")
            messages.success(request, _("The agreement is in force."))
        elif deed == "end":
            ended = end(agreement=agreement, at=at, last_day=_day(request.POST.get("last_day", "")))
            self.log_change(request, agreement, "Agreement: ended.")
            words = gettext("The last day of the agreement is %(day)s.")
            day = date_format(ended.valid_until or at, "SHORT_DATE_FORMAT")
            messages.success(request, words % {"day": day})


class NotADay(Exception):
    """What was typed is no day."""


_REFUSALS: dict[type[Exception], Any] = {
    NotADraft: _("It was accepted before."),
    NotInForce: _("Notice was given before, or it is not in force."),
    NotAccepted: _("First save who has accepted it and when: the person, or a company's member."),
    Overlaps: _("The party has another agreement for one of the products on some of the days."),
    GivesNothing: _("The price list has no price on any day of the agreement."),
    TooSoon: _("It can end today at the earliest, and not before it begins."),
    NotADay: _("Write the last day as a date."),
}


def _day(typed: str) -> date | None:
    """Read a day; nothing typed is none.

    :raises NotADay: when it is something else.
    """
    try:
        day = parse_date(typed.strip()) if typed.strip() else None
    except ValueError:
        raise NotADay from None
    if typed.strip() and day is None:
        raise NotADay
    return day


def deeds_of(agreement: Agreement) -> list[str]:
    """Name what can be done with an agreement now."""
    if agreement.is_draft:
        return ["force"]
    return ["end"] if agreement.is_in_force and agreement.notice_at is None else []
