"""Customers, companies and accounts, as staff see them."""

from typing import Any

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.companies.admin import (
    CompaniesInline,
    CompanyAdmin,
    MembershipAdmin,
    MembershipEventAdmin,
    NotesMemberships,
)
from customers.grants.admin import AcknowledgementAdmin, GrantAdmin
from customers.grants.models import Grant
from customers.grants.roles import role_words
from customers.models import Account, Customer
from customers.moving.operations import CUSTOMERS
from customers.newsletter.admin import NewsletterAdmin
from customers.second_factor import take_away
from privacy.admin_parts import CalledByUs, ReadOnlyInline, ReadOnlyMixin
from privacy.normal import normal_email
from privacy.overwriting import NothingOverwritten
from privacy.provenance.admin_parts import AsksWhence
from privacy.reading.logged import ReadLogged
from privacy.reading.models import Kind
from privacy.restriction.admin_parts import StoredOnly

__all__ = [
    "CUSTOMERS",
    "AcknowledgementAdmin",
    "CompanyAdmin",
    "GrantAdmin",
    "MembershipAdmin",
    "MembershipEventAdmin",
    "NewsletterAdmin",
]

ACTIONS = {
    "add": _("may add"),
    "change": _("may change"),
    "delete": _("may delete"),
    "view": _("may see"),
}


def in_words(permission: Permission) -> str:
    """Say what a permission permits; Django keeps that in English, in the database."""
    kind = permission.content_type
    action, _dash, model = permission.codename.partition("_")
    words = str(ACTIONS[action]) if action in ACTIONS and model == kind.model else permission.name
    return f"{capfirst(kind.name)}: {words}"


class PermissionsInWords(admin.ModelAdmin[Any]):
    """A page on which permissions are chosen, in the reader's language."""

    def get_form(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        form = super().get_form(request, *args, **options)
        for name in ("permissions", "user_permissions"):
            if name in form.base_fields:
                form.base_fields[name].__dict__["label_from_instance"] = in_words
        return form


admin.site.unregister(Group)  # Django's own page came along with the page of accounts


@admin.register(Group)
class RoleAdmin(PermissionsInWords, GroupAdmin):
    """Roles: what those who have one may do."""


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
class AccountAdmin(ReadLogged, PermissionsInWords, UserAdmin[Account]):
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
    actions = ["take_second_factor"]
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

    @admin.action(
        description=_("Take the second factor away, for one who has lost it"),
        permissions=["change"],
    )
    def take_second_factor(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        """Let people take a new factor into use; they are told, and the log says who did it."""
        now = timezone.now()
        done = [account for account in queryset if take_away(account, at=now)]
        for account in done:
            self.log_change(request, account, "The second factor was taken away.")
        words = ngettext(
            "The second factor of %(count)s account was taken away.",
            "The second factors of %(count)s accounts were taken away.",
            len(done),
        )
        messages.success(request, words % {"count": len(done)})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave forgetting to the register. Who was at work stays named in the log of looks."""
        return False


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[EmailAddress]):
    """Addresses, and whether their owners have proved them."""

    list_display = ["email", "user", "verified"]
    list_filter = ["verified"]
    list_select_related = ["user"]
    search_fields = ["email__exact"]
    search_help_text = _("A whole e-mail address")
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("account.view_emailaddress")


@admin.register(Customer)
class CustomerAdmin(ReadLogged, NothingOverwritten, StoredOnly, NotesMemberships, AsksWhence):
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
        return card.called

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        if "@" in search_term:
            return queryset.filter(email=normal_email(search_term)), False
        return super().get_search_results(request, queryset, search_term)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave forgetting people to the register, which knows what must stay and why."""
        return False


class SignInAdmin(ReadLogged, ReadOnlyMixin, CalledByUs):
    """What section 5 of the statement names of signing in, and nothing else."""

    list_display = ["attempt_time", "username", "ip_address", "path_info"]
    search_fields = ["username__exact", "ip_address__exact"]
    search_help_text = _("A whole e-mail address or IP address")
    date_hierarchy = "attempt_time"
    ordering = ["-attempt_time"]
    show_full_result_count = False
    fields = ["attempt_time", "username", "ip_address", "path_info"]
    # Whoever seeks one address sees all that its owner did at the door.
    asks_reason = frozenset({*ReadLogged.asks_reason, Kind.SEARCH})

    def called(self, row: Any) -> str:
        return date_format(timezone.localtime(row.attempt_time), "DATETIME_FORMAT")


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
