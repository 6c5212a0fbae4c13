"""Give access to the staff's side from the server, where nobody on the staff's side can."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from customers.grants.operations import (
    GrantedAlready,
    NotAnothers,
    OnlyOwnersMakeOwners,
    TooLong,
    give_grant,
    grant_at_installation,
)
from customers.models import Account
from privacy.normal import normal_email
from soluto_shop.staff_groups import ensure_groups


class Command(BaseCommand):
    """Write a grant: with --by in that person's name, else as given at installation."""

    help = "Give a staff account a role until a day. The account must be there and name a person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the staff account's e-mail address")
        parser.add_argument("role", help="owner, orders, catalogue, care, gdpr_contact, auditor …")
        parser.add_argument("--until", required=True, type=date.fromisoformat, help="2027-06-30")
        parser.add_argument("--reason", required=True, help="what work needs the access")
        parser.add_argument("--employer", default="", help="the company of a partner's staff")
        parser.add_argument("--by", default="", help="e-mail address of another of the staff")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_groups()
        account = self._staff(options["email"])
        role = self._role(options["role"])
        at = timezone.now()
        longest = settings.LONGEST_GRANT_DAYS
        if not 0 <= (options["until"] - timezone.localdate(at)).days <= longest:
            raise CommandError(f"--until is a day from today on, within {longest} days.")
        if not options["reason"].strip():
            raise CommandError("--reason says what work needs the access.")
        said: dict[str, Any] = {
            "account": account,
            "last_date": options["until"],
            "reason": options["reason"],
            "employer": options["employer"],
            "at": at,
        }
        try:
            if options["by"]:
                giver = self._staff(options["by"])
                give_grant(role=role, begins_date=timezone.localdate(at), by=giver, **said)
            else:
                grant_at_installation(role=role.name, **said)
        except GrantedAlready:
            raise CommandError("The account has that role on some of those days.") from None
        except NotAnothers:
            raise CommandError("Nobody gives access to themselves.") from None
        except OnlyOwnersMakeOwners:
            raise CommandError("Only an owner gives the owner's role.") from None
        except TooLong:
            raise CommandError(f"Access lasts at most {longest} days.") from None
        self.stdout.write(f"{role.name} until {options['until']:%Y-%m-%d}.")

    def _staff(self, email: str) -> Account:
        account = Account.objects.filter(email=normal_email(email), is_staff=True).first()
        if account is None:
            raise CommandError("There is no staff account with this e-mail address.")
        return account

    def _role(self, name: str) -> Group:
        role = Group.objects.filter(name=name).first()
        if role is None:
            known = ", ".join(Group.objects.order_by("name").values_list("name", flat=True))
            raise CommandError(f"There is no such role. The roles are: {known}.")
        return role
