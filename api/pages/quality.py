"""What of the recorded cases does not fit together, as a page (C4)."""

from collections.abc import Mapping
from typing import Any

from litestar import get
from litestar.di import NamedDependency

from api.guards import requires
from api.pages import case_words
from api.pages.rendering import AnyRequest, Page, page
from core.scope import Actor, Permission
from programmes.queries.quality import Fault, FaultyCase, faulty_cases
from programmes.services.viewing import Listing, listed

_SAID: Mapping[Fault, tuple[str, str]] = {
    Fault.NO_REGISTER: (
        "Sessions without a register",
        "Two working days have passed. Mark the register, or say that the session was not held.",
    ),
    Fault.STILL_ACTIVE: (
        "Still active after the last session",
        "The last session was more than 28 days ago. Record how it ended for them.",
    ),
    Fault.TOO_FEW_UNITS: (
        "Completed with fewer units than the programme asks for",
        "Check the marks, or take the completion back.",
    ),
    Fault.NEVER_STARTED: (
        "Completed without having started",
        "They have attended no group session. Check the marks, or take the completion back.",
    ),
    Fault.AFTER_EXIT: (
        "Attended after their last day",
        "What they attended after that day is not credited. Check both days.",
    ),
    Fault.BEFORE_JOINING: (
        "Attended before they joined",
        "What they attended before that day is not credited. Check both days.",
    ),
    Fault.NO_REFERRAL: (
        "In a group without a referral",
        "Reports count referrals, so they are in no figure. Record their referral.",
    ),
}
"""Each kind with what to do about it, the one that spoils most first."""


@get("/data-quality", guards=[requires(Permission.VIEW_CASES)], include_in_schema=False)
async def quality_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List the cases that do not fit together, kind by kind; the view is audited."""
    found = await faulty_cases(scope=actor.scope)
    await listed(Listing.QUALITY, sum(bool(case.name) for case in found), by=actor)
    groups = [
        {
            "heading": heading, "todo": todo,
            "cases": [_row(case) for case in found if case.fault is fault],
        }
        for fault, (heading, todo) in _SAID.items()
    ]  # fmt: skip
    return page(request, "enrolments/quality.html", groups=[one for one in groups if one["cases"]])


def _row(case: FaultyCase) -> dict[str, Any]:
    is_session = case.fault is Fault.NO_REGISTER
    return {
        "name": case.name or case.cohort_code,
        "cohort": case.cohort_code,
        "day": case_words.day(case.on) if case.on else "",
        "href": f"/sessions/{case.subject}/register"
        if is_session
        else f"/enrolments/{case.subject}",
    }


ROUTES = [quality_page]
