"""Let the database's own files forget."""

from django.core.management.base import BaseCommand

from privacy.compact import compact


class Command(BaseCommand):
    """Rewrite the tables with personal data; each is closed to others for a moment."""

    help = "Rewrite tables and log so that nothing erased is left in them (own server only)."

    def handle(self, *args: object, **options: object) -> None:
        compact(say=self.stdout.write)
