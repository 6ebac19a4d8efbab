"""What is counted of attendance: of people's places, or of the sessions of a period (C5)."""

from collections.abc import Sequence

from piccolo.querystring import QueryString

from core.reports import Basis, Question
from core.scope import Scope
from programmes.queries.cases import Amount, Event, Part, grouped_sums
from programmes.queries.groupings import Group
from programmes.queries.meetings import held_within, meetings, without_register

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
    " FROM (SELECT n.*, ROW_NUMBER() OVER (PARTITION BY n.enrolment, n.unit"
    " ORDER BY COALESCE(n.credit, 0) DESC, n.starts_at, n.session) AS place FROM {} n) m"
    " JOIN enrolments e ON e.id = m.enrolment JOIN cohorts c ON c.id = e.cohort"
    " JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN programmes g ON g.id = v.programme LEFT JOIN referrals r ON r.id = e.referral"
)
"""The meetings of a period; the first ``place`` is that at which a unit was credited most."""


async def attended_counts(
    question: Question, *, group_by: Sequence[str], scope: Scope
) -> tuple[Group, ...]:
    """Answer what was expected, marked, attended and complied with, by side, kind and groupings.

    On the cohort basis it is read from what is kept beside each place; only sessions without a
    register, which are few, are looked at themselves and counted as ``unregistered``.
    """
    parts = _of_sessions(question) if question.basis is Basis.FLOW else _of_places()
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


def _of_sessions(question: Question) -> list[Part]:
    marked = "m.expected AND m.marked"
    credited = QueryString("m.place = 1 AND m.credit IS NOT NULL")
    source = QueryString(_HELD, meetings(held_within(question.since, question.until)))
    return [
        Part(
            source,
            "m.held_on",
            (
                Amount("places", QueryString(marked), "e.id", distinct=True),
                Amount("expected", QueryString("m.expected")),
                Amount("marked", QueryString(marked)),
                Amount("attended", QueryString(f"{marked} AND m.came")),
                Amount("compliant", QueryString(f"{marked} AND m.complied")),
                Amount("minutes", credited, "m.credit"),
                Amount("unregistered", QueryString("(1 = 0)")),
            ),
        )
    ]
