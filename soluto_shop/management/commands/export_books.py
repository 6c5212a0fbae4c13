"""Write a month's VAT summary and sales ledger for the accountant."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from orders.invoicing.books import Month, NotAMonth, sales_csv, vat_csv, vat_summary


class Command(BaseCommand):
    """Write both files, and fail when the books say something else than the vouchers."""

    help = "Write the VAT summary and the sales ledger of a month, as two CSV files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="such as 2026-11")
        parser.add_argument("--to", default=".", type=Path, help="the folder to write into")

    def handle(self, *args: Any, month: str, to: Path, **options: Any) -> None:
        try:
            wanted = Month.of(month)
        except NotAMonth:
            raise CommandError(f"{month} is no month: write it as 2026-11.") from None
        if not to.is_dir():
            raise CommandError(f"There is no folder {to}.")
        with translation.override("fi"):
            files = {"vat": vat_csv(wanted), "sales": sales_csv(wanted)}
        for kind, content in files.items():
            file = to / f"{kind}-{wanted}.csv"
            file.write_text(content, encoding="utf-8", newline="")
            self.stdout.write(str(file))
        differing = [each for each in vat_summary(wanted) if not each.agrees]
        if differing:
            rates = ", ".join(f"{each.rate} %: {each.difference} €" for each in differing)
            raise CommandError(f"The books differ from the vouchers: {rates}")
