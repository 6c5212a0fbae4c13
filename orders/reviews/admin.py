"""The desk of reviews: what waits to be read, and what readers have reported, the oldest first."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.reviews.forms import RefusalForm
from orders.reviews.models import Review, ReviewState
from orders.reviews.operations import Decided, publish, refuse
from privacy.admin_parts import (
    OldestFirst,
    OwnPages,
    ReadOnlyMixin,
    WaitingFilter,
    frame_of,
    looked_up,
    row_deeds,
)
from privacy.reading.logged import ReadLogged
from privacy.restriction.admin_parts import StoredOnly

TO_DECIDE = "orders.change_review"


class ToReadFilter(WaitingFilter):
    """Reviews that somebody has yet to read."""

    words = gettext_lazy("To be read")
    waits = Q(state=ReviewState.WAITING) | ~Q(complained="")


@admin.register(Review)
class ReviewAdmin(ReadLogged, ReadOnlyMixin, OwnPages, OldestFirst, StoredOnly):
    """Reviews are never edited; they are published, or refused with a reason."""

    came = "written_at"
    list_display = ["product", "rating", "title", "written_at", "state", "complained"]
    list_select_related = ["product"]
    list_filter = [ToReadFilter, "state", "complained"]
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        return [*row_deeds(self, decide=self.decide_view), *super().get_urls()]

    def page_of(self, request: HttpRequest, review: Review, /) -> HttpResponse:
        """Show a review, and what can be decided about it."""
        return self._page(request, review, RefusalForm())

    def decide_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Publish a review, or refuse it with a reason that its writer is told."""
        review: Review = looked_up(self, request, str(pk))
        if not request.user.has_perm(TO_DECIDE):
            raise PermissionDenied
        if request.POST.get("written") != review.written_at.isoformat():
            messages.error(request, _("The review has changed meanwhile. Look again."))
            return redirect("admin:orders_review_change", review.pk)
        refuses = request.POST.get("decide") == "refuse"
        form = RefusalForm(request.POST if refuses else None)
        if refuses and not form.is_valid():
            return self._page(request, review, form)
        try:
            if refuses:
                refuse(review, reason=form.cleaned_data["reason"], at=timezone.now())
            else:
                publish(review)
        except Decided:
            messages.error(request, _("The review has changed meanwhile. Look again."))
        else:
            self.log_change(request, review, "Refused." if refuses else "Published.")
            messages.success(request, _("Noted."))
        return redirect("admin:orders_review_change", review.pk)

    def _page(self, request: HttpRequest, review: Review, form: RefusalForm) -> HttpResponse:
        may_decide = request.user.has_perm(TO_DECIDE) and review.state != ReviewState.REFUSED
        context = {
            **frame_of(self, request, _("Review of %(product)s") % {"product": review.product}),
            "review": review,
            "written": review.written_at.isoformat(),
            "to_publish": may_decide and (review.state != ReviewState.SHOWN or review.complained),
            "may_decide": may_decide,
            "form": form,
        }
        return TemplateResponse(request, "admin/reviews/review.html", context)
