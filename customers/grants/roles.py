"""The roles that staff can be given, in words."""

from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.registry import Words

OWNER = "owner"
"""The role that may do everything, and that alone gives out access."""

WORDS: dict[str, Words] = {
    OWNER: pgettext_lazy("role of staff", "Owner"),
    "orders": pgettext_lazy("role of staff", "Orders"),
    "catalogue": pgettext_lazy("role of staff", "Catalogue"),
    "care": pgettext_lazy("role of staff", "Customer service"),
    "gdpr_contact": _("Contact person of the register"),
    "auditor": pgettext_lazy("role of staff", "Auditor"),
    "accountant": pgettext_lazy("role of staff", "Accountant"),
}


def role_words(role: Group) -> str:
    """Call a role as people do; one that the owner has made is called as its group."""
    return str(WORDS.get(role.name, role.name))
