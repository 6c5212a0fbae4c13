"""Make the groups of the staff, each with the permissions that its work needs."""

from typing import Any

from django.core.management.base import BaseCommand

from soluto_shop.staff_groups import GROUPS, ensure_groups


class Command(BaseCommand):
    """Make the groups anew; may be run as often as one likes."""

    help = "Make the staff's groups, each with exactly the permissions that its work needs."

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_groups()
        self.stdout.write(f"The groups stand: {', '.join(GROUPS)}.")
