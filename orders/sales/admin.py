"""The terms of sale for staff: the next edition is written, looked at and published here."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from orders.sales.editions import Terms, TermsDraft, with_seller
from orders.sales.publishing import (
    NoDraft,
    NotReady,
    comparisons,
    newest_texts,
    publish_terms,
    reasons_against,
)
from privacy.admin_parts import ReadOnlyMixin, frame_of
from privacy.private_answers import unkept
from privacy.statement_page import blocks

PUBLISH = "orders.publish_terms"


@admin.register(Terms)
class TermsAdmin(ReadOnlyMixin, admin.ModelAdmin[Terms]):
    """Editions as they were published: to be read, never altered."""

    list_display = ["edition", "language", "valid_from", "published_by"]
    list_filter = ["language"]
    fields = ["edition", "language", "valid_from", "published_at", "published_by", "page", "text"]
    readonly_fields = ["page"]

    @admin.display(description=gettext_lazy("on the shop's pages"))
    def page(self, terms: Terms) -> str:
        return format_html('<a href="{}">{}</a>', terms.get_absolute_url(), terms.edition)


@admin.register(TermsDraft)
class TermsDraftAdmin(admin.ModelAdmin[TermsDraft]):
    """The next edition, in three languages side by side."""

    list_display = ["__str__", "valid_from", "touched_at"]
    fieldsets = [
        (
            gettext_lazy("Texts"),
            {
                "fields": [("text_fi", "text_sv", "text_en")],
                "classes": ["side-by-side"],
                "description": gettext_lazy(
                    "An empty line parts paragraphs. A line that begins with a number, such as "
                    "“1. Seller”, heads a section; “- ” begins an item of a list. In the place of "
                    "{name}, {address}, {business_id}, {email} and {phone} come the seller's own."
                ),
            },
        ),
        (None, {"fields": ["valid_from"]}),
    ]
    change_form_template = "admin/orders/termsdraft.html"

    def get_urls(self) -> list[URLPattern]:
        door = self.admin_site.admin_view
        own = [
            path("<int:pk>/check/", door(self.check_view), name="orders_termsdraft_check"),
            path("<int:pk>/preview/", door(self.preview_view), name="orders_termsdraft_preview"),
            path(
                "<int:pk>/publish/",
                require_POST(door(self.publish_view)),
                name="orders_termsdraft_publish",
            ),
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Begin a draft, or go on with the one there is.

        That is asked here and not of the permission, which each page of the staff's asks for.
        """
        draft = TermsDraft.objects.first()
        if draft is not None and self.has_add_permission(request):
            return redirect("admin:orders_termsdraft_change", draft.pk)
        return super().add_view(request, form_url, extra_context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {f"text_{code}": text for code, text in newest_texts().items()}

    def _draft(self, request: HttpRequest, pk: int) -> TermsDraft:
        draft = self.get_object(request, str(pk))
        if draft is None or not self.has_view_permission(request, draft):
            raise Http404
        return draft

    def check_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what the draft changes and what it lacks, above the button that publishes."""
        return self._checked(request, self._draft(request, pk))

    def _checked(self, request: HttpRequest, draft: TermsDraft, status: int = 200) -> HttpResponse:
        reasons = reasons_against(draft, at=timezone.now())
        context = {
            **frame_of(self, request, _("The next edition of the terms")),
            "draft": draft,
            "reasons": reasons,
            "comparisons": comparisons(draft),
            "may_publish": request.user.has_perm(PUBLISH) and not reasons,
            "may_not": not request.user.has_perm(PUBLISH),
        }
        return TemplateResponse(
            request, "admin/orders/termsdraft_check.html", context, status=status
        )

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the draft in one language as buyers will see it."""
        draft = self._draft(request, pk)
        language = request.GET.get("language", settings.LANGUAGE_CODE)
        if language not in dict(settings.LANGUAGES):
            raise Http404
        parts = blocks(with_seller(draft.text(language), settings.CONTROLLER))
        with translation.override(language):
            title = parts[0].words if parts else _("Terms of sale and delivery")
            context = {"title": title, "blocks": parts[1:]}
            answer = render(request, "orders/sales/terms_preview.html", context)
        return unkept(answer)

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish the draft, for whoever has the right to."""
        if not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        draft = self._draft(request, pk)
        try:
            terms = publish_terms(by=str(request.user), at=timezone.now())
        except NotReady:
            return self._checked(request, draft, status=400)
        except NoDraft:
            raise Http404 from None
        self._log(request, terms)
        messages.success(
            request, _("Edition %(edition)s is published.") % {"edition": terms.edition}
        )
        return redirect(reverse("admin:orders_terms_changelist"))

    def _log(self, request: HttpRequest, terms: Terms) -> None:
        """Write beside the edition, which stays, who has published it."""
        desk = cast(TermsAdmin, self.admin_site.get_model_admin(Terms))
        desk.log_addition(request, terms, f"Published edition {terms.edition}.")
