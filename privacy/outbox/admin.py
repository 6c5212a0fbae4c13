"""The shop's mailbox: what was written, what has left, what waits."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from privacy.admin_parts import ReadOnlyMixin, frame_of
from privacy.contact import may_answer
from privacy.egress.door import LinesMissing, NotRegistered
from privacy.outbox.kinds import name_of
from privacy.outbox.models import Letter
from privacy.outbox.operations import NotByPost, destroy_posted
from privacy.outbox.paper import letter_pdf
from privacy.private_answers import paper, unkept
from privacy.reading.logged import ReadLogged
from privacy.reading.models import Kind
from privacy.registry import Words

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
            ("post", _("To be printed and posted")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Letter]) -> QuerySet[Letter]:
        wanted: dict[str | None, dict[str, Any]] = {
            "sent": {"sent_at__isnull": False, "stayed_here": False},
            "here": {"stayed_here": True},
            "waiting": {"sent_at": None, "by_post": False},
            "trouble": {"sent_at": None, "attempts__gt": 0},
            "post": {"by_post": True},
        }
        return queryset.filter(**wanted.get(self.value(), {}))


class KindFilter(admin.AllValuesFieldListFilter):
    """Letters by what they are about, in words."""

    def choices(self, changelist: Any) -> Any:
        unasked, *kinds = super().choices(changelist)
        yield unasked
        named = {name_of(str(each["display"])): each for each in kinds}
        for name in sorted(named, key=str.casefold):
            yield {**named[name], "display": name}


@admin.register(Letter)
class LetterAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Letter]):
    """Letters to read; without a mail server this is where they are."""

    list_display = ["subject", "reader", "shown_kind", "created_at", "sent_at", "trouble"]
    list_filter = [StateFilter, ("kind", KindFilter), "language"]
    search_fields = ["to__exact", "subject"]
    search_help_text = _("A whole e-mail address, or words of the subject")
    date_hierarchy = "created_at"
    show_full_result_count = False
    list_per_page = 50
    fields = [
        "subject",
        "reader",
        "post",
        "reply_to",
        "language",
        "shown_kind",
        "created_at",
        "sent_at",
        "stayed_here",
        "attempts",
        "trouble",
        "as_sent",
        "text_block",
    ]
    readonly_fields = ["reader", "post", "shown_kind", "trouble", "as_sent", "text_block"]
    looks = {"html_view": Kind.FILE, "print_view": Kind.FILE, "pdf_view": Kind.FILE}

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<uuid:pk>/{part}", self.admin_site.admin_view(view), name=f"privacy_letter_{name}"
            )
            for part, view, name in (
                ("html/", self.html_view, "html"),
                ("print/", self.print_view, "print"),
                ("letter.pdf", self.pdf_view, "pdf"),
                ("posted/", self.posted_view, "posted"),
            )
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        """Leave answers to requests to those who may see the requests."""
        letters = super().get_queryset(request).defer("attached")
        may_see = request.user.has_perm("privacy.view_request")
        return letters if may_see else letters.filter(is_answer=False)

    @admin.display(description=pgettext_lazy("letter", "to"))
    def reader(self, letter: Letter) -> Words:
        return letter.to or _("by post")

    @admin.display(description=_("kind"))
    def shown_kind(self, letter: Letter) -> str:
        return name_of(letter.kind)

    @admin.display(description=_("by post"))
    def post(self, letter: Letter) -> str:
        """Lead to the paper, and to saying that it has been posted."""
        if not letter.by_post:
            return "–"
        links = [
            (reverse(f"admin:privacy_letter_{name}", args=[letter.pk]), words)
            for name, words in (
                ("print", pgettext("letter", "Print")),
                ("pdf", "PDF"),
                ("posted", _("It has been posted")),
            )
        ]
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

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

    def _letter(self, request: HttpRequest, pk: str) -> Letter:
        letter = self.get_object(request, str(pk))
        if letter is None or not self.has_view_permission(request, letter):
            raise Http404
        return letter

    def print_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Show a letter as a page that prints without what stands around it."""
        return self._page(request, "letter_print", self._letter(request, pk))

    def pdf_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Set a letter on paper, with the address where an envelope has its window."""
        letter = self._letter(request, pk)
        return unkept(paper(letter_pdf(letter), name="letter.pdf"))

    def posted_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Destroy a letter that has been posted, once somebody says so."""
        if not may_answer(request.user):
            raise PermissionDenied
        letter = self.get_object(request, str(pk))
        if letter is None or not letter.by_post:
            messages.error(request, _("This letter has been posted and destroyed already."))
            return redirect("admin:privacy_letter_changelist")
        if request.method != "POST":
            return self._page(request, "letter_posted", letter)
        try:
            destroy_posted(letter)
        except NotByPost:
            messages.error(request, _("This letter has been posted and destroyed already."))
        else:
            self.log_change(request, letter, "posted")
            messages.success(request, _("The letter is destroyed."))
        return redirect("admin:privacy_letter_changelist")

    def _page(self, request: HttpRequest, name: str, letter: Letter) -> HttpResponse:
        context = {
            **frame_of(self, request, letter.subject),
            "letter": letter,
        }
        answer = TemplateResponse(request, f"admin/privacy/{name}.html", context)
        return unkept(answer)

    def html_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Show the letter's HTML by itself, where it can do nothing."""
        letter = self._letter(request, pk)
        page = HttpResponse(letter.html)
        page["Content-Security-Policy"] = LETTER_POLICY
        return unkept(page)
