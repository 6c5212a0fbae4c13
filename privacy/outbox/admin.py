"""The shop's mailbox: what was written, what has left, what waits."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.admin_parts import ReadOnlyMixin
from privacy.egress.door import LinesMissing, NotRegistered
from privacy.outbox.models import Letter
from privacy.reading.logged import ReadLogged
from privacy.reading.models import Kind

# A letter may bring its own styles, but nothing else, and runs nothing.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
    "base-uri 'none'; frame-ancestors 'none'"
)


TROUBLES = {
    NotRegistered.code: _(
        "No mail service in force is reached at the mail server's host: enter it in the "
        "processors register, and the letter leaves."
    ),
    LinesMissing.code: _(
        "The mail service's row in the processors register does not list all that letters tell: "
        "add the lines, and the letter leaves."
    ),
}
"""Why a letter waits, where its reader can do something about it."""


class StateFilter(admin.SimpleListFilter):
    """Letters by what has become of them."""

    title = pgettext_lazy("of a letter", "state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("sent", _("Sent")),
            ("here", _("In this mailbox")),
            ("waiting", _("Waiting")),
            ("trouble", _("Could not be sent yet")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Letter]) -> QuerySet[Letter]:
        wanted: dict[str | None, dict[str, Any]] = {
            "sent": {"sent_at__isnull": False, "stayed_here": False},
            "here": {"stayed_here": True},
            "waiting": {"sent_at": None},
            "trouble": {"sent_at": None, "attempts__gt": 0},
        }
        return queryset.filter(**wanted.get(self.value(), {}))


@admin.register(Letter)
class LetterAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Letter]):
    """Letters to read; without a mail server this is where they are."""

    list_display = ["subject", "to", "kind", "created_at", "sent_at", "trouble"]
    list_filter = [StateFilter, "kind", "language"]
    search_fields = ["to__exact", "subject"]
    search_help_text = _("A whole e-mail address, or words of the subject")
    date_hierarchy = "created_at"
    show_full_result_count = False
    list_per_page = 50
    fields = [
        "subject",
        "to",
        "reply_to",
        "language",
        "kind",
        "created_at",
        "sent_at",
        "stayed_here",
        "attempts",
        "trouble",
        "as_sent",
        "text_block",
    ]
    readonly_fields = ["trouble", "as_sent", "text_block"]
    looks = {"html_view": Kind.FILE}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        return super().get_queryset(request).defer("attached")

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<uuid:pk>/html/",
            self.admin_site.admin_view(self.html_view),
            name="privacy_letter_html",
        )
        return [own, *super().get_urls()]

    @admin.display(description=_("trouble"))
    def trouble(self, letter: Letter) -> str:
        return "" if letter.sent_at else str(TROUBLES.get(letter.last_trouble, letter.last_trouble))

    @admin.display(description=_("as the reader sees it"))
    def as_sent(self, letter: Letter) -> str:
        if not letter.html:
            return "–"
        address = reverse("admin:privacy_letter_html", args=[letter.pk])
        return format_html('<a href="{}" target="_blank">{}</a>', address, _("Open the letter"))

    @admin.display(description=_("text"))
    def text_block(self, letter: Letter) -> str:
        return format_html('<pre class="letter-text">{}</pre>', letter.text)

    def html_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Show the letter's HTML by itself, where it can do nothing."""
        letter = self.get_object(request, str(pk))
        if letter is None or not self.has_view_permission(request, letter):
            raise Http404
        page = HttpResponse(letter.html)
        page["Content-Security-Policy"] = LETTER_POLICY
        page["Cache-Control"] = "private, no-store"
        return page
