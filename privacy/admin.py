"""All admin pages of the register, so that Django finds them."""

from privacy.editions.admin import EditionAdmin
from privacy.notices.admin import SourceNoticeAdmin
from privacy.outbox.admin import LetterAdmin
from privacy.outbox.work_admin import JobAdmin
from privacy.provenance.admin import ProvenanceAdmin
from privacy.telling.admin import ProcessingRecordAdmin

__all__ = [
    "EditionAdmin",
    "JobAdmin",
    "LetterAdmin",
    "ProcessingRecordAdmin",
    "ProvenanceAdmin",
    "SourceNoticeAdmin",
]
