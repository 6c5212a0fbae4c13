"""The rights of whoever the register knows, each with the pages on which it is used."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

OMBUDSMAN = "https://tietosuoja.fi"
"""The supervisory authority of Finland: the Office of the Data Protection Ombudsman."""


@dataclass(frozen=True)
class Page:
    """A page on which a right is used, and the words for it."""

    address: str
    words: str


@dataclass(frozen=True)
class Right:
    """One right in words, with its pages: for who has an account, and for who has none."""

    article: str
    name: str
    words: str
    pages: tuple[Page, ...]
    guest: Page | None = None


def rights() -> list[Right]:
    """List the rights that Article 13(2) asks to be told."""
    return [
        Right(
            "15",
            _("Right of access"),
            _("You may know whether we hold data about you, see them and get a copy."),
            (
                _page("customers:own-data", _("See your data")),
                _page("customers:copies", _("Get a copy")),
            ),
            _by_email("access"),
        ),
        Right(
            "16",
            _("Right to rectification"),
            _("You may have wrong data corrected and incomplete data completed."),
            (
                _page("customers:details", _("Correct your details")),
                _page("customers:rectification", _("Have something else corrected")),
            ),
            _by_email("rectification"),
        ),
        Right(
            "17",
            _("Right to erasure"),
            _(
                "You may have your data destroyed. What a law, a contract or a service that you "
                "use still requires is kept until that ends; you are told what, why and how long."
            ),
            (_page("customers:erasure", _("Have your data destroyed")),),
            _by_email("erasure"),
        ),
        Right(
            "18",
            _("Right to restriction of processing"),
            _(
                "You may ask that your data are only stored, while it is found out whether they "
                "are right or may be used."
            ),
            (_page("customers:restriction", _("Have your data only stored")),),
            _by_email("restriction"),
        ),
        Right(
            "20",
            _("Right to data portability"),
            _("You may get what you have given us in files that another service can read."),
            (_page("customers:copies", _("Get your data as files"), kind="portability"),),
            _by_email("portability"),
        ),
        Right(
            "21",
            _("Right to object"),
            _(
                "You may object, on grounds relating to your own situation, to what we do on the "
                "basis of a legitimate interest; and to direct marketing without any grounds."
            ),
            (_page("customers:objection", _("Object")),),
            _by_email("objection"),
        ),
        Right(
            "7(3)",
            _("Right to withdraw consent"),
            _(
                "What you have consented to you may withdraw at any time; what was done before "
                "stays lawful."
            ),
            (_page("customers:consents", _("Your consents")),),
            _by_email("objection"),
        ),
        Right(
            "77",
            _("Right to complain"),
            _(
                "If you think that your data are processed unlawfully, you may complain to the "
                "Office of the Data Protection Ombudsman (P.O. Box 800, 00531 Helsinki, "
                "tietosuoja@om.fi, +358 29 566 6700)."
            ),
            (Page(OMBUDSMAN, "tietosuoja.fi"),),
        ),
    ]


def _page(name: str, words: str, **choices: str) -> Page:
    query = f"?{urlencode(choices)}" if choices else ""
    return Page(f"{reverse(name)}{query}", words)


def _by_email(kind: str) -> Page:
    return _page("privacy:ask", _("Without an account, by e-mail"), kind=kind)
