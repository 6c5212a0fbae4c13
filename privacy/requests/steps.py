"""What the contact person may do with a request: one table of steps, and when each is permitted."""

from collections.abc import Callable
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.registry import Words
from privacy.requests.asker import recipient_of
from privacy.requests.models import Request
from privacy.requests.states import COPIED, REGISTERED, Channel, Kind


class Step(models.TextChoices):
    """One thing that can be done, in the words of its button."""

    WHO = "who", _("Correct who asks")
    LINK = "link", _("Send a link to prove the mailbox")
    VOUCH = "vouch", _("Say how you are certain who asks")
    EXTEND = "extend", _("Take two months more")
    RESTRICT = "restrict", _("Restrict while it is weighed")
    DESTROY = "destroy", _("Destroy the data and answer")
    COPY = "copy", _("Send a copy of the data")
    PRINT = "print", _("Make the copy for printing")
    SETTLE = "settle", _("Answer that it has been done")
    PART = "part", _("Do it in part, and say why")
    REFUSE = "refuse", pgettext_lazy("a request", "Refuse")
    WITHDRAW = "withdraw", _("Let it rest at the person's own word")

    @property
    def explanation(self) -> str:
        """Say what will happen when the step is taken."""
        return str(_EXPLAINED[self])

    @property
    def has_words(self) -> bool:
        """Tell whether the step writes a letter that is read before it is sent."""
        return self in _WITH_WORDS


_EXPLAINED: dict[Step, Words] = {
    Step.WHO: _(
        "What was written down of the person is corrected, or a card is named. Who asks has to be "
        "proved anew afterwards."
    ),
    Step.LINK: _(
        "A letter with a link goes to the e-mail address of the request. Whoever follows it within "
        "a day has shown to read that mailbox, and the request is served or waits for you here."
    ),
    Step.VOUCH: _(
        "You take it upon yourself that the one who asks is the one whom the data are about. "
        "Nobody is asked for an identity document. From then on the request can be carried out."
    ),
    Step.EXTEND: _(
        "The answer may come two months later. The person is told so, with your reasons. It can be "
        "done once, within the first month, where the matter is complex or there are many requests."
    ),
    Step.RESTRICT: _(
        "Until you have answered, and until it is lifted, the person's data are only stored."
    ),
    Step.DESTROY: _(
        "What nothing keeps is destroyed at once and cannot be brought back, not even from a "
        "back-up. What is kept goes by itself on its day. The person gets the answer below, and "
        "other open requests of the same person end."
    ),
    Step.COPY: _(
        "The background worker puts all that is held into one file and writes to the person where "
        "it can be fetched. With that the request is done."
    ),
    Step.PRINT: _(
        "All that is held is put into one file, which you can fetch once to print it. Post it with "
        "the answer."
    ),
    Step.SETTLE: _(
        "Do first what was asked. Then this answer goes to the person, and the request is done."
    ),
    Step.PART: _(
        "Do first what can be done. Then this answer goes to the person: what has been done, what "
        "has not, why, and where to complain."
    ),
    Step.REFUSE: _(
        "Nothing is done. The person is told the ground, your reasons, and where to complain."
    ),
    Step.WITHDRAW: _(
        "The request ends without an answer, since the person has taken it back. Use this only at "
        "the person's own word."
    ),
}
_WITH_WORDS = frozenset({Step.EXTEND, Step.SETTLE, Step.PART, Step.REFUSE})

Rule = Callable[[Request, datetime], bool]


def _always(asked: Request, at: datetime) -> bool:
    return True


def _unless_proved(asked: Request, at: datetime) -> bool:
    return not asked.is_proved


def _was_written_down(asked: Request, at: datetime) -> bool:
    return Channel(asked.channel) in REGISTERED


def _may_send_link(asked: Request, at: datetime) -> bool:
    return bool(asked.email) and Channel(asked.channel) in REGISTERED and not asked.is_proved


def _may_extend(asked: Request, at: datetime) -> bool:
    return asked.extended_at is None and timezone.localdate(at) <= asked.due_date


def _may_restrict(asked: Request, at: datetime) -> bool:
    return asked.is_proved and asked.kind == Kind.OBJECTION


def _may_destroy(asked: Request, at: datetime) -> bool:
    return asked.is_proved and asked.kind == Kind.ERASURE


def _may_copy(asked: Request, at: datetime) -> bool:
    return asked.is_proved and asked.kind in COPIED and not recipient_of(asked).is_by_post


def _may_print(asked: Request, at: datetime) -> bool:
    return asked.is_proved and asked.kind in COPIED and recipient_of(asked).is_by_post


def _may_settle(asked: Request, at: datetime) -> bool:
    if asked.kind in COPIED:
        return asked.is_proved and asked.copy_printed_at is not None
    return asked.is_proved and asked.kind != Kind.ERASURE


def _may_do_in_part(asked: Request, at: datetime) -> bool:
    return asked.is_proved and asked.kind != Kind.ERASURE


RULES: dict[Step, Rule] = {
    Step.WHO: _was_written_down,
    Step.LINK: _may_send_link,
    Step.VOUCH: _unless_proved,
    Step.EXTEND: _may_extend,
    Step.RESTRICT: _may_restrict,
    Step.DESTROY: _may_destroy,
    Step.COPY: _may_copy,
    Step.PRINT: _may_print,
    Step.SETTLE: _may_settle,
    Step.PART: _may_do_in_part,
    Step.REFUSE: _always,
    Step.WITHDRAW: _always,
}
"""When an open request may take each step; one that is not open takes none."""


def steps_of(asked: Request, *, at: datetime) -> list[Step]:
    """List what may be done with a request now."""
    if not asked.is_open or asked.has_lost_its_asker:
        return []
    return [step for step, rule in RULES.items() if rule(asked, at)]
