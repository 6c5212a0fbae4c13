"""The ways a request may go: one table, read by people, by Python and by the database."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What somebody may ask: the rights of Articles 15 to 18, 20 and 21."""

    ACCESS = "access", _("To see the data")
    PORTABILITY = "portability", _("To take the data along")
    RECTIFICATION = "rectification", _("To correct the data")
    ERASURE = "erasure", _("To have the data destroyed")
    RESTRICTION = "restriction", _("To have the data only stored")
    OBJECTION = "objection", _("To object to what is done with the data")

    @property
    def article(self) -> str:
        """Give the article of Regulation (EU) 2016/679 that gives the right."""
        return ARTICLES[self]


ARTICLES = {
    Kind.ACCESS: "15",
    Kind.RECTIFICATION: "16",
    Kind.ERASURE: "17",
    Kind.RESTRICTION: "18",
    Kind.PORTABILITY: "20",
    Kind.OBJECTION: "21",
}


class Channel(models.TextChoices):
    """By which way a request came."""

    SIGNED_IN = "signed_in", _("On the shop's pages, signed in")
    LINK = "link", _("On the shop's pages, confirmed by e-mail")
    EMAIL = "email", pgettext_lazy("channel", "By e-mail")
    LETTER = "letter", pgettext_lazy("channel", "By letter")
    PHONE = "phone", pgettext_lazy("channel", "By telephone")
    VISIT = "visit", pgettext_lazy("channel", "In person")


REGISTERED = (Channel.EMAIL, Channel.LETTER, Channel.PHONE, Channel.VISIT)
"""Ways by which a request reaches the contact person, who writes it down."""


class Identity(models.TextChoices):
    """How it is known that the one who asks is the one whom the data are about."""

    UNKNOWN = "", _("Not known yet")
    SIGNED_IN = "signed_in", _("Signed in, and proved it once more")
    MAILBOX = "mailbox", _("Reads the mailbox: followed the link in a letter")
    VOUCHED = "vouched", _("The contact person is certain, for the reason given")


class State(models.TextChoices):
    """Where a request stands."""

    UNCONFIRMED = "unconfirmed", pgettext_lazy("request", "Waits for the link to be followed")
    OPEN = "open", pgettext_lazy("request", "Open")
    DONE = "done", pgettext_lazy("request", "Done")
    PARTLY = "partly", pgettext_lazy("request", "Done in part")
    REFUSED = "refused", pgettext_lazy("request", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")


WAYS: dict[State, tuple[State, ...]] = {
    State.UNCONFIRMED: (State.OPEN,),
    State.OPEN: (State.DONE, State.PARTLY, State.REFUSED, State.WITHDRAWN),
}
"""Where a request may go from each state; from any other it goes nowhere."""

ANSWERED = tuple(state for state in State if state not in WAYS)


COPIED = (Kind.ACCESS, Kind.PORTABILITY)
"""Kinds that are answered with a copy of the data."""


class Refusal(models.TextChoices):
    """On what ground a request is refused, in whole or in part."""

    NOT_IDENTIFIED = "not_identified", _("It cannot be told whose data these are (Article 11(2))")
    UNFOUNDED = "unfounded", _("Manifestly unfounded or excessive (Article 12(5)(b))")
    LAW = "law", _("The law requires the data to be kept (Article 17(3)(b))")
    CLAIM = "claim", _("The data are needed for a legal claim (Article 17(3)(e))")
    CONTRACT = "contract", _("A contract with the person still needs the data")
    SERVICE = "service", _("A service that the person uses still needs the data")
    OTHERS = "others", _("It would harm the rights of others (Article 15(4))")
    ACCURATE = "accurate", _("The data have been found to be right (Article 16)")
    COMPELLING = "compelling", _("Compelling grounds weigh more than the objection (Article 21(1))")
    NOT_THE_CASE = "not_the_case", _("None of the cases that the article names is at hand")


_ALWAYS = (Refusal.NOT_IDENTIFIED, Refusal.UNFOUNDED)
GROUNDS: dict[Kind, tuple[Refusal, ...]] = {
    Kind.ACCESS: (*_ALWAYS, Refusal.OTHERS),
    Kind.PORTABILITY: (*_ALWAYS, Refusal.OTHERS, Refusal.NOT_THE_CASE),
    Kind.RECTIFICATION: (*_ALWAYS, Refusal.ACCURATE, Refusal.LAW),
    Kind.ERASURE: (
        *_ALWAYS,
        Refusal.LAW,
        Refusal.CLAIM,
        Refusal.CONTRACT,
        Refusal.SERVICE,
        Refusal.NOT_THE_CASE,
    ),
    Kind.RESTRICTION: (*_ALWAYS, Refusal.NOT_THE_CASE),
    Kind.OBJECTION: (*_ALWAYS, Refusal.COMPELLING, Refusal.CLAIM, Refusal.NOT_THE_CASE),
}
"""On which grounds what may be refused."""
