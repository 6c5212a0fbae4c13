"""Parts that the staff's pages of several rooms share."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from privacy.registry import Line


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

    extra = 0
    can_delete = False
    show_change_link = False


class LinesField(forms.TypedMultipleChoiceField):
    """Lines of section 5 of the statement, to be ticked."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=Line.choices, coerce=str, **kwargs)
