"""Clear what has had its time, as the worker does each night."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from privacy.duties import sweep_tonight


class Command(BaseCommand):
    """Sweep now."""

    help = "Clear the personal data whose time has passed, now."

    def handle(self, *args: object, **options: object) -> None:
        run = sweep_tonight(at=timezone.now())
        for column, count in sorted(run.removed.items()):
            self.stdout.write(f"{count:6} {column}")
        self.stdout.write(f"{sum(run.removed.values())} values cleared.")
