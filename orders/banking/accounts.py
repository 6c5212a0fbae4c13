"""Bank accounts: whether a number is one, a Finnish one, and our own."""

from django.conf import settings
from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

_FINLAND = "FI"


class NotAnAccount(ValueError):
    """The text is not the number of a bank account."""


def normal_iban(text: str) -> str:
    """Bring the number of an account, as people write it, to its letters and digits.

    :raises NotAnAccount: when it is none.
    """
    try:
        return str(iban.validate("".join(text.split()).upper()))
    except ValidationError:
        raise NotAnAccount from None


def is_finnish(account: str) -> bool:
    """Tell whether an account is with a bank in Finland."""
    return account.startswith(_FINLAND)


def written(account: str) -> str:
    """Write an account for people, in fours."""
    return " ".join(account[start : start + 4] for start in range(0, len(account), 4))


def iban_of(machine_form: str) -> str:
    """Make the IBAN of an account in the fourteen digits of the older Finnish form."""
    return f"{_FINLAND}{mod_97_10.calc_check_digits(machine_form + _FINLAND)}{machine_form}"


def own_account() -> str:
    """Give the shop's account; nothing where it has none yet."""
    return "".join(str(settings.BANK_ACCOUNT["iban"]).split()).upper()
