"""The desk of the contact person: what people ask of the register, by the day it is due."""

from django.contrib import admin

from privacy.admin_parts import ReadOnlyMixin
from privacy.reading.logged import ReadLogged
from privacy.requests.models import Request


@admin.register(Request)
class RequestAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Request]):
    """Requests are answered by steps, never edited."""

    list_display = ["number", "kind", "channel", "state", "received_at", "due_date"]
    list_filter = ["state", "kind", "channel"]
    show_full_result_count = False
    list_per_page = 50
