"""Ways of delivery, as the merchant keeps them."""

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.delivery.models import DeliveryMethod, DeliveryStep
from privacy.overwriting import NothingOverwritten


class StepInline(admin.TabularInline[DeliveryStep, DeliveryMethod]):
    """Prices by sum or weight."""

    model = DeliveryStep
    extra = 0


@admin.register(DeliveryMethod)
class DeliveryMethodAdmin(NothingOverwritten):
    """What shoppers may choose at the checkout, and what it costs."""

    list_display = ["name_fi", "kind", "priced_by", "price", "free_from", "is_active", "position"]
    list_editable = ["is_active", "position"]
    prepopulated_fields = {"code": ["name_fi"]}
    inlines = [StepInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (None, {"fields": ["code", "kind", "is_active", "position"]}),
        (_("Names"), {"fields": [("name_fi", "name_sv", "name_en")]}),
        (_("Texts"), {"fields": ["text_fi", "text_sv", "text_en"]}),
        (
            _("Price"),
            {
                "fields": ["priced_by", "price", "free_from"],
                "description": _(
                    "Priced by sum or weight: the steps below count, and the price above holds "
                    "until the first of them."
                ),
            },
        ),
        (_("Limits"), {"fields": ["heaviest_g", "countries", "to_aland"]}),
        (_("Tracking"), {"fields": ["tracking_address"]}),
    ]
