"""How figures are shown: one decimal, round half up, on the unrounded ratio (domain.md 3)."""

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

NOT_APPLICABLE = "[z]"
"""Stands for a rate with nothing to divide by; never 0 %."""

_TENTH = Decimal("0.1")
_Z = 1.959963984540054
"""How many standard deviations hold 95 % of a normal distribution."""


def percent(ratio: Fraction) -> str:
    """Answer a ratio as a percentage with one decimal, such as ``55.6``."""
    exact = Decimal(ratio.numerator * 100) / Decimal(ratio.denominator)
    return str(exact.quantize(_TENTH, ROUND_HALF_UP))


def tenths(number: Fraction) -> Decimal:
    """Answer a number with one decimal, such as ``1.3`` of 5 / 4."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(_TENTH, ROUND_HALF_UP)


def percent_or_marker(numerator: int, denominator: int) -> str:
    """Answer the percentage, or ``[z]`` for a denominator of 0."""
    return percent(Fraction(numerator, denominator)) if denominator else NOT_APPLICABLE


def wilson(numerator: int, denominator: int) -> tuple[str, str] | None:
    """Answer the 95 % interval of a share in per cent; ``None`` where it is not a share.

    It stays between 0 and 100 and says something of small bases too.

    Source: Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if not 0 <= numerator <= denominator or denominator == 0:
        return None
    share = numerator / denominator
    weight = 1 + _Z**2 / denominator
    centre = (share + _Z**2 / (2 * denominator)) / weight
    spread = math.sqrt(share * (1 - share) / denominator + (_Z / (2 * denominator)) ** 2)
    half = _Z / weight * spread
    low, high = max(centre - half, 0.0), min(centre + half, 1.0)
    return _tenth(low * 100), _tenth(high * 100)


def _tenth(value: float) -> str:
    return str(Decimal(repr(value)).quantize(_TENTH, ROUND_HALF_UP))
