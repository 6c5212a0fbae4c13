"""In which language whoever reads is spoken to."""

from django.conf import settings
from django.utils.translation import get_language


def readers_language() -> str:
    """Give the language of whoever reads, or the shop's own where none was chosen."""
    return get_language() or settings.LANGUAGE_CODE
