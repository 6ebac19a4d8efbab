"""How codes of the domain are said on pages."""

from typing import Any

from programmes.domain.completion import Standing
from programmes.domain.terms import OPEN_ENROLMENTS, AttendanceOutcome, EnrolmentStatus
from programmes.queries.progress import MemberView

LETTERS: dict[str, str] = {
    AttendanceOutcome.ATTENDED: "A",
    AttendanceOutcome.LATE: "L",
    AttendanceOutcome.LEFT_EARLY: "E",
    AttendanceOutcome.ABSENT_NOTIFIED: "N",
    AttendanceOutcome.ABSENT_NOT_NOTIFIED: "X",
    AttendanceOutcome.SENT_HOME_BEHAVIOUR: "H",
    AttendanceOutcome.SENT_HOME_SERVICE: "H",
    AttendanceOutcome.NOT_REQUIRED: "–",
}

_STANDING: dict[Standing, tuple[str, str]] = {
    Standing.COMPLETE: ("Rule met", "govuk-tag--green"),
    Standing.CAN_COMPLETE: ("Can still complete", "govuk-tag--blue"),
    Standing.NEEDS_CATCH_UP: ("Only with catch-up", "govuk-tag--yellow"),
    Standing.CANNOT_COMPLETE: ("Cannot complete here", "govuk-tag--grey"),
}


def letter(outcome: str) -> str:
    """Answer the letter of an outcome in the attendance table; a dot where there is no mark."""
    return LETTERS.get(outcome, "·")


def standing(member: MemberView) -> dict[str, Any]:
    """Answer a GOV.UK tag that says whether somebody has completed or still can."""
    if member.status not in OPEN_ENROLMENTS:
        text = member.status.value.replace("_", " ").capitalize()
        shade = "govuk-tag--green" if text == "Completed" else "govuk-tag--grey"
        return {"text": text, "classes": shade}
    if member.status is EnrolmentStatus.PAUSED:
        return {"text": "Paused", "classes": "govuk-tag--yellow"}
    text, shade = _STANDING[member.progress.standing]
    return {"text": text, "classes": shade}
