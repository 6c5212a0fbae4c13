"""Write a month's VAT summary, sales ledger and tax returns for the accountant."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from orders.invoicing.books import Month, NotAMonth, sales_csv, vat_csv, vat_summary
from orders.invoicing.tax_returns import Quarter, oss_csv, recapitulated, recapitulative_csv


class Command(BaseCommand):
    """Write the files, and fail when the books say something else than the vouchers."""

    help = "Write a month's VAT summary, sales ledger and tax returns, as CSV files."

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
            quarter = Quarter.of(wanted.first)
            files = {
                f"vat-{wanted}": vat_csv(wanted),
                f"sales-{wanted}": sales_csv(wanted),
                f"recapitulative-{wanted}": recapitulative_csv(recapitulated(wanted)),
                f"oss-{quarter}": oss_csv(quarter),
            }
        for name, content in files.items():
            file = to / f"{name}.csv"
            file.write_text(content, encoding="utf-8", newline="")
            self.stdout.write(str(file))
        differing = [each for each in vat_summary(wanted) if not each.agrees]
        if differing:
            rates = ", ".join(
                f"{each.country} {each.rate} %: {each.difference} €" for each in differing
            )
            raise CommandError(f"The books differ from the vouchers: {rates}")
