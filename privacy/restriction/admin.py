"""Restrictions for the contact person: whose data are only stored, and how that ends."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.admin_parts import ReadOnlyMixin, found_within, frame_of, row_deeds, row_pages
from privacy.contact import may_answer
from privacy.normal import normal_email
from privacy.outbox.operations import compose
from privacy.private_answers import unkept
from privacy.reading.logged import ReadLogged
from privacy.restriction.forms import LiftingForm
from privacy.restriction.models import Restriction
from privacy.restriction.operations import (
    LIFTING,
    NothingToLift,
    NotTold,
    lift,
    lifting_context,
    tell_of_lifting,
)
from privacy.subject import Subject, card_model, known_email, subject_of


class EndFilter(admin.SimpleListFilter):
    """Restrictions in force, unless others are asked for."""

    title = pgettext_lazy("of a restriction", "state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("lifted", _("Lifted")), ("all", pgettext_lazy("restrictions", "All"))]

    def choices(self, changelist: Any) -> Any:
        unasked, *others = super().choices(changelist)
        yield {**unasked, "display": _("In force")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(ended_at__isnull=self.value() != "lifted")


@admin.register(Restriction)
class RestrictionAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Restriction]):
    """Restrictions begin with requests; here their persons are told of the end, and they end."""

    list_display = ["began_at", "person", "reason", "told_at", "ended_at"]
    list_filter = [EndFilter, "reason"]
    list_select_related = ["account", "card"]
    search_fields = ["email__exact"]
    search_help_text = _("A whole e-mail address")
    sortable_by = []
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        return [
            *row_pages(self, tell=self.tell_view),
            *row_deeds(self, lift=self.lift_view),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Restriction], search_term: str
    ) -> tuple[QuerySet[Restriction], bool]:
        if not search_term.strip():
            return queryset, False
        email = normal_email(search_term)
        person = subject_of(
            cards=card_model()._base_manager.filter(email=email).values_list("pk", flat=True),
            emails=[email],
        )
        rows = Restriction.objects.of(person).values("pk")
        return queryset.filter(pk__in=rows), False

    @admin.display(description=_("whose data"))
    def person(self, restriction: Restriction) -> str:
        if restriction.card is not None:
            card = restriction.card
            return str(getattr(card, "full_name", "") or getattr(card, "email", ""))
        if restriction.account is not None:
            return str(restriction.account.get_username())
        return restriction.email

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a restriction, and what can be done with it now."""
        restriction = self._restriction(request, object_id)
        return self._page(
            request, "restriction", restriction, {"may_answer": may_answer(request.user)}
        )

    def tell_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Tell the person that it is about to be lifted, after a look at the letter."""
        restriction = self._contacts(request, pk)
        form = LiftingForm(request.POST or None, initial=_initial(restriction))
        is_said = request.method == "POST" and form.is_valid()
        if not is_said or "send" not in request.POST:
            letter = None
            if is_said:
                said = form.cleaned_data
                context = lifting_context(restriction, said["words"])
                letter = compose(LIFTING, language=said["language"], context=context)
            facts = {"form": form, "letter": letter}
            return self._page(request, "restriction_tell", restriction, facts)
        try:
            tell_of_lifting(subject_behind(restriction), **form.cleaned_data, at=timezone.now())
        except NothingToLift:
            messages.error(request, _("The person has been told already, or it is lifted."))
        else:
            self.log_change(request, restriction, "told")
            messages.success(request, _("The person has been told. Now it can be lifted."))
        return redirect("admin:privacy_restriction_change", restriction.pk)

    def lift_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Lift the restriction, once its person has been told."""
        restriction = self._contacts(request, pk)
        try:
            lift(subject_behind(restriction), at=timezone.now())
        except NotTold:
            messages.error(request, _("Tell the person first (Article 18(3))."))
        except NothingToLift:
            messages.error(request, _("It has been lifted in the meantime."))
        else:
            self.log_change(request, restriction, "lifted")
            messages.success(request, _("The restriction is lifted."))
        return redirect("admin:privacy_restriction_change", restriction.pk)

    def _restriction(self, request: HttpRequest, key: str) -> Restriction:
        found: Restriction = found_within(self, request, str(key))
        return found

    def _contacts(self, request: HttpRequest, pk: str) -> Restriction:
        if not may_answer(request.user):
            raise PermissionDenied
        return self._restriction(request, pk)

    def _page(
        self, request: HttpRequest, name: str, restriction: Restriction, facts: dict[str, Any]
    ) -> HttpResponse:
        context = {
            **frame_of(self, request, _("Restriction of processing")),
            "restriction": restriction,
            "person": self.person(restriction),
            **facts,
        }
        answer = TemplateResponse(request, f"admin/privacy/{name}.html", context)
        return unkept(answer)


def subject_behind(restriction: Restriction) -> Subject:
    """Give the person whose data a restriction is about; all of the person's are lifted at once."""
    return subject_of(
        cards=[restriction.card_id] if restriction.card_id else [],
        accounts=[restriction.account_id] if restriction.account_id else [],
        emails=[restriction.email] if restriction.email else [],
    )


def _initial(restriction: Restriction) -> dict[str, str]:
    owner = restriction.card or restriction.account
    return {
        "to": restriction.email
        or known_email(account_id=restriction.account_id, card_id=restriction.card_id),
        "language": str(getattr(owner, "language", "fi")),
    }
