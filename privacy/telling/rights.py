"""The rights of whoever the register knows, each with the page on which it is used."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

OMBUDSMAN = "https://tietosuoja.fi"
"""The supervisory authority of Finland: the Office of the Data Protection Ombudsman."""


@dataclass(frozen=True)
class Right:
    """One right, in words, and the page that serves it if the shop has one."""

    article: str
    name: str
    words: str
    address: str = ""
    link: str = ""


def rights() -> list[Right]:
    """List the rights that Article 13(2) asks to be told."""
    return [
        Right(
            "15",
            _("Right of access"),
            _("You may know whether we hold data about you, see them and get a copy."),
            *_page("customers:own-data", _("See your data")),
        ),
        Right(
            "16",
            _("Right to rectification"),
            _("You may have wrong data corrected and incomplete data completed."),
            *_page("customers:details", _("Correct your details")),
        ),
        Right(
            "17",
            _("Right to erasure"),
            _(
                "You may have your data destroyed. What a law, a contract or a service that you "
                "use still requires is kept until that ends; you are told what, why and how long."
            ),
            *_page("customers:erasure", _("Have your data destroyed")),
        ),
        Right(
            "18",
            _("Right to restriction of processing"),
            _(
                "You may ask that your data are only stored, while it is found out whether they "
                "are right or may be used."
            ),
        ),
        Right(
            "20",
            _("Right to data portability"),
            _("You may get what you have given us in files that another service can read."),
            *_page("customers:copies", _("Get your data as files")),
        ),
        Right(
            "21",
            _("Right to object"),
            _(
                "You may object, on grounds relating to your own situation, to what we do on the "
                "basis of a legitimate interest; and to direct marketing without any grounds."
            ),
        ),
        Right(
            "7(3)",
            _("Right to withdraw consent"),
            _(
                "What you have consented to you may withdraw at any time; what was done before "
                "stays lawful."
            ),
        ),
        Right(
            "77",
            _("Right to complain"),
            _(
                "If you think that your data are processed unlawfully, you may complain to the "
                "Office of the Data Protection Ombudsman (P.O. Box 800, 00531 Helsinki, "
                "tietosuoja@om.fi, +358 29 566 6700)."
            ),
            OMBUDSMAN,
            "tietosuoja.fi",
        ),
    ]


def _page(name: str, words: str) -> tuple[str, str]:
    """Give a page's address and the words for it; neither, while the shop has no such page."""
    try:
        return reverse(name), words
    except NoReverseMatch:
        return "", ""
