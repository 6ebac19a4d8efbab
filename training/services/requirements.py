"""Adds, changes and ends requirements."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from accounts.queries import organisations
from core import audit, clock, database
from core.errors import FieldError, ForbiddenError, StaleVersionError
from core.ids import new_id
from core.scope import Actor, Permission
from training.domain.offers import can_be_taken
from training.domain.requirements import Filter
from training.domain.rule_faults import EARLIEST, LATEST, RequirementDetails, rule_faults
from training.errors import RequirementExistsError
from training.queries.catalogue import (
    RequirementView,
    course_facts,
    every_course,
    proposed,
    requirement,
)
from training.services.fields import day_fault, refuse, text_fault
from training.tables import Requirement


async def add_requirement(details: RequirementDetails, *, by: Actor) -> UUID:
    """Add a requirement for the person's organisations and answer its id.

    Raises:
        InvalidInputError: a field is wrong, nobody could meet it, or it reaches beyond the
            person's organisations.
        RequirementExistsError: the name is taken.
    """
    details = await checked(details, by=by)
    row = Requirement(id=new_id(), created_at=clock.now(), **_values(details))
    async with database.transaction():
        with database.refusing(Requirement, name=RequirementExistsError()):
            await row.save()
        await _note("requirement_added", row.id, details.filter, by=by)
    return row.id


async def change_requirement(
    requirement_id: UUID, details: RequirementDetails, *, version: int, by: Actor
) -> None:
    """Change what a requirement says, for earlier days too.

    Raises:
        InvalidInputError: as when it is added.
        NotFoundError: it touches none of the person's organisations.
        RequirementExistsError: the name is taken.
        StaleVersionError: somebody else saved it in the meantime.
    """
    view = await to_change(requirement_id, by=by)
    details = await checked(details, by=by)
    await _save(view, details, "requirement_changed", version=version, by=by)


async def end_requirement(
    requirement_id: UUID, effective_to: date, *, version: int, by: Actor
) -> None:
    """Let a requirement ask nothing after a day; what it asked before stays.

    Raises:
        InvalidInputError: the day is before its first.
        NotFoundError: it touches none of the person's organisations.
        StaleVersionError: somebody else saved it in the meantime.
    """
    view = await to_change(requirement_id, by=by)
    fault = day_fault("effective_to", effective_to, earliest=EARLIEST, latest=LATEST)
    if effective_to < view.rule.effective_from:
        fault = FieldError("effective_to", "The last day cannot be before the first")
    refuse([fault])
    details = replace(details_of(view), effective_to=effective_to)
    await _save(view, details, "requirement_ended", version=version, by=by)


async def to_change(requirement_id: UUID, *, by: Actor) -> RequirementView:
    """Answer a requirement that somebody may change: one for organisations that are all theirs.

    Raises:
        ForbiddenError: it is for others too.
        NotFoundError: it touches none of the person's organisations.
    """
    view = await requirement(requirement_id, scope=by.scope)
    if await _organisations_fault(view.rule.filter, by=by):
        raise ForbiddenError
    return view


async def checked(details: RequirementDetails, *, by: Actor) -> RequirementDetails:
    """Answer the details without outer spaces, or refuse them with every fault.

    Raises:
        ForbiddenError: the person sets no requirements.
        InvalidInputError: with every fault.
    """
    if not by.scope.has(Permission.MANAGE_REQUIREMENTS):
        raise ForbiddenError
    roles = frozenset(role.strip() for role in details.filter.roles)
    tidy = replace(details, name=details.name.strip(), filter=replace(details.filter, roles=roles))
    refuse(
        (
            text_fault("name", tidy.name, longest=120),
            *rule_faults(tidy),
            await _organisations_fault(tidy.filter, by=by),
            await _course_fault(tidy, by=by),
        )
    )
    return tidy


def details_of(view: RequirementView) -> RequirementDetails:
    """Answer what a requirement says now."""
    rule = view.rule
    return RequirementDetails(
        name=view.name,
        course_id=view.course_id,
        mandatory=view.mandatory,
        basis=rule.basis,
        hours=rule.hours,
        window_months=rule.window_months,
        validity_months=view.validity_months,
        never_expires=view.never_expires,
        by_level=view.by_level,
        filter=rule.filter,
        due=rule.due,
        effective_from=rule.effective_from,
        effective_to=rule.effective_to,
    )


async def _save(
    view: RequirementView, details: RequirementDetails, action: str, *, version: int, by: Actor
) -> None:
    before, after = audit.changed(_values(details_of(view)), _values(details))
    async with database.transaction():
        with database.refusing(Requirement, name=RequirementExistsError()):
            touched = await (
                Requirement.update(
                    database.assignments({**_values(details), "version": version + 1})
                )
                .where(Requirement.id == view.id, Requirement.version == version)
                .returning(Requirement.id)
            )
        if not touched:
            raise StaleVersionError
        await _note(action, view.id, details.filter, by=by, before=before, after=after)


def _values(details: RequirementDetails) -> dict[str, Any]:
    """Answer the columns that the details fill."""
    wanted, due = details.filter, details.due
    return {
        "name": details.name,
        "course": details.course_id,
        "mandatory": details.mandatory,
        "basis": details.basis.value,
        "hours": details.hours,
        "window_months": details.window_months,
        "validity_months": details.validity_months,
        "never_expires": details.never_expires,
        "by_level": details.by_level,
        "sectors": _listed(wanted.sectors),
        "staff_groups": _listed(wanted.staff_groups),
        "organisation_ids": _listed(map(str, wanted.organisation_ids)),
        "roles": _listed(wanted.roles),
        "is_people_manager": wanted.is_people_manager,
        "min_fte": wanted.min_fte,
        "started_from": wanted.started_from,
        "started_before": wanted.started_before,
        "counted_from": due.counted_from.value,
        "due_within_days_of_start": due.within_days,
        "due_within_months_of_start": due.within_months,
        "due_on": due.on,
        "transition_on": due.transition_on,
        "transition_due_on": due.transition_due_on,
        "effective_from": details.effective_from,
        "effective_to": details.effective_to,
    }


def _listed(codes: Iterable[str]) -> str:
    return json.dumps(sorted(codes))


async def _note(
    action: str,
    requirement_id: UUID,
    wanted: Filter,
    *,
    by: Actor,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    only = wanted.organisation_ids
    await audit.record(
        action,
        by=by,
        subject_type=audit.Subject.REQUIREMENT,
        subject=requirement_id,
        organisation_id=next(iter(only)) if len(only) == 1 else None,
        before=before,
        after=after,
    )


async def _organisations_fault(wanted: Filter, *, by: Actor) -> FieldError | None:
    managed = {
        seen.id
        for seen in await organisations(scope=by.scope)
        if by.scope.covers(Permission.MANAGE_REQUIREMENTS, side=None, organisation_id=seen.id)
    }
    everywhere = by.scope.covers(Permission.MANAGE_REQUIREMENTS, side=None, organisation_id=None)
    if wanted.organisation_ids <= managed and (wanted.organisation_ids or everywhere):
        return None
    return FieldError("organisation_ids", "Select one or more of your organisations")


async def _course_fault(details: RequirementDetails, *, by: Actor) -> FieldError | None:
    """Answer why nobody could hold what is asked from the day it takes effect, or ``None``."""
    courses = {view.id: view for view in await every_course(scope=by.scope)}
    wanted = courses.get(details.course_id)
    if wanted is None:
        return FieldError("course_id", "Select a course")
    if details.by_level and not wanted.pathway:
        message = "The course belongs to no pathway, so no other is a higher level of it"
        return FieldError("by_level", message)
    retired = {view.id: view.retired_on for view in courses.values() if view.retired_on}
    facts = await course_facts(scope=by.scope)
    satisfied_by = (await proposed(details, scope=by.scope)).rule.courses
    begins = details.effective_from
    if any(can_be_taken(one.course_id, begins, facts, retired) for one in satisfied_by):
        return None
    message = "Nobody could meet this: from the day it takes effect neither the course nor any"
    return FieldError("course_id", f"{message} that covers it can be taken or begun")
