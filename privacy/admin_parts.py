"""Parts that the staff's pages of several rooms share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import DateTimeField, ForeignKey, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from privacy.registry import Line, Words

View = Callable[..., HttpResponseBase]


class ReadOnlyMixin:
    """A table that staff look at and the shop alone writes."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False


class ReadOnlyInline(ReadOnlyMixin, admin.TabularInline[Any, Any]):
    """Rows beneath another row, to be looked at."""

    template = "admin/read_only_inline.html"
    extra = 0
    can_delete = False
    show_change_link = False


class RowChoice(AutocompleteSelect):
    """A row that is looked for by typing; what can be no row's key shows as if nothing were chosen.

    Django's own asks the database for whatever was sent, and fails where that is no UUID.
    """

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, [each for each in value if self._can_be_a_key(each)], attr)

    def _can_be_a_key(self, said: str) -> bool:
        try:
            self.choices.queryset.model._meta.pk.to_python(said)
        except ValidationError:
            return False
        return "\0" not in str(said)


class ChoosesRows(admin.options.BaseModelAdmin[Any]):
    """A page, or rows beneath one, on which other rows are looked for by typing."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **facts: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            facts["widget"] = RowChoice(db_field, self.admin_site, using=facts.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **facts)


@dataclass(frozen=True)
class Called:
    """What the head of a page calls a row."""

    pk: object
    words: str

    def __str__(self) -> str:
        return self.words


def in_words(row: Model) -> str:
    """Call a row by its number, or else by what it is and since when.

    What a model calls its rows is for programmers, and in a package's model it is English.
    """
    number = getattr(row, "number", None)
    if number:
        return str(number)
    fields = [each for each in row._meta.concrete_fields if isinstance(each, DateTimeField)]
    moments = [moment for each in fields if (moment := each.value_from_object(row)) is not None]
    since = date_format(localtime(min(moments)), "SHORT_DATE_FORMAT") if moments else ""
    return f"{capfirst(str(row._meta.verbose_name))} {since or str(row.pk)[:8]}"


class CalledByUs(admin.ModelAdmin[Any]):
    """The pages of rows whose model calls them in English, or names a person in their titles."""

    def called(self, row: Any) -> str:
        """Give the words for the head of a row's page."""
        return in_words(row)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **facts: Any
    ) -> HttpResponse:
        row = facts.get("obj")
        if row is not None:
            named = Called(row.pk, self.called(row))
            context.update(original=named, subtitle=named)
        return super().render_change_form(request, context, *args, **facts)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        named = Called(object_id, "" if row is None else self.called(row))
        said = {"title": _("Change history: %s") % named, "object": named}
        return super().history_view(request, object_id, {**said, **(extra_context or {})})


def row_pages(page: admin.ModelAdmin[Any], **views: View) -> list[URLPattern]:
    """Give the addresses of pages below a row, each called like its name."""
    return [_below(page, name, page.admin_site.admin_view(view)) for name, view in views.items()]


def row_deeds(page: admin.ModelAdmin[Any], **views: View) -> list[URLPattern]:
    """Give the addresses at which something is done with a row, by a press alone."""
    door = page.admin_site.admin_view
    return [_below(page, name, require_POST(door(view))) for name, view in views.items()]


def _below(page: admin.ModelAdmin[Any], name: str, view: View) -> URLPattern:
    address = f"{page.opts.app_label}_{page.opts.model_name}_{name}"
    return path(f"<uuid:pk>/{name.replace('_', '-')}/", view, name=address)


def looked_up(page: admin.ModelAdmin[Any], request: HttpRequest, pk: str) -> Any:
    """Give a row to somebody who may look at it.

    :raises Http404: when there is none.
    :raises PermissionDenied: when they may not.
    """
    row = page.get_object(request, pk)
    if row is None:
        raise Http404
    if not page.has_view_permission(request, row):
        raise PermissionDenied
    return row


def found_within(page: admin.ModelAdmin[Any], request: HttpRequest, pk: str) -> Any:
    """Give a row of a table; whoever may not look at the table is not told whether it is there.

    :raises PermissionDenied: to them.
    :raises Http404: when there is none.
    """
    if not page.has_view_permission(request):
        raise PermissionDenied
    row = page.get_object(request, pk)
    if row is None:
        raise Http404
    return row


def frame_of(page: admin.ModelAdmin[Any], request: HttpRequest, title: Words) -> dict[str, Any]:
    """Give what every page of the staff's needs."""
    return {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": title,
        "media": page.media,
    }


class OwnPages(admin.ModelAdmin[Any]):
    """A table whose rows have a page of their own in place of Django's form."""

    def page_of(self, request: HttpRequest, row: Any, /) -> HttpResponse:
        """Show a row."""
        raise NotImplementedError

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return self.page_of(request, looked_up(self, request, object_id))


class WaitingFilter(admin.SimpleListFilter):
    """Rows for which somebody still waits."""

    title = gettext_lazy("waiting")
    parameter_name = "waiting"
    words: ClassVar[Words]
    """What the rows wait for."""
    waits: ClassVar[Q]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", self.words)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.waits) if self.value() == "yes" else queryset


class OldestFirst(admin.ModelAdmin[Any]):
    """A list that begins with what has waited longest, where only what waits is looked at.

    The list sorts after its filters, so that no order of theirs would count.
    """

    came: ClassVar[str]
    """The column that tells when a row came."""

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        waits = WaitingFilter.parameter_name in request.GET
        return [self.came, "pk"] if waits else [f"-{self.came}", "-pk"]


class FoundByWhole(admin.ModelAdmin[Any]):
    """A list in which rows are found by whole addresses and numbers, each by its own index."""

    def numbered(self, typed: str) -> Q:
        """Give the rows that are meant by a number, which has no spaces."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = "".join(search_term.split())
        if "@" in typed:
            return queryset.filter(email=typed.lower()), False
        return queryset.filter(self.numbered(typed)) if typed else queryset, False


class LinesField(forms.TypedMultipleChoiceField):
    """Lines of section 5 of the statement, to be ticked."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=Line.choices, coerce=str, **kwargs)
