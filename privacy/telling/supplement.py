"""What Articles 13 and 14 demand beside the statement's own words, made from the declarations."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from privacy.processors.in_force import Partners, partners
from privacy.registry import Datum, Declaration, Line, Purpose, registry
from privacy.telling.recipients import recipients_of
from privacy.telling.rights import Right, rights
from privacy.telling.words import basis_words, ground_words, kept_words

Facts = list[tuple[str, list[str]]]
"""Lines of a small table: what is told, and its values."""


@dataclass(frozen=True)
class Time:
    """How long some of a line's data are kept, and what may keep them longer."""

    tables: list[str]
    columns: list[str]
    time: str
    grounds: list[str]

    def __str__(self) -> str:
        where = capitalised(", ".join(self.tables))
        said = f"{where} – {', '.join(self.columns)}: {self.time}"
        return " ".join(f"{words}." for words in (said, *self.grounds))


@dataclass(frozen=True)
class LineTold:
    """One line of section 5, and all that must be said of it."""

    name: str
    purposes: list[str]
    bases: list[str]
    times: list[Time]
    sources: list[str]
    recipients: list[str]
    needed: list[str]
    by_choice: list[str]

    @property
    def facts(self) -> Facts:
        """Give the line as a small table."""
        return [
            (_("Why"), self.purposes),
            (_("Legal basis"), self.bases),
            (_("How long"), [str(time) for time in self.times]),
            (_("From whom"), self.sources),
            (
                _("Recipients"),
                [capitalised(who) for who in self.recipients] or [_("Nobody outside the shop")],
            ),
            (_("Needed"), [", ".join(self.needed)] if self.needed else []),
            (_("By choice"), [", ".join(self.by_choice)] if self.by_choice else []),
        ]


@dataclass(frozen=True)
class Section:
    """A part beneath the lines."""

    title: str
    paragraphs: list[str]
    rights: list[Right] = field(default_factory=list)


@dataclass(frozen=True)
class Supplement:
    """The half of an Article 13 notice that the statement leaves out."""

    title: str
    opening: list[str]
    lines: list[LineTold]
    sections: list[Section]


@dataclass(frozen=True)
class Told:
    """One declared column together with the table it stands in."""

    declaration: Declaration
    column: str
    datum: Datum

    @property
    def name(self) -> str:
        """Call the column as its person would."""
        return self.declaration.name_of(self.column)


def supplement(known: Partners | None = None) -> Supplement:
    """Say of every line why, on what basis, how long, from whom, to whom, and whether it must be.

    The words are those of the language in use. Nothing here is written a second time: change a
    declaration, and this changes.

    :param known: the companies in force, asked for when not given.
    """
    told = list(all_told())
    known = known or partners()
    return Supplement(
        title=_("What the law asks us to tell as well"),
        opening=[
            _(
                "The statement above is the controller's own text. This part is made by the shop "
                "from the same rules by which it stores and destroys data, so it always tells "
                "what is done (Articles 13 and 14 of Regulation (EU) 2016/679)."
            )
        ],
        lines=[
            _line(line, [each for each in told if each.datum.line == line], known) for line in Line
        ],
        sections=[
            Section(_("Must you give your data?"), [_must_it_be_given()]),
            Section(_("Who receives data"), _recipients(told, known)),
            Section(_("Decisions by machines, and profiling"), machines(told)),
            Section(_("Your rights"), [_how_to_ask()], rights()),
        ],
    )


def all_told() -> Iterator[Told]:
    """Give every declared personal column of every table."""
    for declaration in registry.values():
        for column, datum in declaration.data.items():
            yield Told(declaration, column, datum)


def _line(line: Line, told: list[Told], known: Partners) -> LineTold:
    needed = distinct(each.name for each in told if each.datum.needed)
    given = distinct(each.name for each in told if each.datum.provided)
    return LineTold(
        name=str(line.label),
        purposes=distinct(str(why.label) for each in told for why in each.datum.purposes),
        bases=distinct(basis_words(each.datum) for each in told),
        times=times_of(told),
        sources=distinct(str(each.datum.source.label) for each in told),
        recipients=recipients_of(data_of(told), known),
        needed=needed,
        by_choice=[name for name in given if name not in needed],
    )


def times_of(told: Iterable[Told]) -> list[Time]:
    """Gather columns that are kept equally long, on the same grounds."""
    alike: dict[tuple[str, tuple[str, ...]], list[Told]] = {}
    for each in told:
        grounds = tuple(ground_words(each.datum.keep))
        alike.setdefault((kept_words(each.datum), grounds), []).append(each)
    return [
        Time(
            tables=distinct(each.declaration.name for each in group),
            columns=distinct(each.name for each in group),
            time=time,
            grounds=list(grounds),
        )
        for (time, grounds), group in alike.items()
    ]


def data_of(told: Iterable[Told]) -> list[Datum]:
    """Give what is declared of each column."""
    return [each.datum for each in told]


def distinct(words: Iterable[str]) -> list[str]:
    """Keep each thing that is said once, in its order."""
    return list(dict.fromkeys(words))


def _must_it_be_given() -> str:
    return _(
        "No law obliges you to give us your data. What is marked as needed is necessary for an "
        "order or an account; without it neither can be made. The rest is yours to give or not."
    )


def _recipients(told: list[Told], known: Partners) -> list[str]:
    nobody_else = _(
        "Nobody receives data for purposes of their own, except an authority where the law "
        "obliges us. No data go outside the European Union and the European Economic Area."
    )
    return [*(_sentence(who) for who in recipients_of(data_of(told), known)), nobody_else]


def _sentence(words: str) -> str:
    return f"{capitalised(words).rstrip('.')}."


def capitalised(words: str) -> str:
    """Begin words with a capital, and leave the rest as it is."""
    return f"{words[:1].upper()}{words[1:]}"


def machines(told: list[Told]) -> list[str]:
    """Say whether machines decide about people, or make profiles of them."""
    found = [
        _(
            "No decision that has legal or similarly significant effects on you is made by a "
            "machine alone (Article 22)."
        )
    ]
    if not any(Purpose.TARGETED_CONTENT in each.datum.purposes for each in told):
        found.append(_("No profile of you is made: everybody sees the same shop."))
    return found


def _how_to_ask() -> str:
    return _(
        "Using your rights costs nothing. Each right has its page, with and without an account; "
        "you can also write to %(person)s, %(email)s, or send a letter to the address above. The "
        "answer comes within one month. You need not send any proof of identity: control of your "
        "e-mail address is enough."
    ) % {
        "person": settings.CONTROLLER["contact_person"],
        "email": settings.CONTROLLER["contact_email"],
    }
