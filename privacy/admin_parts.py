"""Parts that the staff's pages of several rooms share."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


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
