"""Publishes reports: a look at what a release would hold, and the release itself (C9)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.queries import organisations
from core import releases
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, ReleaseRefusedError
from core.releases import Release
from core.reports import Column, Marker, Question, Report, Row, Section
from core.scope import Actor, Permission, Scope, Side
from jobs import reports
from jobs.reports import Known
from programmes.queries.reported import reported_programmes
from training.domain.compliance import TARGETS, Targets

PREVIEW = "Preview: these figures are not released; the next release may hide more or less"


@dataclass(frozen=True, slots=True)
class Terms:
    """By which settings of the installation reports are counted and published."""

    threshold: int
    targets: Targets = TARGETS


def sides_of(known: Known, *, scope: Scope) -> tuple[Side | None, ...]:
    """Answer the sides of which the scope may publish a report; staff have none."""
    if known.names_people:
        return ()
    sides: tuple[Side | None, ...] = (
        (None,) if known.permission is Permission.VIEW_STAFF else tuple(Side)
    )
    return tuple(side for side in sides if scope.covers_side(Permission.PUBLISH_REPORTS, side))


async def preview(slug: str, question: Question, *, terms: Terms, by: Actor) -> Report:
    """Answer a report as it would be published now, of every side that they may publish.

    Raises:
        ForbiddenError: they may read it, but not publish it.
        InvalidInputError: the period, the basis or the grouping cannot be used.
        NotFoundError: there is no such report for this person.
        ReleaseRefusedError: it names people, or would reveal small numbers beside earlier releases.
    """
    known = _to_publish(slug, by)
    parts = []
    for side in sides_of(known, scope=by.scope):
        found = await run_for_release(known, question, side, terms=terms, by=by)
        if has_figures(found, side):
            filters = await filters_of(found.question, by)
            found = await releases.preview(
                found, side=side, filters=filters, threshold=terms.threshold, by=by
            )
        parts.append(replace(found, threshold=terms.threshold))
    whole = together(parts)
    return replace(whole, definitions=(*whole.definitions, PREVIEW))


async def publish(
    slug: str, question: Question, *, note: str, terms: Terms, by: Actor
) -> tuple[Release, ...]:
    """Release a report: one release for each side that has figures and that they may publish.

    Raises:
        ForbiddenError: they may read it, but not publish it.
        InvalidInputError: it cannot be asked so, nothing is counted, or the note is too long.
        NotFoundError: there is no such report for this person.
        ReleaseRefusedError: it names people, or would reveal small numbers beside earlier releases.
    """
    known = _to_publish(slug, by)
    made = []
    for side in sides_of(known, scope=by.scope):
        found = await run_for_release(known, question, side, terms=terms, by=by)
        if has_figures(found, side):
            made.append(await release_of_side(found, side, note=note, terms=terms, by=by))
    if not made:
        raise InvalidInputError.of("from", "There is nothing to publish in this period")
    return tuple(made)


async def run_for_release(
    known: Known, question: Question, side: Side | None, *, terms: Terms, by: Actor
) -> Report:
    """Run a report in all of what may be published of a side, and nothing else.

    Raises:
        InvalidInputError: it is asked of one cohort, which is not published by itself.
    """
    if question.cohort_id:
        raise InvalidInputError.of("cohort_id", "What is published is of whole programmes")
    there = releases.published_for(by, side, question.organisation_id)
    scope = releases.publishing_scope(by, side=side, organisation_id=there)
    return await reports.run(
        known.slug, reports.in_order(known, replace(question, organisation_id=there)),
        by=replace(by, scope=scope), targets=terms.targets,
    )  # fmt: skip


async def release_of_side(
    found: Report, side: Side | None, *, note: str, terms: Terms, by: Actor
) -> Release:
    """Release a report's figures of one side; see ``core.releases.release``."""
    filters = await filters_of(found.question, by)
    return await releases.release(
        found, side=side, filters=filters, threshold=terms.threshold, note=note, by=by
    )


def _to_publish(slug: str, by: Actor) -> Known:
    known = reports.known_report(slug, scope=by.scope)
    if known.names_people:
        raise ReleaseRefusedError("This report has a row for each person; it cannot be published")
    if not sides_of(known, scope=by.scope):
        raise ForbiddenError
    return known


def has_figures(report: Report, side: Side | None) -> bool:
    """Tell whether a report has a section of a side."""
    return any((section.side or None) == side for section in report.sections)


def together(parts: Sequence[Report]) -> Report:
    """Answer one report with the sections of all; they were published side by side."""
    said = next((part for part in parts if part.sections), parts[0])
    columns = _columns_of([part for part in parts if part.sections] or [said])
    return replace(
        said,
        columns=columns,
        sections=tuple(
            _in_columns(section, part.columns, columns)
            for part in parts
            for section in part.sections
        ),
        data_quality=tuple(dict.fromkeys(one for part in parts for one in part.data_quality)),
        claims=tuple(claim for part in parts for claim in part.claims),
    )


def _columns_of(parts: Sequence[Report]) -> tuple[Column, ...]:
    """Answer the columns of all: some that one side fills are in no report of the other."""
    found: list[Column] = []
    for part in parts:
        place = 0
        for column in part.columns:
            if column not in found:
                found.insert(place, column)
            place = found.index(column) + 1
    return tuple(found)


def _in_columns(section: Section, own: Sequence[Column], columns: Sequence[Column]) -> Section:
    """Answer a section with a cell for each of the columns; ``[z]`` where it had none."""
    places = [own.index(column) if column in own else None for column in columns]

    def row(cells: Row) -> Row:
        return tuple(Marker.NOT_APPLICABLE if at is None else cells[at] for at in places)

    return replace(
        section,
        rows=tuple(row(cells) for cells in section.rows),
        totals=section.totals and row(section.totals),
        revised=frozenset((line, places.index(at)) for line, at in section.revised),
    )


async def filters_of(question: Question, by: Actor) -> dict[str, str]:
    """Answer what figures are of, in the words that rows of other reports have for it."""
    found = {}
    if question.programme_id:
        programmes = await reported_programmes(scope=by.scope)
        names = {one.id: one.name for one in programmes}
        if question.programme_id not in names:
            raise NotFoundError
        found["programme"] = names[question.programme_id]
    if question.organisation_id:
        known = {one.id: one.name for one in await organisations(scope=by.scope)}
        if question.organisation_id not in known:
            raise NotFoundError
        found["organisation"] = known[question.organisation_id]
    return found
