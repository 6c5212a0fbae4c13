"""The record of processing activities (Article 30), made from the declarations."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from privacy.editions.models import Edition
from privacy.processors.in_force import Partners, partners
from privacy.processors.models import Processor
from privacy.registry import Line, Purpose, Role
from privacy.statement_page import blocks
from privacy.telling.recipients import recipients_of
from privacy.telling.supplement import (
    Facts,
    Told,
    all_told,
    capitalised,
    data_of,
    distinct,
    times_of,
)
from privacy.telling.words import basis_words

NAME, SECURITY = "3. ", "9. "
"""The sections in which the statement names the register, and says how it is protected."""


@dataclass(frozen=True)
class Activity:
    """What is done for one purpose."""

    purpose: str
    lines: list[str]
    tables: list[str]
    bases: list[str]
    recipients: list[str]
    times: list[str]

    @property
    def facts(self) -> Facts:
        """Give the activity as a small table, in the order of Article 30(1)."""
        return [
            (_("Categories of data subjects"), [_subjects()]),
            (_("Categories of personal data"), self.lines),
            (_("Where they stand"), [", ".join(self.tables)]),
            (_("Legal basis"), self.bases),
            (_("Recipients"), self.recipients or [_("Nobody outside the shop")]),
            (_("Transfers outside the EU and the EEA"), [pgettext("transfers of data", "None")]),
            (_("Time limits for erasure"), self.times),
        ]


@dataclass(frozen=True)
class Company:
    """A company in force that receives data, and under what agreement."""

    name: str
    role: str
    lines: list[str]
    purpose: str
    agreement: str
    agreed: str
    sub_processors: list[str]

    @property
    def facts(self) -> Facts:
        """Give the company as a small table."""
        return [
            (pgettext("of a company", "Role"), [self.role]),
            (_("Purpose"), [self.purpose]),
            (_("Categories of personal data"), self.lines),
            (_("Agreement (Article 28)"), [f"{self.agreement}, {self.agreed}"]),
            (_("Sub-processors"), self.sub_processors),
        ]


@dataclass(frozen=True)
class Record:
    """The whole record."""

    made_at: datetime
    register: str
    edition: int
    activities: list[Activity]
    security: list[str]
    companies: list[Company]

    @property
    def facts(self) -> Facts:
        """Say whose record it is."""
        controller = settings.CONTROLLER
        return [
            (_("Register"), [self.register]),
            (_("Controller"), [controller["name"], controller["address"]]),
            (_("Contact person"), [controller["contact_person"], controller["contact_email"]]),
            (_("Register statement"), [_("Edition %(number)d") % {"number": self.edition}]),
        ]

    def plain(self) -> dict[str, Any]:
        """Give the record for a machine."""
        return {
            "controller": settings.CONTROLLER,
            "register": self.register,
            "statement_edition": self.edition,
            "made_at": self.made_at.isoformat(),
            "activities": [
                {**asdict(each), "data_subjects": _subjects(), "third_country_transfers": []}
                for each in self.activities
            ],
            "processors": [asdict(each) for each in self.companies],
            "security_measures": self.security,
        }


def record_of(edition: Edition, language: str, *, at: datetime) -> Record:
    """Make the record: one activity for each purpose that anything is declared for."""
    text = edition.text(language)
    told, known = list(all_told()), partners(at)
    activities = [
        _activity(purpose, [each for each in told if purpose in each.datum.purposes], known)
        for purpose in Purpose
    ]
    return Record(
        made_at=at,
        register=" ".join(_section(text, NAME)),
        edition=edition.number,
        activities=[each for each in activities if each.lines],
        security=_section(text, SECURITY),
        companies=_companies(at),
    )


def _activity(purpose: Purpose, told: list[Told], known: Partners) -> Activity:
    return Activity(
        purpose=str(purpose.label),
        lines=distinct(str(each.datum.line.label) for each in told),
        tables=distinct(capitalised(each.declaration.name) for each in told),
        bases=distinct(basis_words(each.datum) for each in told),
        recipients=[capitalised(who) for who in recipients_of(data_of(told), known)],
        times=[str(time) for time in times_of(told)],
    )


def _companies(at: datetime) -> list[Company]:
    rows = Processor.objects.in_force(timezone.localdate(at)).prefetch_related("subs")
    return [
        Company(
            name=row.called,
            role=str(Role(row.role).label),
            lines=[str(line.label) for line in Line if line in row.lines],
            purpose=row.purpose,
            agreement=row.agreement,
            agreed=row.agreed_date.isoformat() if row.agreed_date else "",
            sub_processors=[sub.called for sub in row.subs.all()],
        )
        for row in rows.order_by("role", "name")
    ]


def _section(text: str, number: str) -> list[str]:
    found: list[str] = []
    within = False
    for block in blocks(text):
        if block.kind == "section":
            within = block.words.startswith(number)
        elif within and block.kind == "paragraph":
            found.append(block.words)
    return found


def _subjects() -> str:
    return _(
        "Customers with and without an account, those who buy for a company, and staff with an "
        "account"
    )
