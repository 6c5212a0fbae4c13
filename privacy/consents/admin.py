"""The history of consents for the contact person: who said yes to what, and what stands now."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from privacy.admin_parts import CalledByUs, ReadOnlyMixin
from privacy.consents.models import Consent
from privacy.normal import normal_email
from privacy.reading.logged import ReadLogged

STATES: dict[str, dict[str, Any]] = {
    "stands": {"ended_at": None},
    "replaced": {"is_given": True, "ended_at__isnull": False},
    "withdrawn": {"is_given": False},
}


class StateFilter(admin.SimpleListFilter):
    """What stands, what was given once, and what was taken back."""

    title = pgettext_lazy("of a consent", "state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("stands", pgettext_lazy("consents", "Given, and stands")),
            ("replaced", pgettext_lazy("consents", "Given, and over")),
            ("withdrawn", pgettext_lazy("consents", "Taken back")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = STATES.get(self.value() or "")
        return queryset if asked is None else queryset.filter(**asked)


@admin.register(Consent)
class ConsentAdmin(ReadLogged, ReadOnlyMixin, CalledByUs):
    """Consents are given and taken back by their persons alone; here they are shown."""

    list_display = ["at", "person", "purpose", "state", "ended_at"]
    list_filter = ["purpose", StateFilter]
    list_select_related = ["account", "edition"]
    search_fields = ["email__exact"]
    search_help_text = _("A whole e-mail address")
    sortable_by = ()
    show_full_result_count = False
    list_per_page = 50
    fields = [
        "person",
        ("purpose", "state"),
        ("at", "ended_at"),
        "place",
        "wording",
        "language",
        "edition",
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Consent], search_term: str
    ) -> tuple[QuerySet[Consent], bool]:
        """Find by a whole address, an account's or a guest's, each by its own index."""
        email = normal_email(search_term.strip())
        if not email:
            return queryset, False
        return queryset.filter(account__email=email) | queryset.filter(email=email), False

    def called(self, row: Consent) -> str:
        """Name no person in the head of the page."""
        return f"{row.get_purpose_display()}, {row.at:%d.%m.%Y}"

    @admin.display(description=pgettext_lazy("of a consent", "whose"))
    def person(self, consent: Consent) -> str:
        if consent.account is not None:
            return consent.account.email
        return consent.email or pgettext("of a consent", "a forgotten person")

    @admin.display(description=pgettext_lazy("of a consent", "state"))
    def state(self, consent: Consent) -> str:
        if not consent.is_given:
            return pgettext("consents", "Taken back")
        if consent.ended_at is None:
            return pgettext("consents", "Given, and stands")
        return pgettext("consents", "Given, and over")
