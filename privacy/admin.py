"""All admin pages of the register, so that Django finds them."""

from privacy.breaches.admin import AffectedAdmin, BreachAdmin
from privacy.consents.admin import ConsentAdmin
from privacy.disclosures.admin import DisclosureAdmin
from privacy.editions.admin import EditionAdmin
from privacy.egress.admin import TransferAdmin
from privacy.evidence_admin import ErasureAdmin, SweepRunAdmin
from privacy.intake.admin import IntakeAdmin
from privacy.notices.admin import SourceNoticeAdmin
from privacy.outbox.admin import LetterAdmin
from privacy.outbox.work_admin import JobAdmin
from privacy.processors.admin import ProcessorAdmin
from privacy.provenance.admin import ProvenanceAdmin
from privacy.reading.admin import ReadingAdmin
from privacy.recipients.admin import RecipientNoticeAdmin
from privacy.requests.admin import RequestAdmin
from privacy.restriction.admin import RestrictionAdmin
from privacy.telling.admin import ProcessingRecordAdmin

__all__ = [
    "AffectedAdmin",
    "BreachAdmin",
    "ConsentAdmin",
    "DisclosureAdmin",
    "EditionAdmin",
    "ErasureAdmin",
    "IntakeAdmin",
    "JobAdmin",
    "LetterAdmin",
    "ProcessingRecordAdmin",
    "ProcessorAdmin",
    "ProvenanceAdmin",
    "ReadingAdmin",
    "RecipientNoticeAdmin",
    "RequestAdmin",
    "RestrictionAdmin",
    "SourceNoticeAdmin",
    "SweepRunAdmin",
    "TransferAdmin",
]
