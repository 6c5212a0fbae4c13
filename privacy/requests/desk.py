"""What the contact person sees of the requests: how long there is, who asks, what has happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.admin_parts import CalledByUs, in_words
from privacy.duties import sweep_is_late
from privacy.outbox.models import Letter
from privacy.requests.clock import LATE
from privacy.requests.models import Request
from privacy.subject import Subject, rows_of
from privacy.telling.holdings import holdings_of
from privacy.telling.supplement import capitalised

SHOWN = 10
"""So many rows of one table are linked to from a request."""


@dataclass(frozen=True)
class Left:
    """How much time there is for an answer."""

    words: str
    percent: int
    level: str
    """late, soon or calm."""


def left(asked: Request, *, at: datetime) -> Left | None:
    """Tell how long there is for an open request."""
    if not asked.is_open:
        return None
    days = (asked.last_date - timezone.localdate(at)).days
    percent = asked.spent(at)
    if days < 0:
        said = ngettext("Overdue by %(days)d day", "Overdue by %(days)d days", -days)
        return Left(said % {"days": -days}, 100, "late")
    level = "soon" if percent >= LATE else "calm"
    if not days:
        return Left(_("To be answered today"), min(percent, 100), "soon")
    said = ngettext("%(days)d day left", "%(days)d days left", days)
    return Left(said % {"days": days}, min(percent, 100), level)


def who(asked: Request) -> str:
    """Call who asks by what is known: a name, else an address; nothing once it is forgotten."""
    if asked.name or asked.email:
        return asked.name or asked.email
    if asked.account is not None:
        return asked.account.get_username()
    if asked.card is not None:
        return str(getattr(asked.card, "full_name", "") or getattr(asked.card, "email", ""))
    return ""


@dataclass(frozen=True)
class Happened:
    """Something that was done with a request, and when."""

    at: datetime
    words: str
    by: str = ""


def history(asked: Request) -> list[Happened]:
    """Tell what has happened to a request, the first thing first."""
    return sorted(_happened(asked), key=lambda each: each.at)


def _happened(asked: Request) -> Iterator[Happened]:
    clerk = str(asked.registered_by or "")
    yield Happened(asked.received_at, _("Received"), _registered(clerk))
    if asked.link_sent_at:
        yield Happened(asked.link_sent_at, _("A link to prove the mailbox was sent"))
    if asked.proved_at:
        yield Happened(asked.proved_at, _("Known who asks: %s") % asked.get_identity_display())
    if asked.extended_at:
        yield Happened(asked.extended_at, _("The time was extended by two months"))
    if asked.copy_printed_at:
        yield Happened(asked.copy_printed_at, _("The copy was fetched for printing"))
    if asked.answered_at:
        yield Happened(asked.answered_at, asked.get_state_display(), str(asked.answered_by or ""))


def _registered(clerk: str) -> str:
    return _("written down by %s") % clerk if clerk else ""


@dataclass(frozen=True)
class Held:
    """How much a copy of the data would hold."""

    tables: int
    values: int


def held(subject: Subject, *, at: datetime) -> Held:
    """Count what the copy of somebody's data would hold."""
    found = holdings_of(subject, at=at)
    return Held(len(found), sum(len(entry.values) for each in found for entry in each.entries))


@dataclass(frozen=True)
class Place:
    """Rows of one table that can be corrected on the staff's side."""

    name: str
    rows: list[tuple[str, str]]
    """Each row's own words and the address of its page."""
    more: int


def places(subject: Subject, request: HttpRequest, site: AdminSite) -> list[Place]:
    """Find the pages of a person's rows, for whoever may see them."""
    found = []
    for declaration, keys in rows_of(subject).items():
        model = declaration.model
        is_ours = model._meta.app_label == Request._meta.app_label
        if not keys or is_ours or not site.is_registered(model):
            continue
        page = site.get_model_admin(model)
        if not page.has_view_permission(request):
            continue
        opts = model._meta
        name = f"{site.name}:{opts.app_label}_{opts.model_name}_change"
        rows: list[Any] = list(model._base_manager.filter(pk__in=keys[:SHOWN]))
        links = [(capitalised(called(row, page)), reverse(name, args=[row.pk])) for row in rows]
        found.append(Place(capitalised(declaration.name), links, len(keys) - len(links)))
    return found


def called(row: Model, page: ModelAdmin[Any]) -> str:
    """Call a row as the head of its page does."""
    return page.called(row) if isinstance(page, CalledByUs) else in_words(row)


@dataclass(frozen=True)
class Waiting:
    """What waits for the contact person."""

    open: int
    overdue: int
    next_date: date | None
    to_post: int
    sweep_is_late: bool


def waiting(*, at: datetime) -> Waiting:
    """Count what waits; every count goes by an index of what is open."""
    waits = Request.objects.open()
    first = waits.by_due_date().first()
    return Waiting(
        open=waits.count(),
        overdue=Request.objects.overdue(timezone.localdate(at)).count(),
        next_date=first.last_date if first else None,
        to_post=Letter.objects.to_be_posted().count(),
        sweep_is_late=sweep_is_late(at=at),
    )
