"""The tables of the register itself, so that Django finds them."""

from privacy.breaches.models import Affected, Breach
from privacy.copies.models import DataCopy
from privacy.editions.models import Edition, ProcessingRecord
from privacy.evidence import Erasure, LedgerMark, SweepRun
from privacy.outbox.models import Letter
from privacy.reading.models import Reading

__all__ = [
    "Affected",
    "Breach",
    "DataCopy",
    "Edition",
    "Erasure",
    "LedgerMark",
    "Letter",
    "ProcessingRecord",
    "Reading",
    "SweepRun",
]
