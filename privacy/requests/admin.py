"""The desk of the contact person: what people ask of the register, by the day it is due."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from privacy.admin_parts import ReadOnlyMixin, found_within, frame_of
from privacy.contact import may_answer
from privacy.copies.models import DataCopy
from privacy.erase import LedgerAhead
from privacy.evidence import Erasure
from privacy.normal import normal_email
from privacy.numbers import keys_spoken
from privacy.private_answers import unkept
from privacy.reading.logged import ReadLogged
from privacy.registry import Words
from privacy.requests import desk
from privacy.requests.answering import (
    CopyGone,
    TooLateToExtend,
    destroy,
    extend,
    fetch_for_print,
    hand_over,
    make_for_print,
    plan,
    refuse,
    restrict_meanwhile,
    settle,
    settle_in_part,
    withdraw,
)
from privacy.requests.asker import recipient_of, subject_of_asker
from privacy.requests.ending import NotOpen, NotProved, Staff
from privacy.requests.forms import RegisterForm, StepForm, WhoForm, form_for, who_in
from privacy.requests.models import Request, overdue_on
from privacy.requests.operations import AskedAlready, correct_asker, register, send_link, vouch
from privacy.requests.previews import letter_of
from privacy.requests.states import ANSWERED, COPIED, Kind, Refusal, State
from privacy.requests.steps import Step, steps_of
from privacy.restriction.models import Restriction
from privacy.restriction.operations import Nobody
from privacy.subject import card_model

Said = Mapping[str, Any]
REFUSED: dict[type[Exception], Any] = {
    NotOpen: _("Somebody has answered this request in the meantime. Nothing was done twice."),
    AskedAlready: _("The same is asked already under this address, and waits for its answer."),
    NotProved: _("It is not known who asks. Prove the mailbox, or say how you are certain."),
    TooLateToExtend: _("The time can be extended once, and within the first month only."),
    Nobody: _("Nobody is known under what was given: there is nothing to restrict."),
    LedgerAhead: _(
        "Erasures from before a back-up was restored are being repeated. Try again in a minute."
    ),
}
"""What is said when a step cannot be taken any more."""


class StateFilter(admin.SimpleListFilter):
    """Requests by where they stand; those that wait for an answer come first, unasked."""

    title = pgettext_lazy("of a request", "state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("Overdue")),
            ("answered", _("Answered")),
            ("unconfirmed", _("Waits for the link to be followed")),
            ("all", pgettext_lazy("requests", "All")),
        ]

    def choices(self, changelist: Any) -> Any:
        unasked, *others = super().choices(changelist)
        yield {**unasked, "display": _("Waits for an answer")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None and request.GET.get("q"):
            return queryset  # who searches means every request
        wanted: dict[str | None, Q] = {
            "overdue": overdue_on(timezone.localdate()),
            "answered": Q(state__in=ANSWERED),
            "unconfirmed": Q(state=State.UNCONFIRMED),
            "all": Q(),
        }
        return queryset.filter(wanted.get(self.value(), Q(state=State.OPEN)))


@admin.register(Request)
class RequestAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Request]):
    """Requests are written down and answered by steps, never edited."""

    list_display = ["shown_number", "time_left", "kind", "asker", "shown_state", "channel"]
    list_filter = [StateFilter, "kind", "channel"]
    list_select_related = ["account", "card"]
    search_fields = ["email__exact"]
    search_help_text = _("The number of a request, or a whole e-mail address")
    sortable_by = []
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(
                "<uuid:pk>/copy.zip",
                require_POST(view(self.copy_view)),
                name="privacy_request_copy",
            ),
            path("<uuid:pk>/<slug:step>/", view(self.step_view), name="privacy_request_step"),
        ]
        *pages, any_other = super().get_urls()
        return [*pages, *own, any_other]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return may_answer(request.user)

    # --- The queue

    def get_queryset(self, request: HttpRequest) -> QuerySet[Request]:
        return Request.objects.by_due_date()

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        waits = request.GET.get("state") in (None, "overdue") and not request.GET.get("q")
        return ["last", "received_at"] if waits else ["-received_at"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Request], search_term: str
    ) -> tuple[QuerySet[Request], bool]:
        """Find by a number or a whole address, each by its own index."""
        typed = search_term.strip()
        if not typed:
            return queryset, False
        if "@" in typed:
            email = normal_email(typed)
            accounts = get_user_model()._base_manager.filter(
                **{get_user_model().USERNAME_FIELD: email}
            )
            cards = card_model()._base_manager.filter(email=email)
            mine = (
                Q(email=email)
                | Q(account__in=list(accounts.values_list("pk", flat=True)))
                | Q(card__in=list(cards.values_list("pk", flat=True)))
            )
            return queryset.filter(mine), False
        keys = keys_spoken(typed)
        return queryset.filter(pk__range=keys) if keys else queryset.none(), False

    @admin.display(description=_("number"))
    def shown_number(self, asked: Request) -> str:
        return asked.number

    @admin.display(description=_("who asks"))
    def asker(self, asked: Request) -> str:
        return desk.who(asked) or "–"

    @admin.display(description=pgettext_lazy("of a request", "state"))
    def shown_state(self, asked: Request) -> Words:
        if asked.is_open and not asked.is_proved:
            return _("Waits for a proof of who asks")
        return asked.get_state_display()

    @admin.display(description=_("to be answered by"))
    def time_left(self, asked: Request) -> str:
        left = desk.left(asked, at=timezone.now())
        if left is None:
            return "–"
        bar = (
            '<span class="due due-{}"><progress max="100" value="{}" aria-hidden="true"></progress>'
            "<span>{}</span> <span>{}</span></span>"
        )
        return format_html(bar, left.level, left.percent, _day(asked.last_date), left.words)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Head the queue with what it is."""
        said = {"title": _("Requests of data subjects"), **(extra_context or {})}
        return super().changelist_view(request, said)

    # --- Writing one down

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Write down a request that came by another way than the shop's pages."""
        staff = self._contact(request)
        form = RegisterForm(
            request.POST or None,
            site=self.admin_site,
            initial={
                "received_date": timezone.localdate(),
                "language": "fi",
                "card": request.GET.get("card"),
            },
        )
        if request.method == "POST" and form.is_valid():
            try:
                asked = register(**form.facts, by=staff, at=timezone.now())
            except AskedAlready:
                form.add_error("email", REFUSED[AskedAlready])
            else:
                self._tell_of_registration(request, asked)
                return redirect("admin:privacy_request_change", asked.pk)
        title = _("Write down a request")
        return self._page(request, "request_register", title, {"form": form})

    def _tell_of_registration(self, request: HttpRequest, asked: Request) -> None:
        said = {"number": asked.number, "day": _day(asked.last_date)}
        words = _("Request %(number)s is written down. It is to be answered by %(day)s.")
        messages.success(request, words % said)

    # --- One request

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a request: its clock, who asks, what would go, and what can be done now."""
        asked = self._asked(request, object_id)
        title = _("Request %(number)s") % {"number": asked.number}
        return self._page(request, "request", title, self._facts(request, asked))

    def _facts(self, request: HttpRequest, asked: Request) -> dict[str, Any]:
        now = timezone.now()
        may = may_answer(request.user)
        facts: dict[str, Any] = {
            "asked": asked,
            "who": desk.who(asked),
            "left": desk.left(asked, at=now),
            "history": desk.history(asked),
            "recipient": None if asked.has_lost_its_asker else recipient_of(asked),
            "steps": steps_of(asked, at=now) if may else [],
            "may_answer": may,
            "receipt": Erasure.objects.filter(pk__in=[asked.receipt]).first(),
        }
        if asked.is_open and not asked.has_lost_its_asker:
            facts |= self._held(request, asked, now)
        return facts

    def _held(self, request: HttpRequest, asked: Request, at: datetime) -> dict[str, Any]:
        subject = subject_of_asker(asked)
        facts: dict[str, Any] = {
            "is_nobody": subject.is_nobody,
            "restriction": Restriction.objects.in_force().of(subject).first(),
        }
        if asked.kind == Kind.ERASURE:
            facts["plan"] = plan(asked, at=at)
        elif asked.kind in COPIED:
            facts["held"] = desk.held(subject, at=at)
            facts["print"] = DataCopy.objects.ready(at).filter(request=asked).first()
        else:
            facts["places"] = desk.places(subject, request, self.admin_site)
        return facts

    def step_view(self, request: HttpRequest, pk: str, step: str) -> HttpResponse:
        """Say what a step will do, with the letter it writes; then take it."""
        staff = self._contact(request)
        asked, now = self._asked(request, str(pk)), timezone.now()
        if step not in Step.values:
            raise Http404
        chosen = Step(step)
        if chosen not in steps_of(asked, at=now):
            return self._refused(request, asked, self._why_not(asked))
        posted = request.POST if request.method == "POST" else None
        form = form_for(chosen, asked, posted=posted, site=self.admin_site)
        is_sent = request.method == "POST" and form.is_valid()
        if is_sent and (not chosen.has_words or "send" in request.POST):
            return self._take(request, asked, chosen, form.cleaned_data, staff)
        return self._step_page(request, asked, chosen, form, at=now)

    def _step_page(
        self,
        request: HttpRequest,
        asked: Request,
        step: Step,
        form: StepForm | WhoForm,
        *,
        at: datetime,
    ) -> HttpResponse:
        is_ready = not step.has_words or (form.is_bound and form.is_valid())
        said = form.cleaned_data if form.is_bound and form.is_valid() else _initial(form)
        facts = {
            "asked": asked,
            "who": desk.who(asked),
            "step": step,
            "form": form,
            "is_ready": is_ready,
            "letter": letter_of(step, asked, said, at=at) if is_ready else None,
            "recipient": recipient_of(asked),
            "plan": plan(asked, at=at) if step == Step.DESTROY else None,
        }
        return self._page(request, "request_step", step.label, facts)

    def _take(
        self, request: HttpRequest, asked: Request, step: Step, said: Said, staff: Staff
    ) -> HttpResponse:
        try:
            take(step, asked, said, by=staff, at=timezone.now())
        except tuple(REFUSED) as refusal:
            return self._refused(request, asked, REFUSED[type(refusal)])
        self.log_change(request, asked, step.value)  # who took it; the request says the rest
        messages.success(request, _("Done: %(step)s.") % {"step": step.label})
        return redirect("admin:privacy_request_change", asked.pk)

    def _refused(self, request: HttpRequest, asked: Request, words: Any) -> HttpResponse:
        messages.error(request, words)
        return redirect("admin:privacy_request_change", asked.pk)

    def _why_not(self, asked: Request) -> Any:
        if asked.is_answered:
            return REFUSED[NotOpen]
        return _("That is not possible as the request stands now.")

    def copy_view(self, request: HttpRequest, pk: str) -> HttpResponseBase:
        """Hand out the copy for printing, once."""
        self._contact(request)
        asked = self._asked(request, str(pk))
        try:
            packed = fetch_for_print(asked, at=timezone.now())
        except (NotOpen, CopyGone):
            words = _("The copy has been fetched, or its time is over. Make another.")
            return self._refused(request, asked, words)
        answer = FileResponse(packed, as_attachment=True, filename=f"{asked.number}.zip")
        return unkept(answer)

    # --- For all of them

    def _asked(self, request: HttpRequest, key: str) -> Request:
        asked: Request = found_within(self, request, key)
        return asked

    def _contact(self, request: HttpRequest) -> Staff:
        if not may_answer(request.user) or request.user.is_anonymous:
            raise PermissionDenied
        return request.user

    def _page(
        self, request: HttpRequest, name: str, title: Any, facts: dict[str, Any]
    ) -> TemplateResponse:
        context = {
            **frame_of(self, request, title),
            **facts,
        }
        answer = TemplateResponse(request, f"admin/privacy/{name}.html", context)
        return unkept(answer)


def _initial(form: StepForm | WhoForm) -> dict[str, Any]:
    return {name: field.initial or "" for name, field in form.fields.items()}


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def take(step: Step, asked: Request, said: Said, *, by: Staff, at: datetime) -> None:
    """Take a step in the way that belongs to it.

    :raises NotOpen: when the request has been answered; the other refusals are in `REFUSED`.
    """
    ways: dict[Step, Callable[[], Any]] = {
        Step.WHO: lambda: correct_asker(asked, **who_in(said)),
        Step.LINK: lambda: send_link(asked, at=at),
        Step.VOUCH: lambda: vouch(asked, note=said["note"], at=at),
        Step.EXTEND: lambda: extend(asked, reason=said["reason"], at=at),
        Step.RESTRICT: lambda: restrict_meanwhile(asked, at=at),
        Step.DESTROY: lambda: destroy(asked, at=at, by=by, words=said["words"]),
        Step.COPY: lambda: hand_over(asked),
        Step.PRINT: lambda: make_for_print(asked, at=at),
        Step.SETTLE: lambda: settle(
            asked, words=said["words"], restriction=said.get("restriction", ""), by=by, at=at
        ),
        Step.PART: lambda: settle_in_part(
            asked, words=said["words"], **_refusal(said), by=by, at=at
        ),
        Step.REFUSE: lambda: refuse(asked, **_refusal(said), by=by, at=at),
        Step.WITHDRAW: lambda: withdraw(asked, by=by, at=at),
    }
    ways[step]()


def _refusal(said: Said) -> dict[str, Any]:
    return {
        "refusal": Refusal(said["refusal"]),
        "reason": said["reason"],
        "complaint": said["complaint"],
    }
