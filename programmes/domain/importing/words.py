"""What people write in spreadsheets for the codes of the field."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from core.columns import folded
from core.scope import Side
from programmes.domain.case_terms import AssessmentOutcome
from programmes.domain.terms import AttendanceOutcome, ExitReason, ReferralSource

E = TypeVar("E", bound=StrEnum)


def _words(codes: type[E], also: Mapping[str, E]) -> Mapping[str, E]:
    return {**{folded(code.value): code for code in codes}, **also}


SIDES = _words(
    Side,
    {
        "perp": Side.PERPETRATOR,
        "victim": Side.SURVIVOR,
        "victim survivor": Side.SURVIVOR,
    },
)

SOURCES = _words(
    ReferralSource,
    {
        "self referral": ReferralSource.SELF,
        "self referred": ReferralSource.SELF,
        "csc": ReferralSource.CHILDRENS_SOCIAL_CARE,
        "childrens services": ReferralSource.CHILDRENS_SOCIAL_CARE,
        "adult services": ReferralSource.ADULT_SOCIAL_CARE,
        "gp": ReferralSource.HEALTH,
        "nhs": ReferralSource.HEALTH,
        "midwifery": ReferralSource.HEALTH,
        "health visitor": ReferralSource.HEALTH,
        "cafcass": ReferralSource.COURT,
        "family court": ReferralSource.COURT,
        "housing association": ReferralSource.HOUSING,
        "idva": ReferralSource.SPECIALIST_DA_SERVICE,
        "marac": ReferralSource.SPECIALIST_DA_SERVICE,
        "refuge": ReferralSource.SPECIALIST_DA_SERVICE,
        "drug and alcohol service": ReferralSource.SUBSTANCE_MISUSE,
        "education": ReferralSource.EDUCATION_EARLY_HELP,
        "school": ReferralSource.EDUCATION_EARLY_HELP,
        "early help": ReferralSource.EDUCATION_EARLY_HELP,
        "charity": ReferralSource.VOLUNTARY_SECTOR,
        "family": ReferralSource.FAMILY_OR_FRIEND,
        "friend": ReferralSource.FAMILY_OR_FRIEND,
        "unknown": ReferralSource.NOT_RECORDED,
    },
)

ASSESSMENTS = _words(
    AssessmentOutcome,
    {
        "accepted": AssessmentOutcome.SUITABLE,
        "not ready": AssessmentOutcome.SUITABLE_NOT_READY,
        "unsuitable": AssessmentOutcome.NOT_SUITABLE,
        "ineligible": AssessmentOutcome.NOT_ELIGIBLE,
        "refused": AssessmentOutcome.DECLINED,
        "did not attend": AssessmentOutcome.DID_NOT_ATTEND,
        "dna": AssessmentOutcome.DID_NOT_ATTEND,
    },
)

EXIT_REASONS = _words(
    ExitReason,
    {
        "did not engage": ExitReason.DISENGAGED,
        "non engagement": ExitReason.DISENGAGED,
        "dropped out": ExitReason.DISENGAGED,
        "missed too many sessions": ExitReason.MISSED_TOO_MANY,
        "ill health": ExitReason.HEALTH,
        "illness": ExitReason.HEALTH,
        "work": ExitReason.WORK_OR_CARING,
        "moved": ExitReason.MOVED_AREA,
        "moved away": ExitReason.MOVED_AREA,
        "moved out of area": ExitReason.MOVED_AREA,
        "deceased": ExitReason.DIED,
        "breach": ExitReason.BREACHED,
        "recalled": ExitReason.RECALLED_OR_CUSTODY,
        "custody": ExitReason.RECALLED_OR_CUSTODY,
        "prison": ExitReason.RECALLED_OR_CUSTODY,
        "transfer": ExitReason.TRANSFERRED,
        "unknown": ExitReason.NOT_RECORDED,
    },
)

OUTCOMES = _words(
    AttendanceOutcome,
    {
        "present": AttendanceOutcome.ATTENDED,
        "yes": AttendanceOutcome.ATTENDED,
        "came": AttendanceOutcome.ATTENDED,
        "came late": AttendanceOutcome.LATE,
        "apologies": AttendanceOutcome.ABSENT_NOTIFIED,
        "absent told us": AttendanceOutcome.ABSENT_NOTIFIED,
        "absent, told us": AttendanceOutcome.ABSENT_NOTIFIED,
        "dna": AttendanceOutcome.ABSENT_NOT_NOTIFIED,
        "did not attend": AttendanceOutcome.ABSENT_NOT_NOTIFIED,
        "no show": AttendanceOutcome.ABSENT_NOT_NOTIFIED,
        "absent, not told": AttendanceOutcome.ABSENT_NOT_NOTIFIED,
        "excused": AttendanceOutcome.NOT_REQUIRED,
    },
)
"""``absent`` alone is refused: it does not say whether they told us."""
