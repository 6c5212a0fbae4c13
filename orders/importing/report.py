"""What an import of a catalogue tells beyond what every import does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.intake.report import REASONS, AnyReport

CHANGES = ("new", "changed")

OF_A_CATALOGUE: Mapping[str, Promise] = {
    "unknown_choice": _("“%(value)s” is not known here; known are: %(known)s."),
    "not_an_address": _("“%(value)s” is no address: use the letters a–z, digits and hyphens."),
    "names_do_not_match": _("There are %(names)s names for %(codes)s entries."),
    "bad_entry": _("The entry “%(value)s” cannot be read."),
    "doubled_sku": _("The SKU %(value)s stands already on line %(other)s."),
    "sku_of_another": _("The SKU %(value)s belongs to another product: %(product)s."),
    "kind_differs": _("The attribute %(value)s is of another kind or unit here: %(known)s."),
    "reduction_not_below": _("The reduced price is not below the price."),
    "ends_before_it_begins": _("The end is not after the beginning."),
    "no_parent": _("The parent product “%(value)s” is not in the file."),
    "no_variants": _("None of the product's rows could be taken."),
    "left_out": _("Left out, because line %(other)s of the same product has an error."),
    # Taken, but to be looked at.
    "currency": _("The prices are in %(value)s; their numbers were taken as euros."),
    "no_content": _("The content “%(value)s” has no known unit, or is no number; it was left out."),
    "not_a_gtin": _("“%(value)s” is not a GTIN (its check digit is wrong); it was left out."),
    "not_an_email": _("“%(value)s” is not an e-mail address; it was left out."),
    "sku_made": _("The row has no SKU; %(value)s was made for it."),
    "unknown_vat": _("The VAT class “%(value)s” is not known here: check the product."),
    "shortened": _("The summary was shortened to %(most)s characters."),
    "unknown_unit": _("The unit “%(value)s” is not known; the measure was left out."),
    "picture_is_remote": _("A picture on another server was not fetched: %(value)s"),
    "picture_not_found": _("The picture %(value)s was not found among the given files."),
    "pictures_unreadable": _("The ZIP of pictures cannot be read any more; upload it again."),
    "picture_unreadable": _("The picture %(value)s could not be read."),
    "promised": _(
        "%(reserved)s pieces are promised to buyers at this moment, so the level is %(level)s and "
        "not %(wanted)s."
    ),
    "backorder_kept": _("More is promised than there is: it can still be ordered when sold out."),
    # What was assumed.
    "vat_standard": _(
        "VAT: the file does not say the class, so new products got the standard one."
    ),
    "vat_books": _("VAT: rows of the type Book became books, all others standard."),
    "prices_gross": _("Prices were taken as prices with VAT."),
    "reductions_undated": _(
        "Compare-at prices became prices with a reduction from now on. What was asked elsewhere "
        "before is no proof here: the reduction is announced only as far as this shop's own price "
        "history shows it."
    ),
    "texts_in": _("Names and texts were taken as being in this language: %(language)s."),
    "weight_without_unit": _("Weights and measures without a unit were left out."),
    "service_guessed": _("Products that need no delivery became services: check their kind."),
}
REASONS.update(OF_A_CATALOGUE)


@dataclass(slots=True)
class Report(AnyReport):
    """The whole account of an import of a catalogue."""

    pictures: dict[str, list[str]] = field(default_factory=dict)
    """Names of pictures: `found` and `missing` as rows name them, `unnamed` where none does."""

    def as_json(self) -> dict[str, Any]:
        """Put the report down for later."""
        return {**AnyReport.as_json(self), "pictures": self.pictures}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read what was put down; nothing gives an empty report."""
        found = cls(**cls.read(written))
        found.pictures = written.get("pictures", {})
        return found

    @property
    def is_unchanged(self) -> bool:
        """Tell whether everything in the file stood in the shop already."""
        nouns = ("products", "variants", "pictures")
        return not any(self.counts[f"{noun}_{state}"] for noun in nouns for state in CHANGES)
