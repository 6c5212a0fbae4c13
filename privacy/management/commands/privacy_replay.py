"""Repeat the erasures that a restored database does not know."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from privacy.replay import replay


class Command(BaseCommand):
    """Bring the database up to the ledger; afterwards the shop serves again."""

    help = "After restoring a back-up: erase again whom the ledger names."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{replay(at=timezone.now())} erasures repeated.")
