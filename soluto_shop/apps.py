from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class HouseConfig(AppConfig):
    name = "soluto_shop"
    verbose_name = _("Shop")
    default = True


class StaffAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "soluto_shop.admin.StaffSite"
