"""What was passed on, to look at."""

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from privacy.admin_parts import ReadOnlyMixin
from privacy.egress.models import Transfer
from privacy.reading.logged import ReadLogged
from privacy.registry import Line


@admin.register(Transfer)
class TransferAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Transfer]):
    """Each handing over: to whom, which lines, when, of which row."""

    list_display = ["moment", "recipient", "told_lines", "is_confirmed"]
    list_filter = ["processor", "is_confirmed"]
    search_fields = ["reference__exact", "about__exact"]
    search_help_text = _("The recipient's reference, or the number of a row, whole")
    date_hierarchy = "at"
    show_full_result_count = False
    list_per_page = 50
    fields = [
        "at",
        "recipient",
        "way",
        "told_lines",
        "about",
        "reference",
        "is_confirmed",
        "kept_until",
    ]

    @admin.display(description=_("when"), ordering="at")
    def moment(self, transfer: Transfer) -> str:
        return date_format(timezone.localtime(transfer.at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("what was passed on"))
    def told_lines(self, transfer: Transfer) -> str:
        return ", ".join(str(line.label) for line in Line if line in transfer.lines)
