from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules, import_string
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """The register: finds what every app declares of the personal data it holds."""

    name = "privacy"
    verbose_name = _("Privacy")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        autodiscover_modules("personal_data", "checks", "reading.checks")
        post_migrate.connect(import_string("privacy.statistics.settle_after_migrations"), self)
