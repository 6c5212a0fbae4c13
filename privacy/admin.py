"""All admin pages of the register, so that Django finds them."""

from privacy.breaches.admin import AffectedAdmin, BreachAdmin
from privacy.editions.admin import EditionAdmin
from privacy.outbox.admin import LetterAdmin
from privacy.outbox.work_admin import JobAdmin
from privacy.reading.admin import ReadingAdmin
from privacy.telling.admin import ProcessingRecordAdmin

__all__ = [
    "AffectedAdmin",
    "BreachAdmin",
    "EditionAdmin",
    "JobAdmin",
    "LetterAdmin",
    "ProcessingRecordAdmin",
    "ReadingAdmin",
]
