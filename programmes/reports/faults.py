"""What of the records does not fit together, as the sentences that every report shows (C4)."""

from collections import Counter

from core.scope import Permission, Scope
from programmes.queries.quality import MOST_CASES, Fault, faulty_cases

_FAULTS = {
    Fault.NEVER_STARTED: "{} completed without having attended a group unit",
    Fault.TOO_FEW_UNITS: "{} completed with fewer units than the programme asks for",
    Fault.AFTER_EXIT: "{} with an attendance after their last day",
    Fault.BEFORE_JOINING: "{} with an attendance before they joined",
    Fault.STILL_ACTIVE: "{} still active, more than 28 days after the last session",
    Fault.NO_REFERRAL: "{} enrolled without a recorded referral, and so in none of these counts",
    Fault.NO_REGISTER: "{} sessions without a register after two working days",
}


async def data_quality(*, scope: Scope) -> tuple[str, ...]:
    """Answer a sentence for each kind of fault, with how many there are."""
    cases = await faulty_cases(scope=scope, permission=Permission.VIEW_PROGRAMME_REPORTS)
    counts = Counter(case.fault for case in cases)
    return tuple(
        sentence.format(_said(counts[fault]))
        for fault, sentence in _FAULTS.items()
        if counts[fault]
    )


def _said(count: int) -> str:
    return f"{count} or more" if count >= MOST_CASES else str(count)
