"""The Finnish reference number (viitenumero) and its international form (RF, ISO 11649).

A payer copies it into the bank, and the payment finds its order by it. The normal form that is
stored has digits only and no leading zeros; people see it in groups.
"""

from enum import StrEnum

from stdnum import iso11649
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

#: From the right: the last digit of the base counts sevenfold, the one before it threefold.
_WEIGHTS = (7, 3, 1)

SHORTEST_BASE, LONGEST_BASE = 3, 19


class Reason(StrEnum):
    """Why something is not a reference number."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    LENGTH = "length"
    CHECK_DIGIT = "check digit"
    RF_CHECK_DIGITS = "RF check digits"


class NotAReference(ValueError):
    """The text is not a Finnish reference number."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def generate(base: str) -> str:
    """Put the check digit after a base of 3 to 19 digits.

    :raises NotAReference: when the base has other characters or another length, its leading zeros
        not counted.
    """
    digits = _digits(base).lstrip("0")
    if not SHORTEST_BASE <= len(digits) <= LONGEST_BASE:
        raise NotAReference(Reason.LENGTH)
    return digits + _check_digit(digits)


def generate_rf(base: str) -> str:
    """Make the international form: RF, its two check digits, and the Finnish reference."""
    return to_rf(generate(base))


def from_document_number(number: str) -> str:
    """Make a reference out of a document's number, such as INV123.

    Only its digits count, at most nineteen; ones are put before a short number, and before one
    whose leading zeros would be lost.

    :raises NotAReference: when the number has no digits at all.
    """
    digits = "".join(sign for sign in number if _is_digit(sign))
    if not digits:
        raise NotAReference(Reason.EMPTY)
    base = digits.rjust(SHORTEST_BASE, "1")
    if base.startswith("0"):
        base = "1" + base
    return generate(base[:LONGEST_BASE])


def normalise(text: str) -> str:
    """Bring a reference in either form, as people write it, to its digits.

    :raises NotAReference: with the reason when it is none.
    """
    compact = _compact(text)
    if compact.startswith("RF"):
        return _from_rf(compact)
    return _checked(compact)


def is_valid(text: str) -> bool:
    """Tell whether the text is a Finnish reference number in either form."""
    try:
        normalise(text)
    except NotAReference:
        return False
    return True


def is_creditor_reference(text: str) -> bool:
    """Tell whether the text is an ISO 11649 reference of any country; letters are allowed there."""
    return bool(iso11649.is_valid("".join(text.split())))


def to_rf(reference: str) -> str:
    """Give the international form of a Finnish reference."""
    digits = normalise(reference)
    return f"RF{mod_97_10.calc_check_digits(digits + 'RF')}{digits}"


def written(reference: str) -> str:
    """Write a reference for people: in fives from the right, or an RF in fours from the left."""
    digits = normalise(reference)
    if _compact(reference).startswith("RF"):
        compact = to_rf(digits)
        return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))
    first = len(digits) % 5
    groups = [digits[:first]] if first else []
    groups += [digits[start : start + 5] for start in range(first, len(digits), 5)]
    return " ".join(groups)


def _from_rf(compact: str) -> str:
    """Check the international form and take the Finnish reference out of it."""
    digits = _checked(compact[4:])
    try:
        iso11649.validate(compact)
    except ValidationError as error:
        raise NotAReference(Reason.RF_CHECK_DIGITS) from error
    return digits


def _checked(compact: str) -> str:
    """Check length and check digit of a national reference, and drop its leading zeros."""
    entered = _digits(compact)
    digits = entered.lstrip("0")
    if len(entered) > LONGEST_BASE + 1 or len(digits) <= SHORTEST_BASE:
        raise NotAReference(Reason.LENGTH)
    if _check_digit(digits[:-1]) != digits[-1]:
        raise NotAReference(Reason.CHECK_DIGIT)
    return digits


def _check_digit(digits: str) -> str:
    """Count the last digit: what is missing from the weighted sum to the next full ten."""
    weighted = sum(int(digit) * _WEIGHTS[place % 3] for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def _digits(text: str) -> str:
    """Refuse everything but plain digits, between which spaces may stand."""
    compact = _compact(text)
    if not compact:
        raise NotAReference(Reason.EMPTY)
    if not all(_is_digit(sign) for sign in compact):
        raise NotAReference(Reason.CHARACTERS)
    return compact


def _compact(text: str) -> str:
    """Take out every kind of space and write letters large."""
    return "".join(text.split()).upper()


def _is_digit(sign: str) -> bool:
    """Tell whether the sign is one of 0 to 9: other scripts' digits are no reference."""
    return sign in "0123456789"
