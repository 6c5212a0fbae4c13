"""The ways in which a sale is taxed, and what the law wants said of each on the invoice."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy


class Treatment(models.TextChoices):
    """How a sale is taxed."""

    DOMESTIC = "domestic", pgettext_lazy("VAT treatment", "Finnish VAT")
    BELOW = "below", pgettext_lazy("VAT treatment", "Finnish VAT, to another EU country")
    DISTANCE = "distance", pgettext_lazy("VAT treatment", "VAT of the destination (OSS)")
    INTRA = "intra", pgettext_lazy("VAT treatment", "Intra-Community supply, 0 %")
    REVERSE = "reverse", pgettext_lazy("VAT treatment", "Reverse charge, 0 %")
    ALAND = "aland", pgettext_lazy("VAT treatment", "To Åland, 0 %")
    EXPORT = "export", pgettext_lazy("VAT treatment", "Export, 0 %")
    ABROAD = "abroad", pgettext_lazy("VAT treatment", "Service supplied outside the EU, 0 %")


UNTAXED = (
    Treatment.INTRA,
    Treatment.REVERSE,
    Treatment.ALAND,
    Treatment.EXPORT,
    Treatment.ABROAD,
)
"""No tax is charged, and the buyer pays the price without it."""
WITH_EVIDENCE = (Treatment.INTRA, Treatment.REVERSE)
"""Untaxed only because somebody checked the buyer's VAT ID."""
ACROSS_BORDERS = (Treatment.BELOW, Treatment.DISTANCE)
"""Sales to consumers of the Union, which count towards the threshold of article 59c."""


def note_of(treatment: str, country: str = "") -> str:
    """Say in the reader's language what an invoice has to say of its treatment."""
    words = {
        Treatment.DISTANCE: _("Distance sale: the price includes the VAT of %(country)s."),
        Treatment.INTRA: _("VAT-exempt intra-Community supply (Directive 2006/112/EC, art. 138)"),
        Treatment.REVERSE: _("Reverse charge (Directive 2006/112/EC, art. 196)"),
        Treatment.ALAND: _("VAT-exempt sale to Åland (Act 1266/1996)"),
        Treatment.EXPORT: _("VAT-exempt export (Directive 2006/112/EC, art. 146)"),
        Treatment.ABROAD: _("Supplied outside the EU: outside the scope of Finnish VAT"),
    }
    said = words.get(Treatment(treatment), "")
    return said % {"country": country} if said else ""
