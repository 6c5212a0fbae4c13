"""Why a thing sold has no right of withdrawal: Consumer Protection Act 38/1978, 6:16."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Exclusion(models.TextChoices):
    """The grounds of the law, as staff choose them."""

    PERSONAL = "personal", pgettext_lazy("no withdrawal", "Made to the buyer's own wishes")
    PERISHABLE = "perishable", pgettext_lazy("no withdrawal", "Goes bad quickly")
    HYGIENE = "hygiene", pgettext_lazy("no withdrawal", "Sealed for health or hygiene")
    MIXED = "mixed", pgettext_lazy("no withdrawal", "Mixed with other goods after delivery")
    SEALED_MEDIA = "media", pgettext_lazy("no withdrawal", "Sealed recording or software")
    PRESS = "press", pgettext_lazy("no withdrawal", "Single newspaper or magazine")
    DATED = "dated", pgettext_lazy("no withdrawal", "Service or event on a fixed day")
    DIGITAL = "digital", pgettext_lazy("no withdrawal", "Digital content delivered at once")
    SERVICE = "service", pgettext_lazy("no withdrawal", "Service done in full with consent")


WORDS: dict[Exclusion, Promise] = {
    Exclusion.PERSONAL: _(
        "No right of withdrawal: the product is made to your own wishes (Consumer Protection Act, "
        "chapter 6, section 16)."
    ),
    Exclusion.PERISHABLE: _(
        "No right of withdrawal: the product goes bad or out of date quickly (Consumer Protection "
        "Act, chapter 6, section 16)."
    ),
    Exclusion.HYGIENE: _(
        "You cannot withdraw any more once you have opened the seal: the product is sealed for "
        "reasons of health or hygiene (Consumer Protection Act, chapter 6, section 16)."
    ),
    Exclusion.MIXED: _(
        "You cannot withdraw any more once the product has been mixed with other goods so that "
        "they cannot be parted (Consumer Protection Act, chapter 6, section 16)."
    ),
    Exclusion.SEALED_MEDIA: _(
        "You cannot withdraw any more once you have opened the seal of the recording or the "
        "software (Consumer Protection Act, chapter 6, section 16)."
    ),
    Exclusion.PRESS: _(
        "No right of withdrawal: a single newspaper or magazine (Consumer Protection Act, chapter "
        "6, section 16)."
    ),
    Exclusion.DATED: _(
        "No right of withdrawal: the service is on a fixed day or in a fixed time (Consumer "
        "Protection Act, chapter 6, section 16)."
    ),
    Exclusion.DIGITAL: _(
        "You cannot withdraw any more once the delivery of the digital content has begun with your "
        "consent (Consumer Protection Act, chapter 6, section 16)."
    ),
    Exclusion.SERVICE: _(
        "You cannot withdraw any more once the service has been done in full with your consent "
        "(Consumer Protection Act, chapter 6, section 16)."
    ),
}
"""What a buyer reads before buying."""


def words_of(exclusion: str) -> str:
    """Say why there is no right of withdrawal, or when it ends; nothing where there is one."""
    return str(WORDS[Exclusion(exclusion)]) if exclusion else ""
