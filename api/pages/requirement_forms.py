"""The form of a requirement: what was typed of it, and how it is shown again."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from accounts.queries import organisations
from api.pages.forms import Form, options
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_fields import chosen, optional_hours, several
from api.pages.training_words import choices
from core.scope import Actor, Permission, Scope
from training.domain.requirements import Due, Filter
from training.domain.rule_faults import (
    LONGEST_DUE_DAYS,
    LONGEST_DUE_MONTHS,
    LONGEST_MONTHS,
    RequirementDetails,
)
from training.domain.terms import Basis, CountedFrom, Sector, StaffGroup
from training.queries.catalogue import RequirementView, every_course

_MANAGERS = (
    ("", "People managers and everybody else"),
    ("yes", "People managers only"),
    ("no", "Everybody but people managers"),
)
_IS_MANAGER = {"yes": True, "no": False}
_KINDS = (("yes", "Mandatory"), ("no", "Recommended"))
_BASES = ((Basis.COURSE, "A completed course"), (Basis.HOURS, "Hours of training in a window"))
_STARTS = (
    (CountedFrom.START, "Their start in a post that it asks"),
    (CountedFrom.ROLE_CHANGE, "Their start, and again each change of role"),
)
_LISTS = ("sectors", "staff_groups", "organisation_ids")


def details_of(form: Form) -> RequirementDetails:
    """Answer the requirement that was typed."""
    return RequirementDetails(
        name=form.text("name", "a name"),
        course_id=form.id("course_id", "a course"),
        mandatory=form.typed.get("mandatory") != "no",
        basis=chosen(form, "basis", "what counts", Basis),
        hours=optional_hours(form, "hours"),
        window_months=_months(form, "window_months"),
        validity_months=_months(form, "validity_months"),
        never_expires="never_expires" in form.typed,
        by_level="by_level" in form.typed,
        filter=_filter(form),
        due=_due(form),
        effective_from=form.day("effective_from", "the day it takes effect"),
        effective_to=form.optional_day("effective_to", "the last day"),
    )


def _filter(form: Form) -> Filter:
    return Filter(
        sectors=several(form, "sectors", "sectors", Sector),
        staff_groups=several(form, "staff_groups", "staff groups", StaffGroup),
        organisation_ids=_organisation_ids(form),
        roles=frozenset(
            line.strip() for line in form.typed.get("roles", "").splitlines() if line.strip()
        ),
        is_people_manager=_IS_MANAGER.get(form.typed.get("is_people_manager", "")),
        min_fte=_share(form, "min_fte"),
        started_from=form.optional_day("started_from", "the first day"),
        started_before=form.optional_day("started_before", "the day"),
    )


def _due(form: Form) -> Due:
    days, months = "due_within_days_of_start", "due_within_months_of_start"
    return Due(
        within_days=form.optional_whole(days, "the days", lowest=0, highest=LONGEST_DUE_DAYS),
        within_months=form.optional_whole(
            months, "the months", lowest=0, highest=LONGEST_DUE_MONTHS
        ),
        on=form.optional_day("due_on", "the day"),
        counted_from=chosen(form, "counted_from", "from when", CountedFrom),
        transition_on=form.optional_day("transition_on", "the day"),
        transition_due_on=form.optional_day("transition_due_on", "the day"),
    )


def _months(form: Form, field: str) -> int | None:
    return form.optional_whole(field, "months", lowest=1, highest=LONGEST_MONTHS)


def _share(form: Form, field: str) -> Decimal | None:
    try:
        return Decimal(form.typed[field]) if form.typed.get(field) else None
    except InvalidOperation:
        form.fail(field, "Enter the share of whole time, above 0 and at most 1, like 0.6")
        return None


def _organisation_ids(form: Form) -> frozenset[UUID]:
    try:
        return frozenset(UUID(text) for text in form.many("organisation_ids"))
    except ValueError:
        form.fail("organisation_ids", "Choose organisations from the list")
        return frozenset()


Ticked = Mapping[str, Iterable[str]]
"""The ticked values of each field that may have several."""


def ticked_in(form: Form) -> Ticked:
    """Answer what is ticked in a form."""
    return {field: form.many(field) for field in _LISTS}


def ticked_of(wanted: Filter) -> Ticked:
    """Answer what is ticked of a saved filter."""
    return {
        "sectors": wanted.sectors,
        "staff_groups": wanted.staff_groups,
        "organisation_ids": [str(id) for id in wanted.organisation_ids],
    }


def typed_of(view: RequirementView) -> dict[str, str]:
    """Answer a requirement as its form holds it."""
    rule, wanted, due = view.rule, view.rule.filter, view.rule.due
    manager = {True: "yes", False: "no", None: ""}[wanted.is_people_manager]
    values: dict[str, object] = {
        "version": view.version,
        "name": view.name,
        "course_id": view.course_id,
        "mandatory": "yes" if view.mandatory else "no",
        "basis": rule.basis.value,
        "hours": rule.hours and f"{rule.hours.normalize():f}",
        "window_months": rule.window_months,
        "validity_months": view.validity_months,
        "roles": "\n".join(sorted(wanted.roles)),
        "is_people_manager": manager,
        "min_fte": wanted.min_fte and f"{wanted.min_fte.normalize():f}",
        "due_within_days_of_start": due.within_days,
        "due_within_months_of_start": due.within_months,
        "counted_from": due.counted_from.value,
    }
    ticks = {"never_expires": view.never_expires, "by_level": view.by_level}
    days = {
        "due_on": due.on, "transition_on": due.transition_on,
        "transition_due_on": due.transition_due_on, "started_from": wanted.started_from,
        "started_before": wanted.started_before, "effective_from": rule.effective_from,
        "effective_to": rule.effective_to,
    }  # fmt: skip
    typed = {field: "" if value is None else str(value) for field, value in values.items()}
    typed |= {field: "yes" for field, ticked in ticks.items() if ticked}
    for field, day in days.items():
        typed |= day_typed(field, day)
    return typed


def day_typed(field: str, day: date | None) -> dict[str, str]:
    """Answer the three boxes of a day."""
    return (
        {f"{field}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
        if day
        else {}
    )


async def requirement_form(
    request: AnyRequest,
    actor: Actor,
    typed: dict[str, str],
    ticked: Ticked,
    *,
    view: RequirementView | None = None,
    **how: Any,
) -> Page:
    """Show the form with what was typed."""
    courses = [(str(course.id), course.name) for course in await every_course(scope=actor.scope)]
    everywhere = actor.scope.covers(Permission.MANAGE_REQUIREMENTS, side=None, organisation_id=None)
    return page(
        request,
        "training/requirement_form.html",
        typed=typed,
        view=view,
        courses=options(courses, typed.get("course_id", ""), blank="Select a course"),
        sectors=_ticks(choices(Sector), ticked.get("sectors", ())),
        staff_groups=_ticks(choices(StaffGroup), ticked.get("staff_groups", ())),
        organisations=_ticks(await _managed(actor.scope), ticked.get("organisation_ids", ())),
        everywhere=everywhere,
        managers=options(_MANAGERS, typed.get("is_people_manager", "")),
        kinds=options(_KINDS, typed.get("mandatory", "yes")),
        bases=options(_BASES, typed.get("basis", Basis.COURSE)),
        starts=options(_STARTS, typed.get("counted_from", CountedFrom.START)),
        **how,
    )


def _ticks(values: Iterable[tuple[str, str]], ticked: Iterable[str]) -> list[dict[str, str | bool]]:
    chosen = set(ticked)
    return [{"value": value, "text": text, "checked": value in chosen} for value, text in values]


async def _managed(scope: Scope) -> list[tuple[str, str]]:
    return [
        (str(seen.id), seen.name)
        for seen in await organisations(scope=scope)
        if scope.covers(Permission.MANAGE_REQUIREMENTS, side=None, organisation_id=seen.id)
    ]
