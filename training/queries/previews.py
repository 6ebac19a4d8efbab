"""What a requirement would do before it is saved, and what retiring a course would."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from core import clock
from core.scope import Scope
from training.domain.compliance import Figures, Grouping
from training.domain.rule_faults import RequirementDetails, last_due_day
from training.queries.catalogue import (
    UNSAVED,
    RequirementView,
    every_requirement,
    proposed,
)
from training.queries.compliance import Compliance, compliance


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a requirement would do: figures by organisation when it begins, and when all are due.

    ``begins`` is today, or the day it takes effect if that is to come; ``all_before`` and
    ``all_after`` are the figures of all requirements together on that day.
    """

    begins: Compliance
    due: Compliance
    before: Figures | None
    all_before: Figures
    all_after: Figures


async def preview(
    details: RequirementDetails, *, replaces: RequirementView | None = None, scope: Scope
) -> Preview:
    """Answer what a requirement would do to the scope's staff, in a fixed number of statements.

    Raises:
        NotFoundError: there is no such course.
    """
    view = await proposed(details, id=replaces.id if replaces else UNSAVED, scope=scope)
    begins, due = _days(details)
    on_first = await _figures(view, begins, scope=scope)
    old = (await _figures(replaces, begins, scope=scope)).total if replaces else None
    everything = await compliance(scope=scope, as_of=begins, group_by=[Grouping.REQUIREMENT])
    return Preview(
        begins=on_first,
        due=await _figures(view, due, scope=scope),
        before=old,
        all_before=everything.total,
        all_after=everything.total - (old or Figures()) + on_first.total,
    )


def _days(details: RequirementDetails) -> tuple[date, date]:
    """Answer the day from which it would be seen, and the one by which all are due."""
    last = details.effective_to or date.max
    begins = min(max(clock.today(), details.effective_from), last)
    return begins, min(last_due_day(details.due, begins), last)


async def _figures(view: RequirementView, day: date, *, scope: Scope) -> Compliance:
    return await compliance(scope=scope, as_of=day, group_by=[Grouping.ORGANISATION], asked=[view])


@dataclass(frozen=True, slots=True)
class Retiring:
    """A requirement that a course satisfies, on the day it is retired: as it is, and without."""

    requirement: RequirementView
    before: Figures
    after: Figures

    @property
    def lose(self) -> int:
        """Answer how many would no longer be compliant."""
        return self.before.valid - self.after.valid


async def retiring(course_id: UUID, on: date, *, scope: Scope) -> tuple[Retiring, ...]:
    """Answer what the requirements that a course satisfies would lose with it from a day on."""
    asked = [
        view
        for view in await every_requirement(scope=scope)
        if course_id in {one.course_id for one in view.rule.courses}
    ]
    found = await _by_requirement(
        [_with_retirement(view, course_id, None) for view in asked], on, scope=scope
    )
    left = await _by_requirement(
        [_with_retirement(view, course_id, on) for view in asked], on, scope=scope
    )
    none = Figures()
    return tuple(
        Retiring(view, found.get(view.id, none), left.get(view.id, none)) for view in asked
    )


async def _by_requirement(
    asked: list[RequirementView], day: date, *, scope: Scope
) -> dict[UUID, Figures]:
    rows = (
        await compliance(scope=scope, as_of=day, group_by=[Grouping.REQUIREMENT], asked=asked)
    ).rows
    return {group.requirement.id: figures for group, figures in rows if group.requirement}


def _with_retirement(view: RequirementView, course_id: UUID, on: date | None) -> RequirementView:
    courses = tuple(
        replace(one, retired_on=on) if one.course_id == course_id else one
        for one in view.rule.courses
    )
    return replace(view, rule=replace(view.rule, courses=courses))
