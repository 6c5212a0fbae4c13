from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = pgettext_lazy("purchases", "Orders")
    default_auto_field = "django.db.models.BigAutoField"
