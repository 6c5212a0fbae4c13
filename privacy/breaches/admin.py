"""The register of breaches, for the contact person: the clock, the people, the notification."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from privacy.admin_parts import ReadOnlyMixin, frame_of, looked_up, row_deeds, row_pages
from privacy.breaches.affected import add_affected
from privacy.breaches.clock import Clock
from privacy.breaches.forms import SOURCES, BreachForm, SourceForm
from privacy.breaches.models import Affected, Breach
from privacy.breaches.notice import notice_of, notice_pdf, title_of
from privacy.breaches.operations import (
    NotDone,
    NothingToTell,
    close_breach,
    enter,
    tell_people,
    what_is_left,
)
from privacy.breaches.tasks import write_to_people
from privacy.private_answers import paper
from privacy.reading.logged import ReadLogged
from privacy.reading.models import table_words


@admin.register(Breach)
class BreachAdmin(admin.ModelAdmin[Breach]):
    """Breaches are noted, completed and closed; none is taken away, and a closed one stays."""

    form = BreachForm
    list_display = ["shown_number", "noticed", "due", "clock", "risk", "people"]
    view_on_site = False
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}
    show_full_result_count = False
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "noticed_at",
                    "happened_from",
                    "happened_until",
                    "what",
                    "lines",
                    "cause",
                    "consequences",
                    "measures",
                    "processor",
                ]
            },
        ),
        (pgettext_lazy("of a breach", "Risk"), {"fields": ["risk", "risk_reasons"]}),
        (_("Telling the authority (Article 33)"), {"fields": ["notified_at", "delay_reasons"]}),
        (
            _("Telling the people (Article 34)"),
            {
                "description": _(
                    "Say in plain words what happened, its likely consequences, and what was done "
                    "and can be done about it. Who to ask stands beneath each letter by itself."
                ),
                "fields": ["letter_fi", "letter_sv", "letter_en", "untold_reasons"],
            },
        ),
    ]

    def get_urls(self) -> list[URLPattern]:
        door = self.admin_site.admin_view
        pdf = path("<uuid:pk>/notice.pdf", door(self.pdf_view), name="privacy_breach_pdf")
        pages = row_pages(self, people=self.people_view, notice=self.notice_view)
        deeds = row_deeds(self, tell=self.tell_view, close=self.close_view)
        return [pdf, *pages, *deeds, *super().get_urls()]

    @admin.display(description=_("number"), ordering="number")
    def shown_number(self, breach: Breach) -> int:
        return breach.number

    @admin.display(description=_("noticed"), ordering="noticed_at")
    def noticed(self, breach: Breach) -> str:
        return _short(breach.noticed_at)

    @admin.display(description=_("to be notified by"), ordering="due_at")
    def due(self, breach: Breach) -> str:
        return _short(breach.due_at)

    @admin.display(description=_("time left"), ordering="due_at")
    def clock(self, breach: Breach) -> str:
        clock = Clock.of(breach, at=timezone.now())
        return format_html('<span class="state {}">{}</span>', clock.look, clock.words)

    def has_change_permission(self, request: HttpRequest, obj: Breach | None = None) -> bool:
        is_open = obj is None or obj.closed_at is None
        return is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Breach, form: Any, change: bool) -> None:
        """Give a new breach its number; the form has set its clock."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            enter(obj)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        *args: Any,
        **kwargs: Any,
    ) -> HttpResponse:
        """Head the form with the clock, the people and what is left to do."""
        breach = kwargs.get("obj")
        if isinstance(breach, Breach):
            context |= {
                "clock": Clock.of(breach, at=timezone.now()),
                "left": what_is_left(breach),
                "tables": [(table_words(t), count) for t, count in sorted(breach.tables.items())],
                "waiting": breach.affected.filter(chosen_at__isnull=False, letter_at=None).count(),
                "told": breach.affected.filter(letter_at__isnull=False).count(),
                "may_change": self.has_change_permission(request, breach),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Its own pages

    def people_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Compute whom the breach touched, in one of three ways."""
        breach = self._open(request, pk)
        forms = [self._source(form, request) for form in SOURCES]
        for form in forms:
            if form.is_bound and form.is_valid():
                new = add_affected(breach, form.found(), at=timezone.now())
                self.log_change(request, breach, f"People computed: {form.how}.")
                words = ngettext("%(count)d person was added.", "%(count)d people were added.", new)
                messages.success(request, words % {"count": new})
                return redirect(breach)
        return self._page(
            request, breach, "people", gettext("Whom the breach concerns"), forms=forms
        )

    def notice_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Show the draft of the notification."""
        breach = self._seen(request, pk)
        return self._page(request, breach, "notice", title_of(breach), parts=notice_of(breach))

    def pdf_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Give the draft on paper."""
        breach = self._seen(request, pk)
        return paper(notice_pdf(breach), name=f"breach-{breach.number}.pdf")

    def tell_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Choose who gets a letter, and let the worker write them."""
        breach = self._open(request, pk)
        try:
            with transaction.atomic():
                chosen = tell_people(breach, at=timezone.now())
                write_to_people.defer(breach_id=str(breach.pk))
        except NothingToTell:
            messages.error(
                request,
                _("Letters go only when the risk is high and they are written in all languages."),
            )
        else:
            self.log_change(request, breach, "Letters to the people were queued.")
            words = ngettext(
                "%(count)d letter is written.", "%(count)d letters are written.", chosen
            )
            messages.success(request, words % {"count": chosen})
        return redirect(breach)

    def close_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Close the breach for good, or say what is left to do."""
        breach = self._open(request, pk)
        try:
            close_breach(breach, at=timezone.now())
        except NotDone as trouble:
            for words in trouble.args:
                messages.error(request, words)
        else:
            self.log_change(request, breach, "Closed.")
            messages.success(request, _("The breach is closed. Nothing of it can be altered."))
        return redirect(breach)

    def _page(
        self, request: HttpRequest, breach: Breach, name: str, title: str, **said: Any
    ) -> HttpResponse:
        context = {
            **frame_of(self, request, title),
            "breach": breach,
            **said,
        }
        return TemplateResponse(request, f"admin/privacy/breach/{name}.html", context)

    def _source(self, form: type[SourceForm], request: HttpRequest) -> SourceForm:
        is_sent = request.method == "POST" and request.POST.get("how") == form.how
        return form(request.POST if is_sent else None, prefix=form.how)

    def _seen(self, request: HttpRequest, pk: str) -> Breach:
        breach: Breach = looked_up(self, request, str(pk))
        return breach

    def _open(self, request: HttpRequest, pk: str) -> Breach:
        breach = self._seen(request, pk)
        if not self.has_change_permission(request, breach):
            raise PermissionDenied
        return breach


def _short(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


@admin.register(Affected)
class AffectedAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Affected]):
    """The people of a breach, by number."""

    list_display = ["about", "breach", "data", "first_at", "last_at", "letter_at"]
    list_filter = ["breach"]
    list_select_related = ["breach"]
    ordering = ["-breach__number", "pk"]
    show_full_result_count = False
    list_per_page = 50
    fields = ["breach", "about", "data", "first_at", "last_at", "added_at", "letter_at"]
    readonly_fields = ["data"]

    @admin.display(description=_("data"))
    def data(self, row: Affected) -> str:
        return row.get_tables_display()
