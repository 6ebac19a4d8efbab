"""Somebody's outcomes, and what is to be asked of a group."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.controllers.reports import Format, answer
from api.guards import requires
from api.pages import case_words, outcome_words
from api.pages.outcome_files import outcomes_file
from api.pages.outcome_forms import Asked, measures_asked
from api.pages.rendering import AnyRequest, Page, page
from api.pages.todo import Task, TaskGroup
from core import audit, clock
from core.scope import Actor, Permission
from programmes.domain.case_terms import OutcomeSource, Timepoint
from programmes.domain.outcomes import IN_ORDER, Report, change, earliest_on
from programmes.queries.measures import MeasureView
from programmes.queries.outcomes import (
    GroupView,
    OutcomesView,
    PlaceView,
    group,
    outcomes,
    outcomes_of_cohort,
)
from programmes.queries.outcomes_due import DueView, due
from programmes.services.viewing import viewed

_SEE = [requires(Permission.VIEW_CASES, Permission.MANAGE_LINKS)]


@get("/enrolments/{enrolment_id:uuid}/outcomes", guards=_SEE, include_in_schema=False)
async def outcomes_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show what may be shown of somebody's outcomes; the view is audited."""
    found = await outcomes(enrolment_id, scope=actor.scope)
    place = found.place
    await viewed(
        audit.Subject.ENROLMENT, enrolment_id, side=place.side,
        organisation_id=place.organisation_id, by=actor,
    )  # fmt: skip
    waiting = await due(scope=actor.scope, cohort_id=place.cohort_id)
    timepoints = [
        timepoint
        for timepoint in IN_ORDER
        if any(timepoint in measure.terms.timepoints for measure in found.measures)
    ]
    return page(
        request, "outcomes/outcomes.html", place=place,
        timepoints=[outcome_words.TIMEPOINTS[timepoint] for timepoint in timepoints],
        rows=[row for measure in found.measures for row in _rows(found, measure, timepoints)],
        steps=_steps(found, timepoints, [one for one in waiting if _is_of(one, place)]),
    )  # fmt: skip


def _is_of(one: DueView, place: PlaceView) -> bool:
    return one.place.enrolment_id == place.enrolment_id


def _rows(
    view: OutcomesView, measure: MeasureView, timepoints: Sequence[Timepoint]
) -> list[dict[str, Any]]:
    """Answer a row for each source of a measure that this person may see."""
    terms = measure.terms
    sources = [
        source
        for source in OutcomeSource
        if view.place.sees(source) and (source in terms.sources or _of(view, measure, source))
    ]
    return [
        {
            "name": terms.name,
            "scale": f"{outcome_words.scale(terms)}. {outcome_words.better(terms)}.",
            "first": source is sources[0],
            "span": len(sources),
            "source": outcome_words.SOURCES[source],
            "cells": [_cell(view, measure, source, timepoint) for timepoint in timepoints],
            "change": outcome_words.change(
                terms, change(_of(view, measure, source), terms.direction)
            ),
        }
        for source in sources
    ]


def _of(view: OutcomesView, measure: MeasureView, source: OutcomeSource) -> list[Report]:
    return [one for one in view.reports if (one.measure_id, one.source) == (measure.id, source)]


def _cell(
    view: OutcomesView, measure: MeasureView, source: OutcomeSource, timepoint: Timepoint
) -> dict[str, str]:
    for found in _of(view, measure, source):
        if found.timepoint is timepoint:
            said = outcome_words.report(measure.terms, found)
            return {"said": said, "on": case_words.day(found.taken_on)}
    return {"said": "", "on": ""}


def _steps(
    view: OutcomesView, timepoints: Sequence[Timepoint], waiting: Sequence[DueView]
) -> list[dict[str, Any]]:
    """Answer, for each timepoint, what this person can record and how far it is."""
    steps = []
    for timepoint in timepoints:
        first = earliest_on(timepoint, view.place.course)
        open_now = first is not None and first <= clock.today()
        sources = [
            _step(view, timepoint, source, waiting)
            for source in OutcomeSource
            if view.place.records(source) and measures_asked(view, Asked(timepoint, source))
        ]
        if sources:
            steps.append(
                {
                    "when": outcome_words.TIMEPOINTS[timepoint],
                    "sources": sources if open_now else [],
                    "not_yet": "" if first is None else f"From {case_words.day(first)}",
                }
            )
    return steps


def _step(
    view: OutcomesView, timepoint: Timepoint, source: OutcomeSource, waiting: Sequence[DueView]
) -> dict[str, Any]:
    asked = Asked(timepoint, source)
    measures = {measure.id for measure in measures_asked(view, asked)}
    done = sum(
        (one.timepoint, one.source) == (timepoint, source) and one.measure_id in measures
        for one in view.reports
    )
    due_now = next(
        (one for one in waiting if (one.timepoint, one.source) == (timepoint, source)), None
    )
    return {
        "text": outcome_words.SOURCES[source],
        "href": f"/enrolments/{view.place.enrolment_id}/outcomes/record?{asked.query}",
        "done": f"{done} of {len(measures)} recorded",
        "due": f"due since {case_words.day(due_now.due_on)}" if due_now else "",
        "overdue": bool(due_now and due_now.overdue),
    }


@get("/cohorts/{cohort_id:uuid}/outcomes", guards=_SEE, include_in_schema=False)
async def cohort_outcomes_page(
    request: AnyRequest, cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show what is to be asked of a group now; the view is audited."""
    found = await _seen(cohort_id, actor)
    views = await outcomes_of_cohort(cohort_id, scope=actor.scope)
    waiting = await due(scope=actor.scope, cohort_id=cohort_id)
    return page(
        request, "outcomes/cohort.html", group=found,
        waiting=[_waiting(one) for one in waiting],
        people=[
            {
                "id": view.place.enrolment_id,
                "name": view.place.name,
                "reports": len(view.reports),
            }
            for view in views
        ],
        takes_any=any(view.measures for view in views),
    )  # fmt: skip


def _waiting(one: DueView) -> dict[str, Any]:
    asked = Asked(one.timepoint, one.source)
    return {
        "name": one.place.name,
        "what": f"{outcome_words.TIMEPOINTS[one.timepoint]}: "
        + outcome_words.SOURCES[one.source].lower(),
        "measures": len(one.measures),
        "since": case_words.day(one.due_on),
        "overdue": one.overdue,
        "href": f"/enrolments/{one.place.enrolment_id}/outcomes/record?{asked.query}",
    }


@get("/cohorts/{cohort_id:uuid}/outcomes/csv", guards=_SEE, include_in_schema=False)
async def cohort_outcomes_file(cohort_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Answer a group's outcomes as a CSV file, with what the page shows and no more."""
    found = await _seen(cohort_id, actor)
    views = await outcomes_of_cohort(cohort_id, scope=actor.scope)
    return answer(outcomes_file(found, views), Format.CSV)


async def _seen(cohort_id: UUID, actor: Actor) -> GroupView:
    found = await group(cohort_id, scope=actor.scope)
    await viewed(
        audit.Subject.COHORT, cohort_id, side=found.side,
        organisation_id=found.organisation_id, by=actor,
    )  # fmt: skip
    return found


async def outcome_tasks(actor: Actor) -> TaskGroup:
    """Answer the groups in which there are reports for this person to ask for now."""
    by_group: dict[UUID, list[DueView]] = {}
    for one in await due(scope=actor.scope):
        by_group.setdefault(one.place.cohort_id, []).append(one)
    return TaskGroup("Outcomes to ask for", tuple(_task(found) for found in by_group.values()))


def _task(found: Sequence[DueView]) -> Task:
    place, count = found[0].place, len(found)
    return Task(
        f"{place.cohort_code}: {count} {'report' if count == 1 else 'reports'}",
        f"/cohorts/{place.cohort_id}/outcomes",
        due=f"The first was due on {case_words.day(found[0].due_on)}",
        overdue=any(one.overdue for one in found),
    )


ROUTES = [outcomes_page, cohort_outcomes_page, cohort_outcomes_file]
