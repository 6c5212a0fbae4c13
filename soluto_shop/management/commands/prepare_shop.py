"""Make the shop ready to open, as `make run` does before it opens it."""

from django.core.management.base import BaseCommand

from soluto_shop.local import preparation


class Command(BaseCommand):
    """Do what has not been done, and tell what must be noted."""

    help = "Migrate, gather static files, fill an empty shop with the demo, make first accounts."

    def handle(self, *args: object, **options: object) -> None:
        with preparation.alone():
            if preparation.migrate():
                self.stdout.write("The tables are up to date.")
            preparation.gather_static_files()
            if preparation.fill_when_empty():
                self.stdout.write("The shelves hold the demo catalogue.")
            self._tell(preparation.make_first_accounts())
        self.stdout.flush()  # what forks afterwards would say it again
        preparation.leave_no_connection()

    def _tell(self, accounts: list[preparation.NewAccount]) -> None:
        if not accounts:
            return
        self.stdout.write("\n  First accounts. Write the passwords down: they are told only now.")
        for account in accounts:
            self.stdout.write(f"  {account.purpose:13} {account.email:22} {account.password}")
