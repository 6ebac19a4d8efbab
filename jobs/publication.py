"""Publishes reports: by whoever may, and for commissioners who ask what nobody published yet (C9).

A commissioner reads releases and nothing else. What they ask for the first time is released then,
so that each answer is compared with every one before it, whoever asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.queries import organisations
from core import clock, releases
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, ReleaseRefusedError
from core.periods import is_whole_quarters, quarter_of
from core.releases import Release
from core.reports import Audience, Question, Report
from core.scope import Actor, Area, Permission, Scope, Side
from jobs import reports
from jobs.reports import Known
from programmes.queries.reported import reported_programmes
from training.domain.compliance import TARGETS, Targets

PREVIEW = "Preview: these figures are not released; the next release may hide more or less"
_QUARTERS = "Published figures are of whole quarters: from 1 April, July, October or January"
MADE_FOR_A_READER = "Released because somebody who reads published reports asked for it"


@dataclass(frozen=True, slots=True)
class Terms:
    """By which settings of the installation reports are counted and published."""

    threshold: int
    targets: Targets = TARGETS


def readable(*, scope: Scope) -> tuple[Known, ...]:
    """Answer the reports that this scope may run, and those that it reads as published."""
    published = scope.has(Permission.VIEW_PUBLISHED_REPORTS)
    return tuple(
        known
        for known in reports.REPORTS.values()
        if scope.has(known.permission) or (published and not known.names_people)
    )


def sides_of(known: Known, *, scope: Scope) -> tuple[Side | None, ...]:
    """Answer the sides of which the scope may publish a report; staff have none."""
    if known.names_people:
        return ()
    sides: tuple[Side | None, ...] = (
        (None,) if known.permission is Permission.VIEW_STAFF else tuple(Side)
    )
    return tuple(side for side in sides if scope.covers_side(Permission.PUBLISH_REPORTS, side))


async def answer(
    slug: str, question: Question, audience: Audience | None, *, terms: Terms, by: Actor
) -> Report:
    """Answer a report to an audience; whoever reads published reports alone gets nothing else.

    Raises:
        ForbiddenError: they read published reports alone, or may not publish.
        InvalidInputError: the period, the basis or the grouping cannot be used.
        NotFoundError: there is no such report for this person.
        ReleaseRefusedError: it names people, or would reveal small numbers beside earlier releases.
    """
    known = reports.REPORTS.get(slug)
    if known and by.scope.has(known.permission):
        if audience is Audience.PUBLISHED:
            return await preview(slug, question, terms=terms, by=by)
        return await reports.run(slug, question, by=by, targets=terms.targets)
    if known and not known.names_people and by.scope.has(Permission.VIEW_PUBLISHED_REPORTS):
        if audience is Audience.INTERNAL:
            raise ForbiddenError
        return await read(known, question, terms=terms, by=by)
    raise NotFoundError


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
        found = await _run(known, question, side, terms=terms, by=by)
        if _has(found, side):
            filters = await _filters(found.question, by)
            found = await releases.preview(
                found, side=side, filters=filters, threshold=terms.threshold, by=by
            )
        parts.append(replace(found, threshold=terms.threshold))
    whole = _together(parts)
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
        found = await _run(known, question, side, terms=terms, by=by)
        if _has(found, side):
            made.append(await _release(found, side, note=note, terms=terms, by=by))
    if not made:
        raise InvalidInputError.of("from", "There is nothing to publish in this period")
    return tuple(made)


async def read(known: Known, question: Question, *, terms: Terms, by: Actor) -> Report:
    """Answer a published report to somebody who reads nothing else; see ``released``."""
    parts = [
        (await releases.release_of(one.number, scope=by.scope))[1]
        if isinstance(one, Release)
        else one
        for one in await _released(known, question, terms=terms, by=by)
    ]
    return _together(parts)


async def released(
    slug: str, question: Question, *, terms: Terms, by: Actor
) -> tuple[Release, ...]:
    """Answer the releases of a report, one for each side that is read and has figures.

    What was released with these parameters is answered as it was. What was not yet, or not since
    its period ended, is released now.

    Raises:
        InvalidInputError: it cannot be asked so; a period is of whole quarters.
        NotFoundError: there is no such report, or nothing of it for this person.
        ReleaseRefusedError: beside earlier releases it would reveal small numbers.
    """
    known = published_report(slug, scope=by.scope)
    found = await _released(known, question, terms=terms, by=by)
    return tuple(one for one in found if isinstance(one, Release))


def published_report(slug: str, *, scope: Scope) -> Known:
    """Answer a report that this scope may publish, or reads as it is published.

    Raises:
        NotFoundError: there is none.
    """
    known = reports.REPORTS.get(slug)
    if known is None or known.names_people:
        raise NotFoundError
    if not (sides_of(known, scope=scope) or scope.has(Permission.VIEW_PUBLISHED_REPORTS)):
        raise NotFoundError
    return known


async def _released(
    known: Known, question: Question, *, terms: Terms, by: Actor
) -> list[Release | Report]:
    reports.refuse_unusable(known, question)
    areas = _areas(known, question, by)
    if not areas:
        raise NotFoundError
    return [await _one(known, question, area, terms=terms, by=by) for area in areas]


async def _one(
    known: Known, question: Question, area: Area, *, terms: Terms, by: Actor
) -> Release | Report:
    """Answer the release of one side and organisation; an empty report where nothing is counted."""
    service = _service(known, area)
    there = replace(question, organisation_id=area.organisation_id or question.organisation_id)
    labels = releases.labels_of(there, there.organisation_id, await _filters(there, service))
    parameters = releases.parameters_of(there, labels)
    found = await releases.find(known.slug, parameters, side=area.side, scope=by.scope)
    if found is not None and not _is_stale(found, question):
        return found
    if not _is_of_quarters(known, question):
        raise InvalidInputError.of("to", _QUARTERS)
    run = await _run(known, there, area.side, terms=terms, by=service)
    if not _has(run, area.side):
        return replace(run, threshold=terms.threshold, sections=(), data_quality=())
    try:
        return await _release(run, area.side, note=MADE_FOR_A_READER, terms=terms, by=service)
    except ReleaseRefusedError:
        if found is None:
            raise
        return found


def _is_of_quarters(known: Known, question: Question) -> bool:
    """Tell whether a period is none that could be moved by a day to see who comes in."""
    if known.on_one_day:
        return is_whole_quarters(None, question.until) or question.until is None
    until = question.until or quarter_of(clock.today()).last_on
    return is_whole_quarters(question.since, until)


def _is_stale(found: Release, question: Question) -> bool:
    """Tell whether a period has ended since it was released, or is open and in another quarter."""
    released_on, today = clock.london(found.released_at).date(), clock.today()
    if question.until is None:
        return quarter_of(released_on) != quarter_of(today)
    return released_on <= question.until < today


def _areas(known: Known, question: Question, by: Actor) -> list[Area]:
    """Answer where somebody reads published figures of a report: by side and organisation.

    Raises:
        InvalidInputError: they do of several organisations of a side, and named none.
    """
    found = by.scope.within(Permission.VIEW_PUBLISHED_REPORTS)
    if known.permission is Permission.VIEW_STAFF:
        found = tuple({replace(area, side=None) for area in found})
    wanted = question.organisation_id
    own = [area for area in found if area.organisation_id in {None, wanted} or wanted is None]
    for side in {area.side for area in own}:
        several = {area.organisation_id for area in own if area.side == side}
        if len(several) > 1 and None not in several:
            raise InvalidInputError.of("organisation_id", "Choose one of your organisations")
    everywhere = {area.side for area in own if area.organisation_id is None}
    return [area for area in own if area.organisation_id is None or area.side not in everywhere]


def _service(known: Known, area: Area) -> Actor:
    """Answer the service itself, kept to what a reader may read."""
    return Actor(
        account_id=None,
        name="the service itself",
        scope=Scope(
            account_id=None,
            areas=frozenset(
                replace(area, permission=permission)
                for permission in (known.permission, Permission.PUBLISH_REPORTS)
            ),
        ),
    )


async def _run(
    known: Known, question: Question, side: Side | None, *, terms: Terms, by: Actor
) -> Report:
    """Run a report in all of what may be published of a side, and nothing else."""
    there = releases.published_for(by, side, question.organisation_id)
    scope = releases.publishing_scope(by, side=side, organisation_id=there)
    return await reports.run(
        known.slug, replace(question, organisation_id=there),
        by=replace(by, scope=scope), targets=terms.targets,
    )  # fmt: skip


async def _release(
    found: Report, side: Side | None, *, note: str, terms: Terms, by: Actor
) -> Release:
    filters = await _filters(found.question, by)
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


def _has(report: Report, side: Side | None) -> bool:
    return any((section.side or None) == side for section in report.sections)


def _together(parts: Sequence[Report]) -> Report:
    """Answer one report with the sections of all; they were published side by side."""
    said = next((part for part in parts if part.sections), parts[0])
    return replace(
        said,
        sections=tuple(section for part in parts for section in part.sections),
        data_quality=tuple(dict.fromkeys(one for part in parts for one in part.data_quality)),
        claims=tuple(claim for part in parts for claim in part.claims),
    )


async def _filters(question: Question, by: Actor) -> dict[str, str]:
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
