"""The disclosures' desk: register, approve by two, hand over once."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.admin_parts import found_within, frame_of, row_deeds
from privacy.disclosures import operations
from privacy.disclosures.forms import DisclosureForm, RefusalForm
from privacy.disclosures.models import Disclosure
from privacy.private_answers import unkept
from privacy.reading.logged import ReadLogged
from privacy.registry import Line

APPROVE = "privacy.approve_disclosure"
FETCH = "privacy.fetch_disclosure"


@admin.register(Disclosure)
class DisclosureAdmin(ReadLogged, admin.ModelAdmin[Disclosure]):
    """Registered once and never edited; it takes steps."""

    form = DisclosureForm
    list_display = ["case_number", "authority", "statute", "stands", "asked_at", "decided"]
    search_fields = ["case_number__exact", "authority__istartswith"]
    search_help_text = gettext_lazy("A whole case number, or how an authority's name begins")
    date_hierarchy = "registered_at"
    show_full_result_count = False
    list_per_page = 50
    fieldsets = [
        (None, {"fields": ["authority", "statute", "case_number", "asked_at"]}),
        (gettext_lazy("About whom, and what"), {"fields": ["about_email", "lines"]}),
        (
            gettext_lazy("Telling the person"),
            {
                "fields": ["silence_statute", "silent_until"],
                "description": gettext_lazy(
                    "The person sees who received what, when and on what law. Fill this in only "
                    "where a law forbids to tell."
                ),
            },
        ),
    ]

    def get_urls(self) -> list[URLPattern]:
        deeds = row_deeds(
            self, approve=self.approve_view, refuse=self.refuse_view, fetch=self.fetch_view
        )
        return [*deeds, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Disclosure | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Disclosure | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("state"))
    def stands(self, disclosure: Disclosure) -> str:
        return str(disclosure.state.label)

    @admin.display(description=gettext_lazy("decided"))
    def decided(self, disclosure: Disclosure) -> Any:
        return disclosure.decided_at

    def save_model(self, request: HttpRequest, obj: Disclosure, form: Any, change: bool) -> None:
        """Register it by the operation, which finds its person."""
        said = form.cleaned_data
        made = operations.register_disclosure(
            authority=said["authority"],
            statute=said["statute"],
            case_number=said["case_number"],
            email=said["about_email"],
            lines=[Line(line) for line in said["lines"]],
            asked_at=said["asked_at"],
            silence_statute=said["silence_statute"],
            silent_until=said["silent_until"],
            by=_account(request),
            at=timezone.now(),
        )
        obj.pk = made.pk

    # --- One disclosure -------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what was asked for, and the steps that are permitted now."""
        disclosure = self._disclosure(request, object_id)
        return self._page(request, disclosure, RefusalForm())

    def _page(
        self, request: HttpRequest, disclosure: Disclosure, refusal: RefusalForm, status: int = 200
    ) -> TemplateResponse:
        account = _account(request)
        is_open = disclosure.decided_at is None
        may_approve = request.user.has_perm(APPROVE)
        context = {
            **frame_of(self, request, str(disclosure)),
            "disclosure": disclosure,
            "lines": [line.label for line in Line if line in disclosure.lines],
            "may_approve": is_open and may_approve and disclosure.first_by != account.pk,
            "has_approved": is_open and disclosure.first_by == account.pk,
            "may_refuse": is_open and may_approve,
            "may_fetch": disclosure.state == Disclosure.State.APPROVED
            and disclosure.names_somebody
            and request.user.has_perm(FETCH),
            "refusal": refusal,
        }
        template = "admin/privacy/disclosure.html"
        return TemplateResponse(request, template, context, status=status)

    def approve_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Note the reader's approval."""
        disclosure = self._disclosure(request, pk, APPROVE)
        return self._step(
            request,
            disclosure,
            lambda: operations.approve(
                disclosure_id=disclosure.pk, by=_account(request), at=timezone.now()
            ),
        )

    def refuse_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Note that nothing is handed over, and why."""
        disclosure = self._disclosure(request, pk, APPROVE)
        form = RefusalForm(request.POST)
        if not form.is_valid():
            return self._page(request, disclosure, form, status=400)
        return self._step(
            request,
            disclosure,
            lambda: operations.refuse(
                disclosure_id=disclosure.pk,
                because=form.cleaned_data["because"],
                by=_account(request),
                at=timezone.now(),
            ),
        )

    def _step(
        self, request: HttpRequest, disclosure: Disclosure, step: Callable[[], object]
    ) -> HttpResponse:
        try:
            step()
        except operations.NotTwice:
            messages.error(
                request, _("You have approved it already; the second is another person.")
            )
        except operations.Decided:
            messages.error(request, _("It has been decided already."))
        else:
            self.log_change(request, disclosure, [])
        return redirect(disclosure)

    def fetch_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Hand the package to the contact person, once."""
        disclosure = self._disclosure(request, pk, FETCH)
        try:
            packed = operations.fetch(
                disclosure_id=disclosure.pk, by=_account(request), at=timezone.now()
            )
        except operations.NotApproved:
            messages.error(request, _("Two people have to approve it first."))
        except operations.FetchedAlready:
            messages.error(request, _("It has been handed over already, and is so once only."))
        except operations.Forgotten:
            messages.error(request, _("The person has been forgotten: there is nothing left."))
        else:
            self.log_change(request, disclosure, [])
            answer = HttpResponse(packed, content_type="application/zip")
            name = f"disclosure-{str(disclosure.pk)[:8]}.zip"
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
            return unkept(answer)
        return redirect(disclosure)

    def _disclosure(self, request: HttpRequest, pk: str, permission: str = "") -> Disclosure:
        if permission and not request.user.has_perm(permission):
            raise PermissionDenied
        disclosure: Disclosure = found_within(self, request, str(pk))
        return disclosure


def _account(request: HttpRequest) -> AbstractBaseUser:
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    return request.user
