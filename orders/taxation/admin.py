"""Where staff note that they have looked a VAT ID up in VIES."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from customers.visitors import account_of
from orders.taxation.models import VatIdCheck
from privacy.reading.logged import ReadLogged


@admin.register(VatIdCheck)
class VatIdCheckAdmin(ReadLogged, admin.ModelAdmin[VatIdCheck]):
    """Checks are added and never altered: the order that counted on one keeps when, and who."""

    list_display = ["vat_id", "is_valid", "checked_at", "checked_by"]
    list_select_related = ["checked_by"]
    search_fields = ["vat_id__exact"]
    fields = ["vat_id", "is_valid", "consultation"]
    show_full_result_count = False
    list_per_page = 50

    def save_model(self, request: HttpRequest, obj: VatIdCheck, form: Any, change: bool) -> None:
        """Note who has checked."""
        obj.checked_by = account_of(request)
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
