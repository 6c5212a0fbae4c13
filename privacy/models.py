"""The tables of the register itself, so that Django finds them."""

from privacy.copies.models import DataCopy
from privacy.editions.models import Edition, ProcessingRecord
from privacy.evidence import Erasure, LedgerMark, SweepRun
from privacy.outbox.models import Letter
from privacy.provenance.models import Provenance, SourceNotice

__all__ = [
    "DataCopy",
    "Edition",
    "Erasure",
    "LedgerMark",
    "Letter",
    "ProcessingRecord",
    "Provenance",
    "SourceNotice",
    "SweepRun",
]
