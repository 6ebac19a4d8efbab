"""How figures are shown: one decimal, round half up, on the unrounded ratio (domain.md 3)."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

NOT_APPLICABLE = "[z]"
"""Stands for a rate with nothing to divide by; never 0 %."""

_TENTH = Decimal("0.1")


def percent(ratio: Fraction) -> str:
    """Answer a ratio as a percentage with one decimal, such as ``55.6``."""
    exact = Decimal(ratio.numerator * 100) / Decimal(ratio.denominator)
    return str(exact.quantize(_TENTH, ROUND_HALF_UP))


def percent_or_marker(numerator: int, denominator: int) -> str:
    """Answer the percentage, or ``[z]`` for a denominator of 0."""
    return percent(Fraction(numerator, denominator)) if denominator else NOT_APPLICABLE
