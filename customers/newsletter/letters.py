"""A newsletter as a letter, in the family of the shop's other letters."""

from datetime import datetime

from django.utils.translation import pgettext_lazy

from customers.newsletter.models import CODES, Newsletter
from privacy.consents.links import end_address
from privacy.consents.models import Consent
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import Composed, compose, write_letter

KIND, PROOF = "newsletter", "newsletter_proof"

name_letters(
    {
        KIND: pgettext_lazy("letter", "newsletter"),
        PROOF: pgettext_lazy("letter", "proof of a newsletter"),
    }
)


def composed(newsletter: Newsletter, language: str) -> Composed:
    """Put it together as it will look, for its writer; the link at its foot leads nowhere yet."""
    return compose(KIND, language=language, context=_said(newsletter, language, ""))


def write_to(
    newsletter: Newsletter, consent: Consent, *, to: str, language: str, at: datetime
) -> Letter:
    """Write it to one receiver; it leaves only while the consent stands."""
    address = end_address(consent, language)
    return write_letter(
        to=to,
        language=language,
        kind=KIND,
        context=_said(newsletter, language, address),
        at=at,
        about=newsletter.pk,
        consent=consent.pk,
        unsubscribe=address,
    )


def write_proofs(newsletter: Newsletter, *, to: str, at: datetime) -> list[Letter]:
    """Write it to its writer, once in each language that has words."""
    return [
        write_letter(
            to=to,
            language=code,
            kind=PROOF,
            context=_said(newsletter, code, ""),
            at=at,
        )
        for code in CODES
        if newsletter.words(code).is_whole
    ]


def _said(newsletter: Newsletter, language: str, address: str) -> dict[str, object]:
    return {"words": newsletter.words(language), "end_address": address}
