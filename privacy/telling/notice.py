"""What is told beside a form: which lines it collects, why, on what basis and how long."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.forms import BaseForm

from privacy.processors.in_force import partners_lately
from privacy.registry import registry
from privacy.telling.recipients import recipients_of
from privacy.telling.supplement import Told, data_of, distinct
from privacy.telling.words import basis_words, ground_words, kept_words

MODEL = 2
"""So many parts has the name of a table, as in `orders.Order`; a column's has one more."""


@dataclass
class Kept:
    """Lines that are kept on one basis, equally long."""

    basis: str
    time: str
    grounds: list[str]
    lines: list[str] = field(default_factory=list)
    purposes: list[str] = field(default_factory=list)

    def note(self, told: Told) -> None:
        """Add a column."""
        self.lines = distinct([*self.lines, str(told.datum.line.label)])
        self.purposes = distinct([*self.purposes, *(str(why.label) for why in told.datum.purposes)])


@dataclass(frozen=True)
class Notice:
    """The notice beside one form."""

    form: str
    purposes: list[str]
    kept: list[Kept]
    recipients: list[str]


def notice_for(form: BaseForm) -> Notice:
    """Make the notice of a form out of the declarations of the columns that it fills.

    The form names them in `told_of`: a table means those of its columns that are called as the
    form's fields; a column stands for itself, such as the log that a sign-in leaves.
    """
    told = list(_columns(form))
    kept: dict[tuple[str, str, tuple[str, ...]], Kept] = {}
    for each in told:
        datum = each.datum
        key = (basis_words(datum), kept_words(datum), tuple(ground_words(datum.keep)))
        kept.setdefault(key, Kept(key[0], key[1], list(key[2]))).note(each)
    return Notice(
        form=type(form).__name__,
        purposes=distinct(str(why.label) for each in told for why in each.datum.purposes),
        kept=list(kept.values()),
        recipients=recipients_of(data_of(told), partners_lately()),
    )


def _columns(form: BaseForm) -> Iterator[Told]:
    for name in getattr(form, "told_of", ()):
        parts = name.split(".")
        declaration = registry[apps.get_model(".".join(parts[:MODEL]))]
        wanted = parts[MODEL:] or [each for each in form.fields if each in declaration.data]
        for column in wanted:
            yield Told(declaration, column, declaration.data[column])
