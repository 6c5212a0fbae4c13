"""What an answer says to begin with, in the language of its reader; the contact person goes on."""

from django.utils import translation
from django.utils.translation import gettext as _

from privacy.requests.models import Request
from privacy.requests.states import Kind
from privacy.requests.steps import Step


def words_for(asked: Request, step: Step) -> str:
    """Give the words with which the field of an answer is filled."""
    with translation.override(asked.language):
        if step == Step.SETTLE:
            return _settled()[Kind(asked.kind)]
        if step == Step.PART:
            return _("We have done a part of what you asked:")
        return ""


def _settled() -> dict[Kind, str]:
    enclosed = _("All that we hold about you is enclosed.")
    return {
        Kind.ACCESS: enclosed,
        Kind.PORTABILITY: enclosed,
        Kind.RECTIFICATION: _("We have corrected your data as you asked."),
        Kind.ERASURE: "",
        Kind.RESTRICTION: _(
            "From now on we only store your data. You will be told before that ends."
        ),
        Kind.OBJECTION: _(
            "We have stopped what you object to. From now on we only store the data, and you will "
            "be told before that changes."
        ),
    }
