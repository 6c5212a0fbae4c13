"""The tables of the register itself, so that Django finds them."""

from privacy.breaches.models import Affected, Breach
from privacy.consents.models import AskedConsent, Consent
from privacy.copies.models import DataCopy
from privacy.disclosures.models import Disclosure
from privacy.editions.models import Edition, ProcessingRecord
from privacy.egress.models import Transfer
from privacy.evidence import Erasure, LedgerMark, SweepRun
from privacy.intake.models import Intake
from privacy.outbox.models import Letter
from privacy.processors.models import Processor, SubProcessor
from privacy.provenance.models import Provenance, SourceNotice
from privacy.reading.models import Reading
from privacy.recipients.models import RecipientNotice
from privacy.requests.models import Request
from privacy.restriction.models import Restriction

__all__ = [
    "Affected",
    "AskedConsent",
    "Breach",
    "Consent",
    "DataCopy",
    "Disclosure",
    "Edition",
    "Erasure",
    "Intake",
    "LedgerMark",
    "Letter",
    "ProcessingRecord",
    "Processor",
    "Provenance",
    "Reading",
    "RecipientNotice",
    "Request",
    "Restriction",
    "SourceNotice",
    "SubProcessor",
    "SweepRun",
    "Transfer",
]
