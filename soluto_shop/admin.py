"""The staff's side."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class StaffSite(AdminSite):
    """Django's admin, under the shop's own name."""

    site_header = _("Soluto shop")
    site_title = _("Soluto shop")
    index_title = _("Staff")
