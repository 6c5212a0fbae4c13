"""Companies and those who buy for them, as staff see them.

A company may have a thousand members, so they have a list of their own, sought by business ID.
"""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.companies.leaving import tell_that_out
from customers.companies.letters import tell_member
from customers.companies.operations import is_last_admin, note
from customers.companies.views import last_admin_words
from customers.identifiers import NotABusinessId, business_id
from customers.models import Company, Customer, Invitation, Membership, MembershipEvent
from privacy.admin_parts import CalledByUs, ChoosesRows, ReadOnlyMixin
from privacy.overwriting import NothingOverwritten
from privacy.provenance.admin_parts import AsksWhence
from privacy.provenance.forms import WhenceForm, WhenceFormSet
from privacy.reading.logged import ReadLogged
from privacy.restriction.admin_parts import StoredOnly

Kind = MembershipEvent.Kind


def refuse_last_admin(form: Any) -> None:
    """Keep a company's only admin in place.

    :raises ValidationError: when the form would take the last one away from others.
    """
    known = Membership.objects.filter(pk=form.instance.pk).first()
    if known is not None and is_last_admin(known):
        raise ValidationError(last_admin_words())


def takes_an_admin(form: Any) -> bool:
    """Tell whether a form changes for whom, by whom or as what somebody buys."""
    return bool({"role", "company", "customer"} & set(form.changed_data))


class MembershipForm(WhenceForm):
    """Somebody's membership, and who told of it."""

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if self.instance.pk and takes_an_admin(self):
            refuse_last_admin(self)
        return said


class MembershipFormSet(WhenceFormSet):
    """Memberships beneath a card."""

    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            if form in self.deleted_forms or takes_an_admin(form):
                refuse_last_admin(form)


class CompaniesInline(ChoosesRows, admin.TabularInline[Membership, Customer]):
    """Companies that somebody buys for."""

    model = Membership
    formset = MembershipFormSet
    extra = 0
    autocomplete_fields = ["company"]
    readonly_fields = ["created_at"]


def note_by_staff(member: Membership, kind: MembershipEvent.Kind) -> None:
    """Write down what staff did to a membership, and tell whose it is."""
    now = timezone.now()
    note(member, kind, by_staff=True, at=now)
    tell_member(member, kind, by_staff=True, at=now)


def kind_of(names: list[str]) -> MembershipEvent.Kind:
    """Say what a change of these columns is."""
    return Kind.LIMIT if set(names) <= {"order_limit", "month_limit"} else Kind.ROLE


class NotesMemberships(admin.ModelAdmin[Any]):
    """A page beneath which memberships are changed; each change is noted and told."""

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,
        formset: Any,
        change: bool,
    ) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is not Membership:
            return
        for member in formset.new_objects:
            note_by_staff(member, Kind.JOINED)
        for member, names in formset.changed_objects:
            note_by_staff(member, kind_of(names))
        for member in formset.deleted_objects:
            note_by_staff(member, Kind.REMOVED)
            tell_that_out(member.company_id, member.customer_id, at=timezone.now())


class WithoutAdmin(admin.SimpleListFilter):
    """Companies whose admin was forgotten: staff name another."""

    title = gettext_lazy("admin")
    parameter_name = "admin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", _("Members, but no admin"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Company]
    ) -> QuerySet[Company] | None:
        if self.value() != "none":
            return queryset
        return queryset.filter(pk__in=Company.objects.without_admin().values("pk"))


@admin.register(Company)
class CompanyAdmin(ReadLogged, NothingOverwritten, AsksWhence):
    """Companies that buy."""

    list_display = ["name", "business_id", "in_vat_register", "created_at"]
    list_filter = [WithoutAdmin]
    search_fields = ["name", "business_id__exact"]
    search_help_text = gettext_lazy("A part of the name, or a whole business ID or VAT ID")
    show_full_result_count = False
    readonly_fields = ["members", "created_at"]
    fields = [
        "name",
        ("business_id", "in_vat_register"),
        ("einvoice_address", "einvoice_operator"),
        ("street", "postcode", "city"),
        ("delivery_name", "delivery_street", "delivery_postcode", "delivery_city"),
        "members",
        "created_at",
    ]

    @admin.display(description=gettext_lazy("members"))
    def members(self, company: Company) -> str:
        """Lead to the list of the company's members."""
        address = reverse("admin:customers_membership_changelist")
        count = Membership.objects.filter(company=company).aggregate(all=Count("pk"))["all"]
        return format_html('<a href="{}?company__id__exact={}">{}</a>', address, company.pk, count)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Company], search_term: str
    ) -> tuple[QuerySet[Company], bool]:
        try:
            return queryset.filter(business_id=business_id(search_term)), False
        except NotABusinessId:
            return super().get_search_results(request, queryset, search_term)


@admin.register(Membership)
class MembershipAdmin(ReadLogged, ChoosesRows, NothingOverwritten, AsksWhence):
    """Who buys for which company, as what, and up to which sum."""

    form = MembershipForm
    list_display = ["company_name", "customer_name", "role", "order_limit", "month_limit"]
    list_filter = ["role"]
    list_select_related = ["company", "customer"]
    list_per_page = 50
    ordering = ["-created_at", "-pk"]
    search_fields = ["company__business_id__exact", "company__name", "customer__email__exact"]
    search_help_text = gettext_lazy(
        "A whole business ID or e-mail address, or a part of the company's name"
    )
    show_full_result_count = False
    autocomplete_fields = ["company", "customer"]
    readonly_fields = ["created_at"]
    fields = ["company", "customer", "role", ("order_limit", "month_limit"), "created_at"]

    @admin.display(description=gettext_lazy("company"))
    def company_name(self, member: Membership) -> str:
        return member.company.called

    @admin.display(description=gettext_lazy("member"))
    def customer_name(self, member: Membership) -> str:
        return member.customer.called

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return lookup == "company__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out taking away many at once, which would neither ask nor tell."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not is_last_admin(obj))

    def save_model(
        self,
        request: HttpRequest,
        obj: Membership,
        form: Any,
        change: bool,
    ) -> None:
        super().save_model(request, obj, form, change)
        changed = [name for name in form.changed_data if not name.startswith("said_")]
        if changed:
            note_by_staff(obj, kind_of(changed) if change else Kind.JOINED)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        note_by_staff(obj, Kind.REMOVED)
        super().delete_model(request, obj)
        tell_that_out(obj.company_id, obj.customer_id, at=timezone.now())


@admin.register(MembershipEvent)
class MembershipEventAdmin(ReadLogged, ReadOnlyMixin, CalledByUs):
    """What happened to memberships, when, and by whose hand."""

    list_display = ["at", "company_id_words", "member", "kind", "role", "by_staff"]
    list_select_related = ["company", "customer"]
    list_per_page = 50
    ordering = ["-at", "-pk"]
    search_fields = ["company__business_id__exact", "customer__email__exact"]
    search_help_text = gettext_lazy("A whole business ID or e-mail address")
    show_full_result_count = False
    fields = [
        "at",
        "company_id_words",
        "member",
        "kind",
        "role",
        "order_limit",
        "month_limit",
        "by_staff",
    ]
    readonly_fields = ["company_id_words", "member"]

    @admin.display(description=gettext_lazy("company"))
    def company_id_words(self, event: MembershipEvent) -> str:
        return event.company.called

    @admin.display(description=gettext_lazy("member"))
    def member(self, event: MembershipEvent) -> str:
        return event.customer.called

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("customers.view_membershipevent")


@admin.register(Invitation)
class InvitationAdmin(ReadLogged, ReadOnlyMixin, CalledByUs, StoredOnly):
    """Who is invited to buy for which company, by whom, and until when the letter opens a door.

    The company's admins invite and take back; staff see why somebody cannot come in.
    """

    list_display = ["created_at", "company_words", "email", "role", "expires_at", "still_holds"]
    list_display_links = ["created_at"]
    list_filter = ["role"]
    list_select_related = ["company"]
    list_per_page = 50
    ordering = ["-created_at", "-pk"]
    search_fields = ["company__business_id__exact", "email__exact"]
    search_help_text = gettext_lazy("A whole business ID or e-mail address")
    show_full_result_count = False
    fields = [
        "company_words",
        "email",
        "role",
        ("order_limit", "month_limit"),
        "invited_by",
        "created_at",
        "expires_at",
        "still_holds",
    ]
    readonly_fields = ["company_words", "invited_by", "still_holds"]

    @admin.display(description=gettext_lazy("company"))
    def company_words(self, invitation: Invitation) -> str:
        return invitation.company.called

    @admin.display(description=gettext_lazy("by"))
    def invited_by(self, invitation: Invitation) -> str:
        by = invitation.by
        return "–" if by is None else by.called

    @admin.display(description=gettext_lazy("still holds"), boolean=True)
    def still_holds(self, invitation: Invitation) -> bool:
        return invitation.expires_at > timezone.now()
