"""Access for staff to look at; for owners to give, confirm and end."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from customers.grants.access import staff_of
from customers.grants.forms import EndForm, GrantForm
from customers.grants.models import Acknowledgement, Grant, controllers_name
from customers.grants.operations import (
    GrantedAlready,
    LastOwner,
    NotAnothers,
    OverAlready,
    confirm_grant,
    end_grant,
    give_grant,
    silent_staff,
)
from customers.grants.powers import GrantedPowers
from customers.grants.roles import role_words
from privacy.admin_parts import ReadOnlyMixin, frame_of, row_deeds, row_pages
from privacy.reading.logged import ReadLogged, show
from privacy.reading.models import Kind
from privacy.statement import edition_in_force

SOON = timedelta(days=30)
NOT_NEEDED = pgettext_lazy("why access was ended", "not needed any more, at the review")


class StateFilter(admin.SimpleListFilter):
    """Grants by whether they give anything."""

    title = pgettext_lazy("of access", "state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("running", pgettext_lazy("of access", "Running")),
            ("ending", gettext_lazy("Ends within 30 days")),
            ("to_come", gettext_lazy("Begins later")),
            ("over", pgettext_lazy("of access", "Ended")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Grant]) -> QuerySet[Grant]:
        today = timezone.localdate()
        grants = Grant.objects
        kept = {
            "running": lambda: grants.running(today),
            "ending": lambda: grants.ending(today, within=SOON),
            "to_come": lambda: grants.to_come(today),
            "over": lambda: grants.over(today),
        }.get(self.value() or "")
        return queryset if kept is None else queryset & kept()


class RoleFilter(admin.SimpleListFilter):
    """Grants by role, in words."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(role.pk), role_words(role)) for role in Group.objects.order_by("name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Grant]) -> QuerySet[Grant]:
        value = self.value() or ""
        return queryset.filter(role_id=int(value)) if value.isdigit() else queryset


@admin.register(Grant)
class GrantAdmin(ReadLogged, admin.ModelAdmin[Grant]):
    """Grants are given and ended, never edited."""

    form = GrantForm
    list_display = [
        "holder",
        "role_name",
        "days",
        "giver",
        "state",
    ]
    list_filter = [StateFilter, RoleFilter]
    list_select_related = ["account", "role", "given_by"]
    list_per_page = 50
    search_fields = ["account__full_name", "account__email__exact"]
    search_help_text = gettext_lazy("A staff member's name or whole e-mail address")
    show_full_result_count = False
    actions = None
    change_list_template = "admin/grants/list.html"
    change_form_template = "admin/grants/grant.html"

    # --- Who may

    def has_change_permission(self, request: HttpRequest, obj: Grant | None = None) -> bool:
        """Let nobody edit what was given; ending and confirming have views of their own."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Grant | None = None) -> bool:
        return False

    def may_end(self, request: HttpRequest) -> bool:
        """Tell whether somebody may end and confirm access."""
        return bool(request.user.has_perm("customers.change_grant"))

    def _staff(self, request: HttpRequest) -> GrantedPowers:
        person = staff_of(request)
        if person is None or not self.may_end(request):
            raise PermissionDenied
        return person

    # --- The list and the single grant

    @admin.display(description=gettext_lazy("to whom"), ordering="account__full_name")
    def holder(self, grant: Grant) -> str:
        """Name the person, and the company of those who work for a partner."""
        name = grant.account.full_name or str(grant.account)
        return name if grant.employer == controllers_name() else f"{name} ({grant.employer})"

    @admin.display(description=gettext_lazy("role"), ordering="role__name")
    def role_name(self, grant: Grant) -> str:
        return role_words(grant.role)

    @admin.display(description=gettext_lazy("in force"), ordering="begins_date")
    def days(self, grant: Grant) -> str:
        first, last = (
            date_format(day, "SHORT_DATE_FORMAT") for day in (grant.begins_date, grant.last_date)
        )
        return f"{first}–{last}"

    @admin.display(description=gettext_lazy("given by"))
    def giver(self, grant: Grant) -> str:
        if grant.at_installation:
            return _("at installation")
        return grant.given_by.full_name if grant.given_by else "–"

    @admin.display(description=pgettext_lazy("of access", "state"))
    def state(self, grant: Grant) -> str:
        today = timezone.localdate()
        if grant.is_over(today):
            day = date_format(grant.end_date, "SHORT_DATE_FORMAT")
            return _("ended on %(day)s") % {"day": day}
        if grant.begins_date > today:
            return pgettext("of access", "begins later")
        if grant.last_date <= today + SOON:
            left = (grant.last_date - today).days
            said = ngettext("ends in %(days)d day", "ends in %(days)d days", left)
            return said % {"days": left} if left else _("ends today")
        return pgettext("of access", "runs")

    def get_fields(self, request: HttpRequest, obj: Grant | None = None) -> Any:
        if obj is None:
            return GrantForm.Meta.fields
        shown = ["holder", "role_name", "begins_date", "last_date", "reason"]
        shown += ["giver", "given_at", "state"]
        return [*shown, "ended_at", "ended_by", "ended_why"] if obj.ended_at else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Grant | None = None) -> Any:
        return [] if obj is None else self.get_fields(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Grant | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Give the form whoever fills it in."""
        if obj is not None:
            return super().get_form(request, obj, change, form=ModelForm, **kwargs)
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"giver": request.user})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"begins_date": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Give access; if somebody gave the same a moment ago, the form says so."""
        try:
            return super().add_view(request, form_url, extra_context)
        except GrantedAlready:
            return super().add_view(request, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Grant, form: Any, change: bool) -> None:
        """Give what the form says, in the name of whoever is signed in."""
        given = give_grant(**form.cleaned_data, by=form.giver, at=timezone.now())
        obj.pk = given.pk

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a grant, when it was confirmed, and what can be done with it."""
        grant = self.get_object(request, object_id)
        more: dict[str, Any] = {}
        if grant is not None and self.has_view_permission(request, grant):
            more = {
                "grant": grant,
                "reviews": grant.reviews.select_related("by"),
                "may_end": self.may_end(request) and not grant.is_over(timezone.localdate()),
                "extend_address": self._extend_address(request, grant),
            }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def _extend_address(self, request: HttpRequest, grant: Grant) -> str:
        """Give the form of the next grant, filled in; a grant is not lengthened."""
        own = grant.account_id == request.user.pk
        if own or not self.has_add_permission(request):
            return ""
        today = timezone.localdate()
        begins = today if grant.is_over(today) else grant.last_date + timedelta(days=1)
        said = {
            "account": str(grant.account_id),
            "role": str(grant.role_id),
            "employer": grant.employer,
            "begins_date": begins.isoformat(),
            "reason": grant.reason,
        }
        return f"{reverse('admin:customers_grant_add')}?{urlencode(said)}"

    # --- Reviewing and ending

    def get_urls(self) -> list[URLPattern]:
        door = self.admin_site.admin_view
        reviews = path("reviews/", door(self.reviews_view), name="customers_grant_reviews")
        deeds = row_deeds(self, confirm=self.confirm_view)
        pages = row_pages(self, end=self.end_view)
        return [reviews, *deeds, *pages, *super().get_urls()]

    def reviews_view(self, request: HttpRequest) -> HttpResponse:
        """List the grants that nobody has confirmed for a quarter."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        waiting = Grant.objects.to_review(timezone.now())
        grants = waiting.select_related("account", "role", "given_by")[: self.list_max_show_all]
        show(request, grants, kind=Kind.LIST)
        rows = [
            {
                "grant": grant,
                "role": role_words(grant.role),
                "giver": self.giver(grant),
                "is_own": grant.account_id == request.user.pk,
            }
            for grant in grants
        ]
        return TemplateResponse(
            request,
            "admin/grants/reviews.html",
            {
                **frame_of(self, request, _("Is the access still needed?")),
                "rows": rows,
                "may_end": self.may_end(request),
                "not_needed": NOT_NEEDED,
            },
        )

    def confirm_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Note that a grant is still needed."""
        person = self._staff(request)
        grant = self._grant(request, pk)
        try:
            confirm_grant(grant, by=person, at=timezone.now())
        except NotAnothers:
            messages.error(request, _("Your own access is confirmed by somebody else."))
        except OverAlready:
            messages.warning(request, _("The access has ended meanwhile."))
        else:
            self.log_change(request, grant, "confirmed")
            messages.success(request, _("Confirmed for another quarter."))
        return redirect("admin:customers_grant_reviews")

    def end_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Ask why a grant ends, and end it."""
        person = self._staff(request)
        grant = self._grant(request, pk)
        form = EndForm(request.POST or None)
        if form.is_valid():
            try:
                end_grant(grant, by=person, why=form.cleaned_data["why"], at=timezone.now())
            except LastOwner:
                form.add_error(None, _("Nobody else could give access any more. Make an owner."))
            except OverAlready:
                messages.warning(request, _("The access has ended meanwhile."))
                return redirect("admin:customers_grant_change", grant.pk)
            else:
                self.log_change(request, grant, "ended")
                messages.success(request, _("The access has ended."))
                return self._after_ending(request, grant)
        return TemplateResponse(
            request,
            "admin/grants/end.html",
            {
                **frame_of(self, request, _("End the access")),
                "grant": grant,
                "role": role_words(grant.role),
                "form": form,
            },
        )

    def _after_ending(self, request: HttpRequest, grant: Grant) -> HttpResponse:
        if request.POST.get("from") == "reviews":
            return redirect("admin:customers_grant_reviews")
        return redirect("admin:customers_grant_change", grant.pk)

    def _grant(self, request: HttpRequest, pk: str) -> Grant:
        grant = self.get_object(request, str(pk))
        if grant is None:
            raise Http404
        return grant

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"reviews_waiting": Grant.objects.to_review(timezone.now()).count()}
        return super().changelist_view(request, {**more, **(extra_context or {})})


class EditionFilter(admin.SimpleListFilter):
    """Promises under the edition in force, or older ones."""

    title = gettext_lazy("edition")
    parameter_name = "edition"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("current", gettext_lazy("The edition in force"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Acknowledgement]
    ) -> QuerySet[Acknowledgement]:
        if self.value() != "current":
            return queryset
        return queryset.filter(edition=edition_in_force())


@admin.register(Acknowledgement)
class AcknowledgementAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Acknowledgement]):
    """Who has promised confidentiality, and above the list who has not yet."""

    list_display = ["who", "edition", "at"]
    list_filter = [EditionFilter]
    list_select_related = ["account", "edition"]
    list_per_page = 50
    search_fields = ["account__full_name"]
    search_help_text = gettext_lazy("A staff member's name")
    show_full_result_count = False
    fields = ["who", "edition", "at"]
    readonly_fields = ["who"]
    change_list_template = "admin/grants/acknowledgements.html"

    @admin.display(description=gettext_lazy("staff"), ordering="account__full_name")
    def who(self, said: Acknowledgement) -> str:
        return said.account.full_name or str(said.account)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        edition = edition_in_force()
        silent = silent_staff(edition, day=timezone.localdate())
        more = {"edition": edition, "silent": [person.full_name for person in silent]}
        return super().changelist_view(request, {**more, **(extra_context or {})})
