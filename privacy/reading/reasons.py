"""The reason for looking: asked where a view tells all about somebody, and remembered a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.admin_parts import frame_of

PREFIX = "reading"
KEPT = "reading_reasons"
KEPT_FOR = timedelta(minutes=15)
SHORTEST = 5


class ReasonForm(forms.Form):
    """Why somebody's data are looked at."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=SHORTEST,
        max_length=200,
        help_text=_(
            "Such as “The customer asked why signing in fails”. The customer can read it, so write "
            "no names of other people."
        ),
    )
    view = forms.CharField(widget=forms.HiddenInput, max_length=100)


def is_given(request: HttpRequest) -> bool:
    """Tell whether a reason has just been typed, rather than something of the page's own."""
    return request.method == "POST" and f"{PREFIX}-view" in request.POST


def take(page: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """Remember the typed reason for the view it was asked for, and go there."""
    form = ReasonForm(request.POST, prefix=PREFIX)
    if not form.is_valid():
        return _ask_with(page, request, form)
    until = timezone.now() + KEPT_FOR
    kept = _still_kept(request)
    kept[form.cleaned_data["view"]] = {
        "reason": form.cleaned_data["reason"],
        "until": until.isoformat(),
        "numbers": None,
    }
    request.session[KEPT] = kept
    return redirect(request.get_full_path())


def reason_for(
    request: HttpRequest, view: str, numbers: Sequence[UUID], *, at: datetime
) -> str | None:
    """Give the reason that was given for seeing these people in this view, if one was.

    It belongs to those who are seen first under it: whoever goes on to look at somebody else is
    asked anew.
    """
    kept = request.session.get(KEPT, {}).get(view)
    if kept is None or not _counts(kept, at):
        return None
    seen = [str(number) for number in numbers]
    if kept["numbers"] is None:
        kept["numbers"] = seen
        request.session.modified = True
    if not set(seen) <= set(kept["numbers"]):
        return None
    return str(kept["reason"])


def _still_kept(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    known = request.session.get(KEPT, {})
    return {view: kept for view, kept in known.items() if _counts(kept, now)}


def _counts(kept: dict[str, Any], at: datetime) -> bool:
    return datetime.fromisoformat(kept["until"]) >= at


def ask(page: ModelAdmin[Any], request: HttpRequest, view: str) -> HttpResponse:
    """Ask for a reason instead of showing anything."""
    return _ask_with(page, request, ReasonForm(prefix=PREFIX, initial={"view": view}))


def _ask_with(page: ModelAdmin[Any], request: HttpRequest, form: ReasonForm) -> HttpResponse:
    context = {
        **frame_of(page, request, gettext("Why do you look?")),
        "form": form,
        "minutes": int(KEPT_FOR.total_seconds()) // 60,
    }
    return TemplateResponse(request, "admin/privacy/reason.html", context)
