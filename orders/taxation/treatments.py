"""The ways in which a sale is taxed, and what the law wants said of each on the invoice."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from orders.taxation.countries import country_name


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
    EXEMPT = "exempt", pgettext_lazy("VAT treatment", "Exempt from VAT, 0 %")


UNTAXED = (
    Treatment.INTRA,
    Treatment.REVERSE,
    Treatment.ALAND,
    Treatment.EXPORT,
    Treatment.ABROAD,
)
"""No tax is charged, and the buyer pays the price without it."""
BEARS_NO_TAX = (*UNTAXED, Treatment.EXEMPT)
"""What is exempt has no price with VAT either: its price is the price."""
FINNISH = (Treatment.DOMESTIC, Treatment.EXEMPT)
"""What stays in Finland for the tax, whether or not it bears any."""
WITH_EVIDENCE = (Treatment.INTRA, Treatment.REVERSE)
"""Untaxed only because somebody checked the buyer's VAT ID."""
ACROSS_BORDERS = (Treatment.BELOW, Treatment.DISTANCE)
"""Sales to consumers of the Union, which count towards the threshold of article 59c."""


def in_common(treatments: Iterable[str]) -> str:
    """Give the one way in which all is taxed, or nothing where there are several.

    What is exempt in Finland stands beside Finnish VAT as one more rate.
    """
    found = {Treatment(each) for each in treatments}
    if found == {*FINNISH}:
        return Treatment.DOMESTIC
    return found.pop() if len(found) == 1 else ""


def name_of(treatment: str) -> str:
    """Call a way of taxing by its name; an order that is taxed in several has none."""
    if not treatment:
        return pgettext("VAT treatment", "Several ways: each line says its own")
    return str(Treatment(treatment).label)


def short_name_of(treatment: str, country: str) -> str:
    """Say in a few words beside a rate why it is no Finnish one; nothing where it is."""
    if treatment == Treatment.DISTANCE:
        return _("VAT of %(country)s") % {"country": country_name(country)}
    words = {
        Treatment.INTRA: pgettext("VAT treatment", "Intra-Community supply"),
        Treatment.REVERSE: pgettext("VAT treatment", "Reverse charge"),
        Treatment.ALAND: pgettext("VAT treatment", "To Åland"),
        Treatment.EXPORT: pgettext("VAT treatment", "Export"),
        Treatment.ABROAD: pgettext("VAT treatment", "Supplied outside the EU"),
        Treatment.EXEMPT: pgettext("VAT treatment", "Exempt from VAT"),
    }
    return words.get(Treatment(treatment), "") if treatment else ""


def note_of(treatment: str, country: str = "") -> str:
    """Say in the reader's language what an invoice has to say of its treatment."""
    words = {
        Treatment.DISTANCE: _("Distance sale: the price includes the VAT of %(country)s."),
        Treatment.INTRA: _("VAT-exempt intra-Community supply (Directive 2006/112/EC, art. 138)"),
        Treatment.REVERSE: _("Reverse charge (Directive 2006/112/EC, art. 196)"),
        Treatment.ALAND: _("VAT-exempt sale to Åland (Act 1266/1996)"),
        Treatment.EXPORT: _("VAT-exempt export (Directive 2006/112/EC, art. 146)"),
        Treatment.ABROAD: _("Supplied outside the EU: outside the scope of Finnish VAT"),
        Treatment.EXEMPT: _("Exempt from VAT (Value Added Tax Act 1501/1993)"),
    }
    said = words.get(Treatment(treatment), "") if treatment else ""
    return said % {"country": country} if said else ""
