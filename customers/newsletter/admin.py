"""Newsletters for staff: written, looked at, sent to oneself, and released once."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from customers.newsletter.letters import composed
from customers.newsletter.models import CODES, Newsletter
from customers.newsletter.operations import (
    NotWhole,
    ReleasedAlready,
    left,
    receivers,
    release,
    send_proof,
    waiting,
)
from customers.newsletter.tasks import write_newsletter
from privacy.admin_parts import looked_up, row_deeds, row_pages
from privacy.outbox.admin import LETTER_POLICY
from privacy.overwriting import NothingOverwritten
from privacy.private_answers import unkept

MAY_SEND = "customers.send_newsletter"


@admin.register(Newsletter)
class NewsletterAdmin(NothingOverwritten, admin.ModelAdmin[Newsletter]):
    """A newsletter is changed until it is released; then it stays, and shows how far it has come.

    There is no list of its receivers here, and nothing about who opened what.
    """

    list_display = ["__str__", "created_at", "state", "written"]
    show_full_result_count = False
    change_form_template = "admin/newsletter/change_form.html"
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 14})}}
    fieldsets = [
        (
            None,
            {
                "fields": [
                    tuple(f"subject_{code}" for code in CODES),
                    tuple(f"text_{code}" for code in CODES),
                ],
                "classes": ["side-by-side"],
                "description": _(
                    "An empty line parts paragraphs; an address that begins with https:// becomes "
                    "a link. The link that ends the newsletter comes at its foot by itself."
                ),
            },
        )
    ]

    def get_urls(self) -> list[URLPattern]:
        return [
            *row_pages(self, preview=self.preview_view),
            *row_deeds(self, proof=self.proof_view, release=self.release_view),
            *super().get_urls(),
        ]

    @admin.display(description=_("how far it is"))
    def state(self, newsletter: Newsletter) -> str:
        look, words = "", pgettext("newsletter", "Draft")
        if newsletter.finished_at is not None:
            look, words = "success", pgettext("newsletter", "Written to all")
        elif newsletter.released_at is not None:
            look, words = "warning", pgettext("newsletter", "Being written")
        return format_html('<span class="state {}">{}</span>', look, words)

    def has_change_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        is_draft = obj is None or obj.released_at is None
        return is_draft and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Newsletter | None = None) -> bool:
        is_draft = obj is None or obj.released_at is None
        return is_draft and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Newsletter, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = timezone.now()
        super().save_model(request, obj, form, change)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **facts: Any
    ) -> HttpResponse:
        """Head the form with the previews, and with how far the letters are."""
        newsletter = facts.get("obj")
        if isinstance(newsletter, Newsletter):
            is_draft = newsletter.released_at is None
            context |= {
                "newsletter": newsletter,
                "languages": CODES,
                "is_draft": is_draft,
                "may_release": is_draft and newsletter.is_whole and request.user.has_perm(MAY_SEND),
                "receivers": receivers(newsletter).count(),
                "left": left(newsletter),
                "waiting": waiting(newsletter),
            }
        return super().render_change_form(request, context, *args, **facts)

    def preview_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Show the letter by itself, as its receiver will see it."""
        newsletter = self._found(request, pk)
        asked = request.GET.get("language", "")
        language = asked if asked in CODES else CODES[0]
        page = HttpResponse(composed(newsletter, language).html)
        page["Content-Security-Policy"] = LETTER_POLICY
        return unkept(page)

    def proof_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Send it to whoever asks, and to nobody else."""
        newsletter = self._found(request, pk)
        if not self.has_change_permission(request):
            raise PermissionDenied
        sent = send_proof(newsletter, to=request.user.get_username(), at=timezone.now())
        words = ngettext(
            "%(count)d proof is on its way to you.",
            "%(count)d proofs are on their way to you.",
            sent,
        )
        messages.success(request, words % {"count": sent})
        return redirect("admin:customers_newsletter_change", pk)

    def release_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Release it: from here on it can neither be changed nor sent again."""
        newsletter = self._found(request, pk)
        if not request.user.has_perm(MAY_SEND):
            raise PermissionDenied
        try:
            with transaction.atomic():
                release(newsletter, at=timezone.now())
                write_newsletter.defer(newsletter_id=str(newsletter.pk))
        except NotWhole:
            messages.error(request, _("Write it in all three languages before it goes."))
        except ReleasedAlready:
            messages.info(request, _("It has been released already."))
        else:
            self.log_change(request, newsletter, "Released.")
            messages.success(
                request, _("The newsletter is released; the letters are being written.")
            )
        return redirect("admin:customers_newsletter_change", pk)

    def _found(self, request: HttpRequest, pk: str) -> Newsletter:
        newsletter: Newsletter = looked_up(self, request, str(pk))
        return newsletter
