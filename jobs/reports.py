"""Which reports there are, who may run them, and what runs them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from core import audit, database
from core.errors import InvalidInputError, NotFoundError
from core.exports import Table, of_report
from core.periods import interval
from core.reports import Basis, Question, Report, Row
from core.scope import Actor, Permission, Scope
from jobs import reminder_effect
from programmes.queries.cases import GROUPINGS as CASES
from programmes.queries.outcome_changes import GROUPINGS as CHANGES
from programmes.reports import attendance, equality, foi_return, funding
from programmes.reports.catch_up import catch_up
from programmes.reports.completion import completion
from programmes.reports.continuity import continuity
from programmes.reports.funnel import funnel
from programmes.reports.group_size import group_size
from programmes.reports.non_completion import non_completion
from programmes.reports.outcomes import outcomes
from programmes.reports.register_matrix import matrix_pages, register_matrix
from programmes.reports.retention_curve import retention_curve
from programmes.reports.session_rate import rate_pages, session_rate
from programmes.reports.waiting_time import waiting_time
from training.domain.compliance import TARGETS, Targets
from training.reports import training_attendance, training_compliance

BOTH = (Basis.COHORT, Basis.FLOW)
_COHORT = (Basis.COHORT,)
_FLOW = (Basis.FLOW,)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a report, and by which settings it is counted."""

    scope: Scope
    targets: Targets = TARGETS


@dataclass(frozen=True, slots=True)
class Known:
    """A report of the catalogue.

    ``on_one_day`` is how things stand on the period's last day; ``names_people`` that its rows are
    of people, so that it is never published; ``has_money`` that money is in it, none of which is
    given to one cohort. ``pages`` reads all rows of one that answers only its first, for a file.
    """

    slug: str
    title: str
    answers: str
    permission: Permission
    run: Callable[[Question, Asking], Awaitable[Report]] = field(repr=False)
    groupings: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = _COHORT
    on_one_day: bool = False
    names_people: bool = False
    has_money: bool = False
    pages: Callable[[Question, Scope], AsyncIterator[Sequence[Row]]] | None = field(
        default=None, repr=False
    )


def _of_programmes(
    slug: str, title: str, answers: str, run: Callable[..., Awaitable[Report]], **more: Any
) -> Known:
    return Known(
        slug,
        title,
        answers,
        Permission.VIEW_PROGRAMME_REPORTS,
        lambda question, asking: run(question, scope=asking.scope),
        **more,
    )


_PROGRAMMES = (
    _of_programmes(
        "completion", "Completion",
        "Of those referred, and of those who started, how many completed?",
        completion, groupings=CASES, bases=BOTH,
    ),
    _of_programmes(
        "funding", "Funding",
        "Who pays for what until when, and what does a start, a completion or an hour cost?",
        funding.funding, groupings=funding.GROUPINGS, bases=_FLOW, has_money=True,
    ),
    _of_programmes(
        "foi-return", "Freedom of information return",
        "The ten questions of freedom-of-information requests, by who referred and by sex.",
        foi_return.foi_return, groupings=foi_return.GROUPINGS, bases=BOTH, has_money=True,
    ),
    _of_programmes(
        "funnel", "From referral to completion",
        "How many of those referred were assessed, suitable, started and completed?",
        funnel, groupings=CASES, bases=BOTH,
    ),
    _of_programmes(
        "waiting-time", "Waiting times",
        "How long did people wait to be assessed and to start, and who still waits?",
        waiting_time, groupings=CASES, bases=BOTH,
    ),
    _of_programmes(
        "non-completion", "Why people left",
        "Of those who started and left, why did they leave, and how early?",
        non_completion, groupings=CASES, bases=BOTH,
    ),
    _of_programmes(
        "catch-up", "Catch-ups",
        "How many missed units were made up, and who completed only because of it?",
        catch_up, groupings=CASES,
    ),
    _of_programmes(
        "retention-curve", "Retention, session by session",
        "For how many sessions did those who started keep coming?",
        retention_curve, groupings=CASES,
    ),
    _of_programmes(
        "reminder-effect", reminder_effect.TITLE,
        "How many of those expected came, by what became of the texts that were due to them?",
        reminder_effect.reminder_effect, groupings=reminder_effect.GROUPINGS, bases=_FLOW,
    ),
    _of_programmes(
        "attendance", "Attendance",
        "To how many of the sessions at which they were expected did people come?",
        attendance.attendance, groupings=attendance.KNOWN, bases=BOTH,
    ),
    _of_programmes(
        "group-size", "Group size",
        "How many active members had each group, and how often were there too few?",
        group_size, bases=_FLOW,
    ),
    _of_programmes(
        "continuity", "Continuity of facilitators",
        "How many different facilitators had each group, and were there enough?",
        continuity, bases=_FLOW,
    ),
    _of_programmes(
        "register-matrix", "Register matrix",
        "At which sessions was each person, and what did each of them credit?",
        register_matrix, bases=_FLOW, names_people=True,
        pages=lambda question, scope: matrix_pages(question, scope=scope),
    ),
    _of_programmes(
        "session-rate", "Session rate",
        "Week by week, what was scheduled for each person, and what came of it?",
        session_rate, bases=_FLOW, names_people=True,
        pages=lambda question, scope: rate_pages(question, scope=scope),
    ),
)  # fmt: skip
_OUTCOMES = (
    _of_programmes(
        "equality", "Equality",
        "Whom does the service reach, and does it help everybody equally?",
        equality.equality, groupings=equality.GROUPINGS, bases=BOTH,
    ),
    _of_programmes(
        "outcomes", "Outcomes",
        "What changed for those who started, and who says so?",
        outcomes, groupings=CHANGES,
    ),
)  # fmt: skip
_TRAINING = (
    Known(
        "training-compliance",
        "Training compliance",
        "Who must hold which course, and who does?",
        Permission.VIEW_STAFF,
        lambda question, asking: training_compliance(
            question, scope=asking.scope, targets=asking.targets
        ),
        ("requirement", "organisation", "team", "sector", "staff_group"),
        on_one_day=True,
    ),
    Known(
        "training-attendance",
        "Attendance at training",
        "How did each organisation’s staff come to training, and how many were ever trained?",
        Permission.VIEW_STAFF,
        lambda question, asking: training_attendance(question, scope=asking.scope),
        ("organisation", "course", "event"),
        _FLOW,
    ),
)
REPORTS: Mapping[str, Known] = {
    known.slug: known for known in (*_PROGRAMMES, *_OUTCOMES, *_TRAINING)
}
"""Every report by its slug."""


def available(scope: Scope) -> tuple[Known, ...]:
    """Answer the reports that this scope may run for itself."""
    return tuple(known for known in REPORTS.values() if scope.has(known.permission))


def known_report(slug: str, *, scope: Scope) -> Known:
    """Answer a report of the catalogue.

    Raises:
        NotFoundError: there is no such report for this scope.
    """
    known = REPORTS.get(slug)
    if known is None or not scope.has(known.permission):
        raise NotFoundError
    return known


def usual_basis(slug: str) -> Basis:
    """Answer the basis on which a report is counted unless somebody names another."""
    return REPORTS[slug].bases[0] if slug in REPORTS else Basis.COHORT


async def run(slug: str, question: Question, *, by: Actor, targets: Targets = TARGETS) -> Report:
    """Run a report within the person's areas, all of it at one moment, and note that they did.

    Raises:
        InvalidInputError: the period, the basis or the grouping cannot be used.
        NotFoundError: there is no such report for this person.
    """
    known = known_report(slug, scope=by.scope)
    refuse_unusable(known, question)
    async with database.snapshot():
        report = await known.run(question, Asking(by.scope, targets))
    async with database.transaction():
        await audit.record(
            "report_run", by=by, subject_type=audit.Subject.REPORT, subject=subject(slug),
            after={
                "period": interval(question.since, question.until),
                "group_by": question.group_by,
            },
        )  # fmt: skip
    return report


def whole(report: Report, *, scope: Scope | None) -> Table:
    """Answer a report for a file: one that is cut with all its rows, read as they are written."""
    table = of_report(report)
    pages = REPORTS[report.slug].pages if report.cut else None
    if pages is None or scope is None:
        return table
    return replace(table, rows=pages(report.question, scope))


def refuse_unusable(known: Known, question: Question) -> None:
    """Refuse what a report cannot be asked.

    Raises:
        InvalidInputError: the period, the basis, the cohort or the grouping cannot be used.
    """
    if question.since and question.until and question.until < question.since:
        raise InvalidInputError.of("to", "The period must end on or after its first day")
    if question.basis not in known.bases:
        raise InvalidInputError.of(
            "basis", f"This report is counted on the basis {', '.join(known.bases)}"
        )
    if question.cohort_id and known.has_money:
        raise InvalidInputError.of("cohort_id", "Money is given to programmes, not to one cohort")
    for group in question.group_by:
        if group not in known.groupings:
            raise InvalidInputError.of(
                "group_by", f"Choose from {', '.join(known.groupings) or 'nothing'}"
            )


def in_order(known: Known, question: Question) -> Question:
    """Answer the question with each of its groupings once, in the order of the report's own.

    However somebody names them, it is the same question: it is found where it was asked before.
    """
    order = {group: place for place, group in enumerate(known.groupings)}
    groups = sorted(set(question.group_by), key=lambda group: (order.get(group, len(order)), group))
    return replace(question, group_by=tuple(groups))


def subject(slug: str) -> UUID:
    """Answer the id by which the audit log knows a report."""
    return uuid5(NAMESPACE_URL, f"/reports/{slug}")
