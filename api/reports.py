"""Which reports there are, who may run them, and what their parameters mean."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from core import audit, clock, database
from core.errors import InvalidInputError, NotFoundError
from core.reports import Report
from core.scope import Actor, Permission
from programmes.reports import completion
from training.domain.compliance import TARGETS, Targets
from training.reports import training_attendance, training_compliance


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks of a report."""

    since: date | None = None
    until: date | None = None
    group_by: tuple[str, ...] = ()
    organisation_id: UUID | None = None
    targets: Targets = TARGETS


@dataclass(frozen=True, slots=True)
class Known:
    """A report of the catalogue."""

    slug: str
    title: str
    answers: str
    permission: Permission
    groupings: tuple[str, ...]
    run: Callable[[Wanted, Actor], Awaitable[Report]]


async def _completion(wanted: Wanted, by: Actor) -> Report:
    return await completion(
        scope=by.scope,
        since=wanted.since,
        until=wanted.until,
        by_cohort="cohort" in wanted.group_by,
    )


async def _training_compliance(wanted: Wanted, by: Actor) -> Report:
    groups = wanted.group_by or ("requirement", "organisation")
    return await training_compliance(
        scope=by.scope,
        as_of=wanted.until or clock.today(),
        group_by=groups,
        organisation_id=wanted.organisation_id,
        targets=wanted.targets,
    )


async def _training_attendance(wanted: Wanted, by: Actor) -> Report:
    return await training_attendance(
        scope=by.scope,
        since=wanted.since,
        until=wanted.until or clock.today(),
        group_by=wanted.group_by or ("organisation",),
    )


REPORTS: Mapping[str, Known] = {
    known.slug: known
    for known in (
        Known(
            "completion",
            "Completion",
            "Of those referred, and of those who started, how many completed?",
            Permission.VIEW_PROGRAMME_REPORTS,
            ("programme", "cohort"),
            _completion,
        ),
        Known(
            "training-compliance",
            "Training compliance",
            "Who must hold which course, and who does?",
            Permission.VIEW_STAFF,
            ("requirement", "organisation", "team", "sector", "staff_group"),
            _training_compliance,
        ),
        Known(
            "training-attendance",
            "Attendance at training",
            "How did each organisation’s staff come to training, and how many were ever trained?",
            Permission.VIEW_STAFF,
            ("organisation", "course", "event"),
            _training_attendance,
        ),
    )
}
"""Every report by its slug."""


def available(actor: Actor) -> tuple[Known, ...]:
    """Answer the reports that this person may run."""
    return tuple(known for known in REPORTS.values() if actor.scope.has(known.permission))


async def run(slug: str, wanted: Wanted, *, by: Actor) -> Report:
    """Run a report within the person's areas, and note that they did.

    Raises:
        InvalidInputError: the period or the grouping cannot be used.
        NotFoundError: there is no such report for this person.
    """
    known = REPORTS.get(slug)
    if known is None or not by.scope.has(known.permission):
        raise NotFoundError
    if wanted.since and wanted.until and wanted.until < wanted.since:
        raise InvalidInputError.of("to", "The period must end on or after its first day")
    for group in wanted.group_by:
        if group not in known.groupings:
            raise InvalidInputError.of("group_by", f"Choose from {', '.join(known.groupings)}")
    report = await known.run(wanted, by)
    async with database.transaction():
        await audit.record(
            "report_run", by=by, subject_type=audit.Subject.REPORT, subject=_subject(slug),
            after={"from": wanted.since, "to": wanted.until, "group_by": wanted.group_by},
        )  # fmt: skip
    return report


def _subject(slug: str) -> UUID:
    """Answer the id by which the audit log knows a report."""
    return uuid5(NAMESPACE_URL, f"/reports/{slug}")
