"""Numbers by which people and companies are known: business ID, VAT number, telephone.

Each function takes what somebody typed or pasted and gives the one normal form that is stored, or
refuses with a reason that a form can put into words. Whether a number belongs to anyone is not
told here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from stdnum import exceptions
from stdnum.fi import alv, ytunnus

_LONGEST_INPUT = 40


class Reason(StrEnum):
    """Why a number is refused."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    LENGTH = "length"
    CHECK_DIGIT = "check digit"
    NOT_IN_USE = "not in use"


class Refused(ValueError):
    """The text is not such a number."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotABusinessId(Refused):
    """The text is neither a Finnish business ID nor the VAT number made of one."""


class NotAnAssociationNumber(Refused):
    """The text is not the number of a registered association."""


class NotAPhoneNumber(Refused):
    """The text is not a telephone number that can be in use."""


class Line(StrEnum):
    """What a telephone number leads to."""

    MOBILE = "mobile"
    FIXED = "fixed"
    COMPANY = "company"
    FREE = "free"
    PREMIUM = "premium"
    OTHER = "other"


_LINES = {
    phonenumbers.PhoneNumberType.MOBILE: Line.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: Line.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE: Line.FIXED,
    phonenumbers.PhoneNumberType.UAN: Line.COMPANY,
    phonenumbers.PhoneNumberType.TOLL_FREE: Line.FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE: Line.PREMIUM,
}


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in the form that is stored and the forms that people read."""

    e164: str
    national: str
    international: str
    line: Line

    @property
    def takes_text_messages(self) -> bool:
        """Tell whether a text message may be sent there; a premium number would cost the shop."""
        return self.line is Line.MOBILE


def business_id(text: str) -> str:
    """Bring a Finnish business ID (Y-tunnus) to the form 1234567-1.

    The VAT number made of it is taken too, with the separators that people put between.

    :raises NotABusinessId: with the reason when it is none.
    """
    digits = _company_digits(text)
    return f"{digits[:7]}-{digits[7:]}"


def vat_number(text: str) -> str:
    """Bring a Finnish VAT number to the form FI12345671; a business ID is taken too.

    :raises NotABusinessId: with the reason when it is none.
    """
    return "FI" + _company_digits(text)


def association_number(text: str) -> str:
    """Bring the register number of an association, which may have no business ID, to 123.456.

    :raises NotAnAssociationNumber: when it has another form; there is no check digit.
    """
    compact = "".join(text.split())
    if not compact:
        raise NotAnAssociationNumber(Reason.EMPTY)
    if not re.fullmatch(r"\d{1,3}\.?\d{3}", compact, re.ASCII):
        raise NotAnAssociationNumber(Reason.CHARACTERS)
    digits = compact.replace(".", "")
    return f"{digits[:-3]}.{digits[-3:]}"


def phone(text: str) -> Phone:
    """Read a telephone number as Finns write it, or of any country with its plus.

    The zero in brackets after the country code is dropped, and a Finnish country code without its
    plus is understood.

    :raises NotAPhoneNumber: with the reason when it can be nobody's.
    """
    written = re.sub(r"\(\s*0\s*\)", "", text).strip()
    if not written:
        raise NotAPhoneNumber(Reason.EMPTY)
    if len(written) > _LONGEST_INPUT:
        raise NotAPhoneNumber(Reason.LENGTH)
    candidates = [written]
    if written.startswith("358"):
        candidates.append("+" + written)
    for candidate in candidates:
        number = _parsed(candidate)
        if phonenumbers.is_valid_number(number):
            return _as_phone(number)
    raise NotAPhoneNumber(Reason.NOT_IN_USE)


def _company_digits(text: str) -> str:
    """Check a business ID or VAT number and keep its eight digits."""
    compact = ytunnus.compact(text[: _LONGEST_INPUT + 1])
    if not compact:
        raise NotABusinessId(Reason.EMPTY)
    try:
        digits = str(alv.validate(compact))
    except exceptions.InvalidLength as error:
        raise NotABusinessId(Reason.LENGTH) from error
    except exceptions.InvalidFormat as error:
        raise NotABusinessId(Reason.CHARACTERS) from error
    except exceptions.ValidationError as error:
        raise NotABusinessId(Reason.CHECK_DIGIT) from error
    if not digits.strip("0"):
        raise NotABusinessId(Reason.NOT_IN_USE)
    return digits


def _parsed(text: str) -> phonenumbers.PhoneNumber:
    """Read the digits; letters for digits and extensions are no number of a person here."""
    if any(sign.isalpha() for sign in text):
        raise NotAPhoneNumber(Reason.CHARACTERS)
    try:
        return phonenumbers.parse(text, "FI")
    except phonenumbers.NumberParseException as error:
        raise NotAPhoneNumber(Reason.CHARACTERS) from error


def _as_phone(number: phonenumbers.PhoneNumber) -> Phone:
    """Write a number in its three forms."""
    forms = phonenumbers.PhoneNumberFormat
    return Phone(
        e164=phonenumbers.format_number(number, forms.E164),
        national=phonenumbers.format_number(number, forms.NATIONAL),
        international=phonenumbers.format_number(number, forms.INTERNATIONAL),
        line=_LINES.get(phonenumbers.number_type(number), Line.OTHER),
    )
