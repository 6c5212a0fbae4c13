import atexit
import gc

from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _

ROOMS = {
    "account": _("E-mail addresses of accounts"),
    "axes": _("Sign-in log"),
    "mfa": _("Second factors"),
    "procrastinate": _("Background work"),
}

TABLES = {
    "axes.AccessAttemptExpiration": (_("end of a lock"), _("ends of locks")),
    "mfa.Authenticator": (_("second factor"), _("Second factors")),
    "procrastinate.ProcrastinateEvent": (_("step of a job"), _("steps of jobs")),
    "procrastinate.ProcrastinateJob": (_("background job"), _("Background jobs")),
    "procrastinate.ProcrastinatePeriodicDefer": (_("planned job"), _("planned jobs")),
    "procrastinate.ProcrastinateWorker": (_("worker"), _("workers")),
}


class HouseConfig(AppConfig):
    name = "soluto_shop"
    verbose_name = _("Shop")
    default = True

    def ready(self) -> None:
        """Give names to the rooms and tables of packages that have none to translate."""
        for app, words in ROOMS.items():
            apps.get_app_config(app).verbose_name = words
        for table, (one, many) in TABLES.items():
            names = apps.get_model(table)._meta
            names.verbose_name, names.verbose_name_plural = one, many
        end_without_sweeping()


def end_without_sweeping() -> None:
    """Let a process of the shop look for no garbage when it ends.

    The interpreter would go through all that was ever read, which takes half a second of work, and
    the system takes the memory back anyway.
    """
    atexit.register(gc.freeze)


class StaffAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "soluto_shop.admin.StaffSite"
