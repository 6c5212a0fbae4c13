"""What a person is told who is refused, wholly or in part: Article 12(4)."""

from django.utils import translation
from django.utils.translation import gettext as _


def remedies(language: str) -> str:
    """Say where somebody can complain, in that person's language."""
    with translation.override(language):
        return _(
            "You can complain to the Office of the Data Protection Ombudsman (P.O. Box 800, "
            "00531 Helsinki, tietosuoja@om.fi, +358 29 566 6700, tietosuoja.fi), or in the country "
            "where you live or work. You can also bring the matter before a court."
        )
