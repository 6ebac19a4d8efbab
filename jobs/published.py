"""What is read of published reports: releases, and for commissioners nothing else (C9, D14).

What a commissioner asks for the first time is released then, so that each answer is compared with
every one before it, whoever asked.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date

from core import clock, releases
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, ReleaseRefusedError
from core.periods import Quarter, is_whole_quarters, quarter_of
from core.releases import Release
from core.reports import Audience, Question, Report
from core.scope import Actor, Area, Permission, Scope
from jobs import publication, reports
from jobs.publication import Terms, sides_of
from jobs.reports import Known

_QUARTERS = (
    "Published figures are of whole quarters, from 1 April, July, October or January, "
    "of this year or a year before it"
)
_EARLIEST = date(2000, 1, 1)
"""No service has records of a day before it."""
_NOT_PUBLISHED = "Beside what is published already these figures would reveal small numbers"
MADE_FOR_A_READER = "Released because somebody who reads published reports asked for it"


def readable(*, scope: Scope) -> tuple[Known, ...]:
    """Answer the reports that this scope may run, and those that it reads as published."""
    published = scope.has(Permission.VIEW_PUBLISHED_REPORTS)
    return tuple(
        known
        for known in reports.REPORTS.values()
        if scope.has(known.permission) or (published and not known.names_people)
    )


async def answer(
    slug: str, question: Question, audience: Audience, *, terms: Terms, by: Actor
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
            return await publication.preview(slug, question, terms=terms, by=by)
        return await reports.run(slug, question, by=by, targets=terms.targets)
    if known and not known.names_people and by.scope.has(Permission.VIEW_PUBLISHED_REPORTS):
        if audience is Audience.INTERNAL:
            raise ForbiddenError
        return await read(known, question, terms=terms, by=by)
    raise NotFoundError


async def read(known: Known, question: Question, *, terms: Terms, by: Actor) -> Report:
    """Answer a published report to somebody who reads nothing else; see ``released``."""
    parts = [
        (await releases.release_of(one.number, scope=by.scope))[1]
        if isinstance(one, Release)
        else one
        for one in await _released(known, question, terms=terms, by=by)
    ]
    return publication.together(parts)


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
    if question.cohort_id:
        raise InvalidInputError.of("cohort_id", "What is published is of whole programmes")
    areas = _areas(known, question, by)
    if not areas:
        raise NotFoundError
    asked = reports.in_order(known, question)
    found = []
    for area in areas:
        with suppress(NotFoundError):  # a programme is on one side alone
            found.append(await _one(known, asked, area, terms=terms, by=by))
    if not found:
        raise NotFoundError
    return found


async def _one(
    known: Known, question: Question, area: Area, *, terms: Terms, by: Actor
) -> Release | Report:
    """Answer the release of one side and organisation; an empty report where nothing is counted."""
    service = _service(known, area)
    there = replace(question, organisation_id=area.organisation_id or question.organisation_id)
    filters = await publication.filters_of(there, service)
    labels = releases.labels_of(there, there.organisation_id, filters)
    parameters = releases.parameters_of(there, labels)
    found = await releases.find(known.slug, parameters, side=area.side, scope=by.scope)
    if found is not None and not _is_stale(found, question):
        return found
    _refuse_days(known, question)
    run = await publication.run_for_release(known, there, area.side, terms=terms, by=service)
    if not publication.has_figures(run, area.side):
        return replace(run, threshold=terms.threshold, sections=(), data_quality=())
    try:
        return await publication.release_of_side(
            run, area.side, note=MADE_FOR_A_READER, terms=terms, by=service
        )
    except ReleaseRefusedError as error:
        if found is None:
            raise ReleaseRefusedError(_NOT_PUBLISHED) from error  # its cells tell what is hidden
        return found


def _refuse_days(known: Known, question: Question) -> None:
    """Refuse a period that could be moved by a day to see who comes in, or where nothing happened.

    Raises:
        InvalidInputError: with the end that is wrong.
    """
    last = Quarter(quarter_of(clock.today()).year, 4).last_on
    since = None if known.on_one_day else question.since
    until = question.until or last
    if not (is_whole_quarters(since, last) and _EARLIEST <= (since or _EARLIEST) <= last):
        raise InvalidInputError.of("from", _QUARTERS)
    if not (is_whole_quarters(None, until) and _EARLIEST <= until <= last):
        raise InvalidInputError.of("to", _QUARTERS)


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
