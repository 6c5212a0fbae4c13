"""Editions of the statement for staff: to read, and to add the next one."""

import hashlib
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from privacy.editions.forms import EditionForm
from privacy.editions.models import Edition


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin[Edition]):
    """An edition is put in once, by whoever approves it; it is never altered."""

    form = EditionForm
    list_display = ["number", "valid_from", "approved_by", "sha256"]
    fields = [
        "number",
        "valid_from",
        "approved_by",
        "sha256",
        "page",
        "text_fi",
        "text_sv",
        "text_en",
    ]
    readonly_fields = ["number", "approved_by", "sha256", "page"]

    def get_fields(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        return self.fields if obj else EditionForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        return self.fields if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        known = Edition.objects.begun(timezone.now())[:1].get()
        return {name: getattr(known, name) for name in ("text_fi", "text_sv", "text_en")}

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        """Give the edition its number and digest, and note who approved it."""
        last = Edition.objects.order_by("-number").values_list("number", flat=True)[:1].get()
        obj.number = last + 1
        obj.sha256 = hashlib.sha256(obj.text_fi.encode()).hexdigest()
        obj.approved_by = str(request.user)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("on the shop's pages"))
    def page(self, edition: Edition) -> str:
        return format_html('<a href="{}">{}</a>', edition.get_absolute_url(), edition.number)
