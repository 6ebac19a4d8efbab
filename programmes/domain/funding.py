"""What programmes cost, and what documents state against what their lines add up to (C7)."""

from enum import StrEnum


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
