"""The desk of quotes: what waits by age, an answer with prices, and taking one back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers.visitors import account_of
from orders.quotes.admin_forms import AnswerForm, WithdrawalForm
from orders.quotes.models import Quote
from orders.quotes.operations import NeedsDelivery, NothingOffered, NotThatWay, answer, withdraw
from orders.quotes.pricing import sums_of
from orders.quotes.states import OPEN, QuoteState
from privacy.admin_parts import (
    FoundByWhole,
    OldestFirst,
    OwnPages,
    ReadOnlyMixin,
    WaitingFilter,
    frame_of,
    looked_up,
    row_deeds,
)
from privacy.base import Gone
from privacy.reading.logged import ReadLogged
from privacy.restriction.admin_parts import StoredOnly


class UnansweredFilter(WaitingFilter):
    """Quotes that the shop has not answered yet."""

    words = gettext_lazy("Not answered yet")
    waits = Q(state=QuoteState.ASKED)


@admin.register(Quote)
class QuoteAdmin(ReadLogged, ReadOnlyMixin, OwnPages, FoundByWhole, OldestFirst, StoredOnly):
    """Quotes are never edited; they are given once, or taken back."""

    came = "asked_at"
    looked_after = Q(state__in=OPEN)
    list_display = ["number", "asked_at", "age", "state", "for_whom", "valid_until"]
    list_filter = [UnansweredFilter, "state"]
    list_select_related = ["company"]
    search_fields = ["number__exact"]
    search_help_text = gettext_lazy("The number of a quote, or an e-mail address")
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        return [*row_deeds(self, deed=self.deed_view), *super().get_urls()]

    @admin.display(description=pgettext_lazy("quote", "waits, days"), ordering="asked_at")
    def age(self, quote: Quote) -> int | str:
        if not quote.is_asked:
            return "–"
        return (timezone.localdate() - timezone.localdate(quote.asked_at)).days

    @admin.display(description=pgettext_lazy("quote", "for"))
    def for_whom(self, quote: Quote) -> str:
        return quote.company.name if quote.company is not None else quote.email

    def numbered(self, typed: str) -> Q:
        number = typed.upper() if typed[:1] in "Tt" else f"T-{typed}"
        return Q(number=number)

    def page_of(self, request: HttpRequest, quote: Quote, /) -> HttpResponse:
        """Show what was asked for and what was offered, and let it be answered or taken back."""
        return self._page(request, quote)

    def deed_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Answer a quote or take it back, or tell why that cannot be done."""
        quote: Quote = looked_up(self, request, str(pk))
        if not request.user.has_perm("orders.change_quote"):
            raise PermissionDenied
        deed = request.POST.get("deed", "")
        answering = _answering(quote, request if deed == "answer" else None)
        withdrawing = WithdrawalForm(request.POST if deed == "withdraw" else None)
        form = answering if deed == "answer" else withdrawing
        if not form.is_valid():
            return self._page(request, quote, answering=answering, withdrawing=withdrawing)
        try:
            if deed == "answer":
                answer(
                    quote=quote, answer=answering.said(), at=timezone.now(), by=account_of(request)
                )
            else:
                reason = withdrawing.cleaned_data["reason"]
                withdraw(quote=quote, reason=reason, at=timezone.now())
        except Gone:
            raise Http404 from None
        except (NotThatWay, NothingOffered, NeedsDelivery) as refusal:
            messages.error(request, _WHY[type(refusal)])
            return self._page(request, quote, answering=answering, withdrawing=withdrawing)
        self.log_change(request, quote, f"Quote: {deed}.")
        messages.success(request, _("Noted. The buyer gets a letter."))
        return redirect("admin:orders_quote_change", quote.pk)

    def _page(
        self,
        request: HttpRequest,
        quote: Quote,
        *,
        answering: AnswerForm | None = None,
        withdrawing: WithdrawalForm | None = None,
    ) -> HttpResponse:
        quote.refresh_from_db()
        may = request.user.has_perm("orders.change_quote")
        lines = list(quote.lines.all())
        today = timezone.localdate()
        context = {
            **frame_of(self, request, _("Quote %(number)s") % {"number": quote.number}),
            "quote": quote,
            "lines": lines,
            "sums": sums_of(quote, lines, on=today) if quote.answered_at else None,
            "may_answer": may and quote.is_asked,
            "may_withdraw": may and quote.state in OPEN,
            "answering": answering or _answering(quote),
            "withdrawing": withdrawing or WithdrawalForm(),
        }
        return TemplateResponse(request, "admin/quotes/quote.html", context)


_WHY: dict[type[Exception], Any] = {
    NotThatWay: gettext_lazy("The quote has moved meanwhile. Look again."),
    NothingOffered: gettext_lazy("Offer at least one piece of something, with its price."),
    NeedsDelivery: gettext_lazy("Choose how the goods are delivered."),
}


def _answering(quote: Quote, request: HttpRequest | None = None) -> AnswerForm:
    said = request.POST if request is not None else None
    return AnswerForm(said, quote=quote, lines=list(quote.lines.all()))
