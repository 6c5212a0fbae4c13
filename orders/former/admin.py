"""Orders of a former shop, to be looked at by themselves and on the card of their customer."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.admin import CustomerAdmin
from customers.models import Customer
from orders.former.models import FormerOrder
from orders.former.operations import FORMER_ORDERS
from privacy.admin_parts import ReadOnlyInline, ReadOnlyMixin
from privacy.reading.logged import ReadLogged

__all__ = ["FORMER_ORDERS", "CardAdmin", "FormerOrderAdmin"]

SHOWN = ("number", "placed_date", "lines", "total", "total_vat", "shop")


@admin.register(FormerOrder)
class FormerOrderAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[FormerOrder]):
    """Each order, with what was ordered; nobody writes them."""

    list_display = ["number", "placed_date", "total", "shop", "customer"]
    list_select_related = ["customer"]
    list_per_page = 50
    search_fields = ["number__exact", "email__exact", "customer__email__exact"]
    search_help_text = _("A whole number, or a whole e-mail address")
    show_full_result_count = False
    fields = ["customer", "email", *SHOWN, "brought_in_at"]


class FormerOrdersInline(ReadOnlyInline):
    """What somebody has ordered in a former shop."""

    model = FormerOrder
    fields = [*SHOWN]
    readonly_fields = [*SHOWN]


admin.site.unregister(Customer)  # the card, with what only this room knows beneath


@admin.register(Customer)
class CardAdmin(CustomerAdmin):
    """Cards of the register, with the orders of a former shop beneath."""

    inlines = [*CustomerAdmin.inlines, FormerOrdersInline]
