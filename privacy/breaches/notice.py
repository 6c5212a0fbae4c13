"""The draft of what the authority is told: every item of Article 33(3), from the register."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.breaches.models import Breach
from privacy.languages import readers_language
from privacy.paper.typesetting import typeset
from privacy.reading.models import table_words
from privacy.registry import Line

Facts = list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Part:
    """One item of the notification, with its place in the Regulation."""

    article: str
    title: str
    facts: Facts


def notice_of(breach: Breach) -> list[Part]:
    """Write the draft; what is not known yet says so, and follows in phases (Article 33(4))."""
    return [
        Part("33(1)", _("When"), _when(breach)),
        Part("33(3)(a)", _("Nature of the breach"), _nature(breach)),
        Part("33(3)(b)", _("Contact"), _contact()),
        Part("33(3)(c)", _("Likely consequences"), _consequences(breach)),
        Part("33(3)(d)", _("Measures"), _measures(breach)),
    ]


def notice_pdf(breach: Breach) -> bytes:
    """Set the draft on paper."""
    title = title_of(breach)
    said = {
        "language": readers_language(),
        "title": title,
        "footer": title,
        "parts": [
            {"title": f"{part.title} ({part.article})", "facts": part.facts}
            for part in notice_of(breach)
        ],
    }
    return typeset("breach", said)


def title_of(breach: Breach) -> str:
    """Name the draft."""
    said = {"number": breach.number}
    return _("Notification of a personal data breach, no. %(number)d (draft)") % said


def _when(breach: Breach) -> Facts:
    facts = [
        (_("Noticed"), [_moment(breach.noticed_at)]),
        (_("Happened from"), [_moment(breach.happened_from)]),
        (_("Happened until"), [_moment(breach.happened_until)]),
        (_("To be notified by"), [_moment(breach.due_at)]),
        (_("Notified"), [_moment(breach.notified_at)]),
    ]
    if breach.delay_reasons or (breach.notified_at or timezone.now()) > breach.due_at:
        facts.append((_("Reasons for the delay"), [_words(breach.delay_reasons)]))
    return facts


def _nature(breach: Breach) -> Facts:
    tables = [
        ngettext("%(table)s: of %(count)d person", "%(table)s: of %(count)d people", count)
        % {"table": table_words(label), "count": count}
        for label, count in sorted(breach.tables.items())
    ]
    people = ngettext("about %(count)d person", "about %(count)d people", breach.people)
    return [
        (_("What happened"), [_words(breach.what)]),
        (_("Cause"), [_words(breach.cause)]),
        (_("Categories of people"), [_("Customers with and without an account")]),
        (_("Number of people"), [people % {"count": breach.people}]),
        (_("Categories of data"), [str(Line(line).label) for line in breach.lines] or [_words("")]),
        (_("Number of records"), tables or [_words("")]),
        (_("Processor involved"), [breach.processor or _("none")]),
    ]


def _contact() -> Facts:
    controller = settings.CONTROLLER
    return [
        (_("Controller"), [controller["name"], controller["address"]]),
        (_("Contact person"), [controller["contact_person"], controller["contact_email"]]),
    ]


def _consequences(breach: Breach) -> Facts:
    return [
        (_("Likely consequences"), [_words(breach.consequences)]),
        (_("Risk"), [breach.get_risk_display()]),
        (_("Reasons"), [_words(breach.risk_reasons)]),
    ]


def _measures(breach: Breach) -> Facts:
    told = [_moment(breach.told_at)]
    if breach.untold_reasons:
        told = [breach.untold_reasons]
    return [
        (_("Taken and proposed"), [_words(breach.measures)]),
        (_("People told (Article 34)"), told),
    ]


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else _words("")


def _words(said: str) -> str:
    return said or _("Not known yet; will be given later.")
