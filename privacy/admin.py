"""All admin pages of the register, so that Django finds them."""

from privacy.editions.admin import EditionAdmin
from privacy.evidence_admin import ErasureAdmin, SweepRunAdmin
from privacy.outbox.admin import LetterAdmin
from privacy.outbox.work_admin import JobAdmin
from privacy.requests.admin import RequestAdmin
from privacy.restriction.admin import RestrictionAdmin
from privacy.telling.admin import ProcessingRecordAdmin

__all__ = [
    "EditionAdmin",
    "ErasureAdmin",
    "JobAdmin",
    "LetterAdmin",
    "ProcessingRecordAdmin",
    "RequestAdmin",
    "RestrictionAdmin",
    "SweepRunAdmin",
]
