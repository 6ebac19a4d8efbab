"""What is counted of attendance: of people's places, or of the sessions of a period (C5)."""

from collections.abc import Sequence

from piccolo.querystring import QueryString

from core.reports import Basis, Question
from core.scope import Scope
from programmes.queries.cases import Amount, Event, Part, grouped_sums
from programmes.queries.groupings import Group
from programmes.queries.meetings import meetings, without_register
from programmes.queries.sittings import sittings

_EVERY = QueryString("(1 = 1)")
_KEPT = (
    " FROM referrals r JOIN programmes g ON g.id = r.programme"
    " JOIN enrolments e ON e.referral = r.id JOIN cohorts c ON c.id = e.cohort"
    " JOIN enrolment_counts k ON k.enrolment = e.id"
)
_UNREGISTERED = (
    " FROM {} m JOIN enrolments e ON e.id = m.enrolment JOIN referrals r ON r.id = e.referral"
    " JOIN programmes g ON g.id = r.programme JOIN cohorts c ON c.id = e.cohort"
)
_HELD = (
    " FROM {} m JOIN enrolments e ON e.id = m.enrolment JOIN cohorts c ON c.id = e.cohort"
    " JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN programmes g ON g.id = v.programme LEFT JOIN referrals r ON r.id = e.referral"
)


async def attended_counts(
    question: Question, *, group_by: Sequence[str], scope: Scope
) -> tuple[Group, ...]:
    """Answer what was expected, marked, attended and complied with, by side, kind and groupings.

    On the cohort basis it is read from what is kept beside each place; only sessions without a
    register, which are few, are looked at themselves and counted as ``unregistered``.
    """
    if question.basis is Basis.FLOW:
        parts = _of_sessions(sittings(question, group_by=group_by, scope=scope))
    else:
        parts = _of_places()
    return await grouped_sums(parts, question, group_by=group_by, scope=scope)


def _of_places() -> list[Part]:
    kept = [
        Amount(key, _EVERY, f"k.{key}") for key in ("expected", "marked", "attended", "compliant")
    ]
    last = QueryString("NOT EXISTS (SELECT 1 FROM enrolments n WHERE n.continues = e.id)")
    unmarked = QueryString("m.expected AND NOT m.marked")
    return [
        Part(
            QueryString(_KEPT),
            Event.REFERRED,
            (
                Amount("places", QueryString("k.marked > 0")),
                *kept,
                Amount("minutes", last, "k.minutes_credited"),
            ),
        ),
        Part(
            QueryString(_UNREGISTERED, meetings([without_register()])),
            Event.REFERRED,
            (Amount("unregistered", unmarked),),
        ),
    ]


def _of_sessions(held: QueryString) -> list[Part]:
    sums = [
        Amount(key, _EVERY, f"m.{key}")
        for key in ("expected", "marked", "attended", "compliant", "minutes")
    ]
    return [
        Part(
            QueryString(_HELD, held),
            "m.held_on",
            (
                Amount("places", QueryString("m.marked > 0")),
                *sums,
                Amount("unregistered", QueryString("(1 = 0)")),
            ),
        )
    ]
