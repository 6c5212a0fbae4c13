"""The one place at which the staff's pages over people's rows write down what they show.

`ReadLoggedSite` puts this round every view of every page that is `ReadLogged`, the page's own views
included. What was shown is read from the answer before it is given: the rows of a list, the row
whose number stands in the address, the rows beneath it. If that cannot be written down, or nobody
can tell what a view showed, there is no answer.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from privacy.reading import reasons
from privacy.reading.models import Kind
from privacy.reading.numbers import declaration_of_people, numbers_of
from privacy.reading.operations import note_readings
from privacy.registry import Declaration

View = Callable[..., HttpResponseBase]

_NAMED = ("object_id", "pk", "id")
"""What addresses call the number of the row they are about."""
_NOTED = "readings_are_noted"
_SHOWN = 300
"""An answer from this status on shows nothing: it sends elsewhere, or refuses."""


class NotLogged(Exception):
    """A view showed something, and nobody can tell of whom."""


class ReadLogged:
    """A page over a table with people in it; every look at it is written down.

    Such a page needs to do nothing for that, except where a view of its own shows rows that are
    neither the list nor the row in its address: it says so by `show`.
    """

    looks: Mapping[str, Kind] = {}
    """What kind of look the page's own views give; without a word it is that a row was opened."""
    asks_reason: frozenset[Kind] = frozenset({Kind.EXPORT, Kind.PRINT})
    """Looks that need a reason."""
    nobody_in: frozenset[Kind] = frozenset()
    """Looks that show rows but not whom they are about."""
    shows_nobody: frozenset[str] = frozenset()
    """Views of its own in which there are no people at all."""


@dataclass
class Look:
    """What a view showed."""

    kind: Kind
    rows: dict[type[models.Model], list[Any]] = field(default_factory=dict)

    def see(self, model: type[models.Model], keys: Iterable[Any]) -> None:
        """Add rows."""
        self.rows.setdefault(model, []).extend(keys)

    def people(self) -> Iterable[tuple[Declaration, list[UUID]]]:
        """Give, table by table, the numbers that the look is noted under."""
        for model, keys in self.rows.items():
            declaration = declaration_of_people(model)
            if declaration is not None:
                yield declaration, numbers_of(declaration, keys)


class LoggedAutocomplete(AutocompleteJsonView):
    """Rows offered while something is typed: each that is offered is noted."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.offered: list[models.Model] = []

    def serialize_result(self, obj: models.Model, to_field_name: str) -> dict[str, Any]:
        self.offered.append(obj)
        return super().serialize_result(obj, to_field_name)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        look = Look(Kind.CHOICE)
        look.see(self.model_admin.model, [row.pk for row in self.offered])
        _note(request, look)
        return answer


class ReadLoggedSite(AdminSite):
    """A site that shows nobody's data without writing it down."""

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 (Django's signature)
        """Let only staff in, and put the log round the views of pages with people in them."""
        page = getattr(view, "__self__", None)
        if isinstance(page, ReadLogged) and isinstance(page, ModelAdmin):
            view = _logged(page, view)
        return super().admin_view(view, cacheable)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return LoggedAutocomplete.as_view(admin_site=self)(request)


def show(
    request: HttpRequest, rows: Iterable[models.Model], *, kind: Kind, reason: str = ""
) -> None:
    """Note rows that a view is about to show and that are not those of its list or address."""
    look = Look(kind)
    for row in rows:
        look.see(type(row), [row.pk])
    _note(request, look, reason=reason)
    vars(request)[_NOTED] = True


def _logged(page: Any, view: View) -> View:
    @wraps(view)
    def logged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if reasons.is_given(request):
            return reasons.take(page, request)
        answer = view(request, *args, **kwargs)
        look = _look(page, view.__name__, request, answer, kwargs)
        if look is None or look.kind in page.nobody_in:
            return answer
        return _answered(page, request, look) or answer

    return logged


def _answered(page: Any, request: HttpRequest, look: Look) -> HttpResponseBase | None:
    """Note a look; where a reason is wanting, give the page that asks for it instead."""
    reason: str | None = ""
    people = list(look.people())
    if look.kind in page.asks_reason:
        view = f"{page.opts.label}/{look.kind}"
        numbers = [number for _table, found in people for number in found]
        if numbers:
            reason = reasons.reason_for(request, view, numbers, at=timezone.now())
        if reason is None:
            return reasons.ask(page, request, view)
    _write(request, look.kind, people, reason or "")
    return None


def _look(
    page: Any, view: str, request: HttpRequest, answer: HttpResponseBase, address: dict[str, Any]
) -> Look | None:
    """Tell from an answer what it shows; nothing where it shows nobody.

    :raises NotLogged: when it cannot be told.
    """
    said: dict[str, Any] = getattr(answer, "context_data", None) or {}
    named = next((address[name] for name in _NAMED if name in address), None)
    if answer.status_code >= _SHOWN or vars(request).get(_NOTED):
        return None
    if "cl" in said:
        look = Look(Kind.SEARCH if said["cl"].query else Kind.LIST)
        look.see(page.model, [row.pk for row in said["cl"].result_list])
        return look
    if named is not None:
        return _look_at_one(page, view, named, said)
    if "queryset" in said:
        look = Look(Kind.LIST)
        look.see(page.model, [row.pk for row in said["queryset"]])
        return look
    if view in {"add_view", *page.shows_nobody} or _is_refused(answer):
        return None
    raise NotLogged(f"{page.opts.label}: {view}")


def _look_at_one(page: Any, view: str, named: Any, said: dict[str, Any]) -> Look:
    kinds = {"history_view": Kind.HISTORY, **page.looks}
    look = Look(kinds.get(view, Kind.DETAIL))
    try:
        look.see(page.model, [page.opts.pk.to_python(unquote(str(named)))])
    except ValidationError:
        raise NotLogged(f"{page.opts.label}: {view}") from None
    for beneath in said.get("inline_admin_formsets", ()):
        keys = [form.instance.pk for form in beneath.formset.initial_forms]
        look.see(beneath.formset.model, keys)
    return look


def _is_refused(answer: HttpResponseBase) -> bool:
    """Tell whether Django says of a list that its filters make no sense."""
    return getattr(answer, "template_name", "") == "admin/invalid_setup.html"


def _note(request: HttpRequest, look: Look, *, reason: str = "") -> None:
    _write(request, look.kind, list(look.people()), reason)


def _write(
    request: HttpRequest, kind: Kind, people: list[tuple[Declaration, list[UUID]]], reason: str
) -> None:
    at = timezone.now()
    for declaration, found in people:
        numbers: list[UUID | None] = [*found]
        if not numbers and kind is Kind.SEARCH:
            numbers = [None]
        if numbers:
            note_readings(
                staff=request.user,
                kind=kind,
                table=declaration.label,
                numbers=numbers,
                at=at,
                reason=reason,
            )
