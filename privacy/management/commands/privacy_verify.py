"""Prove that the evidence says what it said when it was written."""

from django.core.management.base import BaseCommand, CommandError

from privacy.evidence import Erasure, broken_seals
from privacy.ledger import the_ledger
from privacy.statistics import sampled


class Command(BaseCommand):
    """Recompute every seal, and compare with the ledger outside the database."""

    help = "Check the receipts of erasures, the ledger, and that nothing personal is sampled."

    def handle(self, *args: object, **options: object) -> None:
        broken = list(broken_seals())
        seals = set(Erasure.objects.values_list("seal", flat=True))
        entries = the_ledger().entries()
        replayed = set(
            Erasure.objects.filter(kind=Erasure.Kind.REPLAYED).values_list("pk", flat=True)
        )
        broken += [
            f"line {entry.n} of the ledger: no such receipt"
            for entry in entries
            if entry.seal and entry.seal not in seals and entry.receipt not in map(str, replayed)
        ]
        broken += [f"{column}: sampled" for column in sampled()]
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write(f"{len(seals)} receipts and {len(entries)} lines of the ledger hold.")
