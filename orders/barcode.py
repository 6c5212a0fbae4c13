"""The bank bar code (pankkiviivakoodi) and the EPC QR code: an invoice for a machine to read.

The bar code has 54 digits in two versions: 4 holds a Finnish reference number, 5 its international
form. Source: the banks' guide to the bar code, version 5; EPC069-12 for the QR code.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError

from orders import money, viitenumero

NATIONAL, INTERNATIONAL = "4", "5"
LENGTH = 54
_CENTURY = 2000
_HIGHEST_CENTS = 99_999_999
_START_C, _MODULUS = 105, 103
_STOP = 106
_TABLE = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 "
    "112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 "
    "311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 "
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
_WIDTHS = _TABLE.split()
"""How wide the bars and gaps of each symbol of Code 128 are (ISO/IEC 15417), in turn."""
_FINNISH_IBAN = 18


class NotABarcode(ValueError):
    """The digits are no bar code of an invoice, or an invoice cannot be put into one."""


@dataclass(frozen=True, slots=True)
class Payable:
    """What is to be paid: to which account, how much in euros, with which reference, by when."""

    iban: str
    reference: str
    amount: Decimal
    due: dt.date | None = None


def encode(payable: Payable) -> str:
    """Write what is to be paid as 54 digits; an RF reference makes version 5.

    :raises NotABarcode: when the account is not Finnish, the sum is over 999,999.99 € or negative,
        or account or reference are wrong.
    """
    account = _account(payable.iban)
    cents = money.to_cents(payable.amount)
    if not 0 <= cents <= _HIGHEST_CENTS:
        raise NotABarcode("the sum is negative or over 999,999.99 €")
    due = payable.due.strftime("%y%m%d") if payable.due else "000000"
    compact = "".join(payable.reference.split()).upper()
    digits = _reference(compact)
    if compact.startswith("RF"):
        rest = f"{compact[2:4]}{digits:0>21}"
        return f"{INTERNATIONAL}{account}{cents:08}{rest}{due}"
    return f"{NATIONAL}{account}{cents:08}000{digits:0>20}{due}"


def decode(digits: str) -> Payable:
    """Read what is to be paid from 54 digits.

    :raises NotABarcode: when they are none.
    """
    compact = "".join(digits.split())
    if len(compact) != LENGTH or not (compact.isascii() and compact.isdigit()):
        raise NotABarcode("54 digits are needed")
    version, account, cents, rest, due = (
        compact[0],
        compact[1:17],
        compact[17:25],
        compact[25:48],
        compact[48:],
    )
    if version == NATIONAL:
        reference = rest[3:].lstrip("0")
    elif version == INTERNATIONAL:
        reference = f"RF{rest[:2]}{rest[2:].lstrip('0')}"
    else:
        raise NotABarcode("the version is neither 4 nor 5")
    _reference(reference)
    iban = f"FI{account}"
    _account(iban)
    return Payable(iban, reference, money.from_cents(int(cents)), _date(due))


def check_symbol(digits: str) -> int:
    """Give the last symbol of Code 128 C for a row of digit pairs: the sum modulo 103."""
    pairs = [int(digits[place : place + 2]) for place in range(0, len(digits), 2)]
    weighted = sum(place * pair for place, pair in enumerate(pairs, start=1))
    return (_START_C + weighted) % _MODULUS


def bars(digits: str) -> list[int]:
    """Draw digits in Code 128 C: how wide each bar and each gap is, in turn, beginning with a bar.

    :raises NotABarcode: when they are not pairs of digits.
    """
    if len(digits) % 2 or not (digits.isascii() and digits.isdigit()):
        raise NotABarcode("Code 128 C holds pairs of digits")
    pairs = [int(digits[place : place + 2]) for place in range(0, len(digits), 2)]
    symbols = [_START_C, *pairs, check_symbol(digits), _STOP]
    return [int(width) for symbol in symbols for width in _WIDTHS[symbol]]


def epc_qr(payable: Payable, *, bic: str, name: str) -> str:
    """Write a SEPA credit transfer as the text of a QR code, with a structured reference.

    :raises NotABarcode: when account or reference are wrong, or the sum is outside 0.01 to
        999,999,999.99 €.
    """
    cents = money.to_cents(payable.amount)
    if not 1 <= cents <= 99_999_999_999:  # noqa: PLR2004 (EPC069-12)
        raise NotABarcode("the sum is nothing or too large")
    try:
        iban = stdnum_iban.validate(payable.iban)
    except ValidationError as error:
        raise NotABarcode("the account number is wrong") from error
    reference = viitenumero.to_rf(payable.reference)
    lines = ["BCD", "002", "1", "SCT", bic, name[:70], iban, f"EUR{payable.amount:.2f}", ""]
    return "\n".join([*lines, reference])


def _account(iban: str) -> str:
    """Give the sixteen digits of a Finnish account."""
    try:
        known: str = stdnum_iban.validate(iban)
    except ValidationError as error:
        raise NotABarcode("the account number is wrong") from error
    if not known.startswith("FI") or len(known) != _FINNISH_IBAN:
        raise NotABarcode("the account is not Finnish")
    return known[2:]


def _reference(text: str) -> str:
    try:
        return viitenumero.normalise(text)
    except viitenumero.NotAReference as error:
        raise NotABarcode("the reference is wrong") from error


def _date(digits: str) -> dt.date | None:
    if digits == "000000":
        return None
    year, month, day = (int(digits[place : place + 2]) for place in (0, 2, 4))
    try:
        return dt.date(_CENTURY + year, month, day)
    except ValueError as error:
        raise NotABarcode("there is no such day") from error
