"""Euros and cents: the one place where an amount of money is rounded."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

#: Wide enough that no amount of a shop loses a digit on its way to being rounded.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class NotMoney(ValueError):
    """The value is no exact amount of euros."""


class NothingToShareBy(ValueError):
    """An amount is to be divided, but every share is nothing."""


def exact(value: Decimal | int | str) -> Decimal:
    """Take a value as an exact decimal number.

    A float is refused whatever it holds: 0.1 is not a tenth there, and the difference would come
    to light only in the books.

    :raises NotMoney: when the value is a float, a truth value, no number or not finite.
    """
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        raise NotMoney(f"{value!r} is not an exact number")
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise NotMoney(f"{value!r} is not a number") from error
    if not number.is_finite():
        raise NotMoney(f"{value!r} is not a finite number")
    return number


def round_to_cents(amount: Decimal | int | str) -> Decimal:
    """Round to whole cents, half a cent away from zero, as Finnish book-keeping does.

    :raises NotMoney: when the amount is not exact or has more digits than money can have.
    """
    try:
        rounded = exact(amount).quantize(CENT, context=_EXACT)
    except InvalidOperation as error:
        raise NotMoney(f"{amount!r} is too large to be money") from error
    return rounded or ZERO


def share_of(amount: Decimal, numerator: Decimal, denominator: Decimal) -> Decimal:
    """Take the fraction ``numerator / denominator`` of the amount, rounded once at the end."""
    fraction = Fraction(exact(amount)) * Fraction(exact(numerator)) / Fraction(exact(denominator))
    return from_cents(_half_away_from_zero(fraction * 100))


def percentage(amount: Decimal, percent: Decimal) -> Decimal:
    """Take so many per cent of the amount, rounded once."""
    return share_of(amount, percent, Decimal(100))


def to_cents(amount: Decimal | int | str) -> int:
    """Count the cents of an amount that has no parts of cents.

    :raises NotMoney: when rounding would be needed; whoever calls must have rounded before.
    """
    rounded = round_to_cents(amount)
    if rounded != exact(amount):
        raise NotMoney(f"{amount!r} has parts of a cent")
    return int(rounded.scaleb(2, context=_EXACT))


def from_cents(cents: int) -> Decimal:
    """Turn whole cents into euros."""
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise NotMoney(f"{cents!r} is not a whole number of cents")
    return round_to_cents(Decimal(cents).scaleb(-2, context=_EXACT))


def allocate(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Divide an amount in proportion to the weights so that the parts sum to it exactly.

    Every part is first rounded down to cents; the cents left over go, one each, to the parts that
    lost most by it, and among equals to the first. A negative total (a credit) is divided like the
    positive one.

    :raises NothingToShareBy: when there is something to divide but the weights sum to nothing.
    :raises ValueError: when a weight is negative.
    """
    shares = [Fraction(exact(weight)) for weight in weights]
    if any(share < 0 for share in shares):
        raise ValueError("A weight cannot be negative")
    cents = to_cents(total)
    whole = sum(shares, start=Fraction(0))
    if whole == 0:
        if cents:
            raise NothingToShareBy("The weights sum to nothing")
        return [ZERO for _ in shares]
    sign = -1 if cents < 0 else 1
    ideal = [abs(cents) * share / whole for share in shares]
    parts = [int(part) for part in ideal]
    left_over = abs(cents) - sum(parts)
    by_loss = sorted(range(len(parts)), key=lambda place: parts[place] - ideal[place])
    for place in by_loss[:left_over]:
        parts[place] += 1
    return [from_cents(sign * part) for part in parts]


def _half_away_from_zero(value: Fraction) -> int:
    """Round an exact fraction to a whole number, halves away from zero."""
    magnitude = int(abs(value) + Fraction(1, 2))
    return -magnitude if value < 0 else magnitude
