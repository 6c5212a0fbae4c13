"""Customers, companies and accounts, as staff see them."""

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.grants.admin import AcknowledgementAdmin, GrantAdmin
from customers.grants.models import Grant
from customers.grants.roles import role_words
from customers.models import Account, Company, Customer, Membership
from privacy.admin_parts import ReadOnlyInline, ReadOnlyMixin
from privacy.normal import normal_email
from privacy.provenance.admin_parts import AsksWhence
from privacy.provenance.forms import WhenceFormSet

__all__ = ["AcknowledgementAdmin", "GrantAdmin"]


class AccountCreationForm(AdminUserCreationForm[Account]):
    """A new log-in, with the name of whose it is."""

    class Meta:
        model = Account
        fields = ("email", "full_name")


class AccountChangeForm(UserChangeForm[Account]):
    """A log-in and what it may do."""

    class Meta:
        model = Account
        fields = ("email", "full_name", "language", "is_active", "is_staff")


class GrantsInline(ReadOnlyInline):
    """What somebody of the staff may do, and until when."""

    model = Grant
    fk_name = "account"
    fields = ["role_name", "begins_date", "last_date", "ended_at"]
    readonly_fields = ["role_name", "begins_date", "last_date", "ended_at"]
    show_change_link = True

    @admin.display(description=_("role"))
    def role_name(self, grant: Grant) -> str:
        return role_words(grant.role)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("role")


@admin.register(Account)
class AccountAdmin(UserAdmin[Account]):
    """Log-ins; staff are named persons."""

    form = AccountChangeForm
    add_form = AccountCreationForm
    ordering = ["-created_at"]
    list_display = ["shown_name", "email", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email__exact", "full_name"]
    search_help_text = _("A whole e-mail address, or a staff member's name")
    show_full_result_count = False
    readonly_fields = ["last_login", "created_at"]
    fieldsets = [
        (None, {"fields": ["email", "password", "full_name", "language"]}),
        (
            _("Access"),
            {
                "fields": ["is_active", "is_staff"],
                "description": _(
                    "What staff may do is given for a time, under “Access grants”, by somebody "
                    "else."
                ),
            },
        ),
        (_("Times"), {"fields": ["created_at", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "full_name", "usable_password", "password1", "password2"],
            },
        )
    ]
    filter_horizontal = ()
    inlines = [GrantsInline]

    @admin.display(description=_("account"))
    def shown_name(self, account: Account) -> str:
        return str(account)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Close accounts rather than delete them: their grants would go, and with them the trace.

        What a person wants destroyed, the register destroys, which knows what must stay and why.
        """
        return False


class MembershipInline(admin.TabularInline[Membership, Company]):
    """Those who buy for a company."""

    model = Membership
    formset = WhenceFormSet
    extra = 0
    autocomplete_fields = ["customer"]
    readonly_fields = ["created_at"]


class CompaniesInline(admin.TabularInline[Membership, Customer]):
    """Companies that somebody buys for."""

    model = Membership
    formset = WhenceFormSet
    extra = 0
    autocomplete_fields = ["company"]
    readonly_fields = ["created_at"]


@admin.register(Company)
class CompanyAdmin(AsksWhence):
    """Companies and those who buy for them."""

    list_display = ["name", "business_id", "created_at"]
    search_fields = ["name", "business_id__exact"]
    show_full_result_count = False
    readonly_fields = ["created_at"]
    fields = ["name", "business_id", "created_at"]
    inlines = [MembershipInline]


@admin.register(Customer)
class CustomerAdmin(AsksWhence):
    """Cards of the register."""

    list_display = ["shown_name", "email", "phone", "language", "created_at"]
    list_filter = ["language"]
    search_fields = ["email__exact", "last_name__istartswith", "first_name__istartswith"]
    search_help_text = _("A whole e-mail address, or how a name begins")
    show_full_result_count = False
    list_per_page = 50
    readonly_fields = ["account", "created_at"]
    fields = [
        ("first_name", "last_name"),
        "email",
        "phone",
        "language",
        "account",
        "created_at",
    ]
    inlines = [CompaniesInline]

    @admin.display(description=_("name"))
    def shown_name(self, card: Customer) -> str:
        return card.full_name or card.email

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        if "@" in search_term:
            return queryset.filter(email=normal_email(search_term)), False
        return super().get_search_results(request, queryset, search_term)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave forgetting people to the register, which knows what must stay and why."""
        return False


class SignInAdmin(ReadOnlyMixin, admin.ModelAdmin[Any]):
    """What section 5 of the statement names of signing in, and nothing else."""

    list_display = ["attempt_time", "username", "ip_address", "path_info"]
    search_fields = ["username__exact", "ip_address__exact"]
    search_help_text = _("A whole e-mail address or IP address")
    date_hierarchy = "attempt_time"
    ordering = ["-attempt_time"]
    show_full_result_count = False
    fields = ["attempt_time", "username", "ip_address", "path_info"]


@admin.register(AccessLog)
class AccessLogAdmin(SignInAdmin):
    """Who signed in, and when they left."""

    list_display = [*SignInAdmin.list_display, "logout_time"]
    fields = [*SignInAdmin.fields, "logout_time"]


@admin.register(AccessFailureLog)
class AccessFailureLogAdmin(SignInAdmin):
    """Who could not sign in."""

    list_display = [*SignInAdmin.list_display, "locked_out"]
    fields = [*SignInAdmin.fields, "locked_out"]


@admin.register(AccessAttempt)
class AccessAttemptAdmin(SignInAdmin):
    """Failures that are being counted; deleting a row lets its person try again at once."""

    list_display = [*SignInAdmin.list_display, "failures_since_start"]
    fields = [*SignInAdmin.fields, "failures_since_start"]

    def has_delete_permission(self, request: HttpRequest, *args: Any) -> bool:
        return request.user.has_perm("axes.delete_accessattempt")
