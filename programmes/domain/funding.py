"""What programmes cost, and what documents state against what their lines add up to (C7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from core.figures import percent
from programmes.domain.outcomes import months_after

MOST_PENCE = 1_000_000_000_000
_SOON_MONTHS = 6
_MONTHS = 12
_ONE_DAY = timedelta(days=1)
_HALF = Fraction(1, 2)


class Paid(StrEnum):
    """How often a contributor gives an amount."""

    PER_YEAR = "per_year"
    ONCE = "once"


class FundingStatus(StrEnum):
    """How certain a contribution is."""

    IN_PRINCIPLE = "in_principle"
    CONFIRMED = "confirmed"
    ENDED = "ended"


class StatedFor(StrEnum):
    """What a stated total is of: one year's amounts, or all that is given from first to last."""

    ONE_YEAR = "one_year"
    WHOLE_TIME = "whole_time"


class ClaimedRate(StrEnum):
    """The rates of which documents claim figures (R1, R2, R3, and starts of those referred)."""

    COMPLETIONS_PER_REFERRAL = "completions_per_referral"
    COMPLETIONS_PER_START = "completions_per_start"
    COMPLETIONS_PER_CLOSED_START = "completions_per_closed_start"
    STARTS_PER_REFERRAL = "starts_per_referral"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one contributor gives: each year from the first day to the last, or once on the first.

    ``to_on`` is ``None`` while no end is known.
    """

    amount_pence: int
    paid: Paid
    from_on: date
    to_on: date | None
    status: FundingStatus = FundingStatus.CONFIRMED

    @property
    def is_promised(self) -> bool:
        """Tell whether it is, or was, more than agreed in principle."""
        return self.status is not FundingStatus.IN_PRINCIPLE

    def within(self, since: date, until: date) -> Fraction:
        """Answer the pence that fall into a period, both its days included.

        Of what is given each year that is a year's amount for each whole year from the first day
        that counts, and of the rest its days' share of the year that they begin.
        """
        if self.paid is Paid.ONCE:
            return Fraction(self.amount_pence if since <= self.from_on <= until else 0)
        first = max(self.from_on, since)
        last = until if self.to_on is None else min(self.to_on, until)
        return self.amount_pence * years(first, last)

    @property
    def altogether(self) -> Fraction | None:
        """Answer the pence from first to last; ``None`` while no end is known."""
        if self.paid is Paid.ONCE:
            return Fraction(self.amount_pence)
        return None if self.to_on is None else self.within(self.from_on, self.to_on)


def years(first: date, last: date) -> Fraction:
    """Answer how many years there are from one day to another, both included; none if it is before.

    A part of a year is its days over those of the year that begins where the whole ones end.
    """
    if last < first:
        return Fraction(0)
    whole = 0
    while months_after(first, (whole + 1) * _MONTHS) <= last + _ONE_DAY:
        whole += 1
    begins = months_after(first, whole * _MONTHS)
    ends = months_after(first, (whole + 1) * _MONTHS)
    return whole + Fraction((last + _ONE_DAY - begins).days, (ends - begins).days)


def cost(contributions: Iterable[Contribution], since: date, until: date) -> Fraction:
    """Answer the pence that a period cost: what was more than agreed in principle (C7)."""
    found = [one.within(since, until) for one in contributions if one.is_promised]
    return sum(found, Fraction(0))


def summed(contributions: Sequence[Contribution], stated_for: StatedFor) -> int | None:
    """Answer what lines add up to, in pence, as a stated total of them means it.

    One year's total takes each amount as it is; ``None`` for the whole time while a line has no
    end.
    """
    if stated_for is StatedFor.ONE_YEAR:
        return sum(one.amount_pence for one in contributions)
    found = [one.altogether for one in contributions]
    known = [amount for amount in found if amount is not None]
    return whole_pence(sum(known, Fraction(0))) if len(known) == len(found) else None


def per(pence: Fraction, count: int | Fraction) -> int | None:
    """Answer the whole pence for each one of a count; ``None`` where there is none (C7)."""
    return whole_pence(pence / count) if count else None


def whole_pence(amount: Fraction) -> int:
    """Answer whole pence, half a penny rounded up."""
    return (amount + _HALF).__floor__()


def ends_soon(ends_on: date | None, *, today: date) -> bool:
    """Tell whether it ends within six months from today."""
    return ends_on is not None and today <= ends_on <= months_after(today, _SOON_MONTHS)


@dataclass(frozen=True, slots=True)
class Claim:
    """A result as a document claims it; ``is_floor`` is a denominator of at least so many (S19)."""

    numerator: int
    denominator: int
    is_floor: bool = False
    percent: Decimal | None = None

    @property
    def recomputed(self) -> str:
        """Answer the percentage that its own counts make, with one decimal."""
        return percent(Fraction(self.numerator, self.denominator))

    @property
    def difference(self) -> Decimal | None:
        """Answer by how many points its percentage exceeds the recomputed one (C11)."""
        return None if self.percent is None else self.percent - Decimal(self.recomputed)
