"""Releases: reports as they were published, numbered, kept, and compared before each new one."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import InvalidInputError, NotFoundError
from core.ids import new_id
from core.published_numbers import Publication
from core.publishing import published
from core.repeated_releases import repeated
from core.report_documents import from_document, to_document
from core.reports import Question, Report
from core.scope import Actor, Area, Permission, Scope, Side
from core.tables import ReportRelease
from core.text import is_plain

_LOCK = "report releases"
_READING = (Permission.VIEW_PUBLISHED_REPORTS, Permission.PUBLISH_REPORTS)
_LONGEST_NOTE = 1000
_MOST = 2**31 - 1
"""No release has a higher number; the column holds none."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is known of a release without its figures.

    ``organisation_id`` is ``None`` where the figures are of all organisations; ``parameters``
    say what was asked, as ``parameters_of`` has it.
    """

    id: UUID
    number: int
    slug: str
    title: str
    side: Side | None
    organisation_id: UUID | None
    parameters: Mapping[str, Any]
    threshold: int
    released_by: UUID | None
    released_at: datetime
    note: str


def publishing_scope(by: Actor, *, side: Side | None, organisation_id: UUID | None) -> Scope:
    """Answer the scope to run a report in that is to be released: one side's, of what may be.

    Raises:
        ForbiddenError: they may not publish what is of that side there.
        InvalidInputError: they may of several organisations, and named none.
    """
    there = published_for(by, side, organisation_id)
    return Scope(
        account_id=by.account_id,
        areas=frozenset(
            Area(area.permission, side=side, organisation_id=there or area.organisation_id)
            for area in by.scope.areas
            if area.covers(side=side, organisation_id=there)
            and not (area.own_only or area.caseload_only)
        ),
    )


def parameters_of(question: Question, filters: Mapping[str, str]) -> dict[str, Any]:
    """Answer what was asked of a report, as it is kept; ``filters`` in the words of its rows."""
    # several may have one name, and each is found by its own figures alone
    ids = {"programme_id": question.programme_id, "organisation_id": question.organisation_id}
    return {
        **{name: str(value) for name, value in ids.items() if value},
        "from": question.since and question.since.isoformat(),
        "to": question.until and question.until.isoformat(),
        "basis": question.basis.value,
        "group_by": list(question.group_by),
        "filters": dict(sorted(filters.items())),
    }


async def preview(
    report: Report, *, side: Side | None, filters: Mapping[str, str], threshold: int, by: Actor
) -> Report:
    """Answer the report as it would be released now; see ``release``.

    Raises:
        ForbiddenError: they may not publish it.
        InvalidInputError: it has no figures of that side.
        ReleaseRefusedError: beside earlier releases it would reveal small numbers.
    """
    organisation_id = published_for(by, side, report.question.organisation_id)
    labels = labels_of(report.question, organisation_id, filters)
    return await _published(_of_side(report, side), side, labels, threshold)


async def release(
    report: Report,
    *,
    side: Side | None,
    filters: Mapping[str, str],
    threshold: int,
    note: str = "",
    by: Actor,
) -> Release:
    """Publish a report's figures of one side, as a release that never changes.

    ``report`` was run in a ``publishing_scope``; ``filters`` name what it is of as rows of other
    reports do. Each release is compared with all before it: whoever finds that another was made
    meanwhile compares again. That takes seconds, in which nobody else waits to write. What was
    released today already, word for word, is answered as it was: a form is sent twice.

    Raises:
        ForbiddenError: they may not publish it.
        InvalidInputError: it has no figures of that side, or the note cannot be kept.
        ReleaseRefusedError: beside earlier releases it would reveal small numbers.
    """
    organisation_id = published_for(by, side, report.question.organisation_id)
    labels = labels_of(report.question, organisation_id, filters)
    note = _fit_to_keep(note)
    own = _of_side(report, side)
    while True:
        number = await _next_number()
        safe = await _published(own, side, labels, threshold)
        made = Release(
            id=new_id(), number=number, slug=report.slug, title=report.title, side=side,
            organisation_id=organisation_id, parameters=parameters_of(report.question, labels),
            threshold=threshold, released_by=by.account_id, released_at=clock.now(), note=note,
        )  # fmt: skip
        same = await repeated(safe, made.parameters, note, side=side)
        if same or await _kept(made, safe, by=by):
            return _release(same) if same else made


async def releases(*, scope: Scope, slug: str = "") -> tuple[Release, ...]:
    """Answer the releases that the scope may see, the newest first; with ``slug`` of one report."""
    query = ReportRelease.select(*ReportRelease.all_columns(exclude=[ReportRelease.document]))
    if slug:
        query = query.where(ReportRelease.slug == slug)
    rows = await query.order_by(ReportRelease.number, ascending=False)
    found = (_release(row) for row in rows)
    return tuple(one for one in found if _may_see(scope, one))


async def release_of(number: int, *, scope: Scope) -> tuple[Release, Report]:
    """Answer a release and its figures.

    Raises:
        NotFoundError: there is none of that number, or none that the scope may see.
    """
    if not 0 < number <= _MOST:
        raise NotFoundError
    rows = await ReportRelease.select().where(ReportRelease.number == number)
    if not rows or not _may_see(scope, _release(rows[0])):
        raise NotFoundError
    return _release(rows[0]), from_document(json.loads(rows[0]["document"]))


async def find(
    slug: str, parameters: Mapping[str, Any], *, side: Side | None, scope: Scope
) -> Release | None:
    """Answer the newest release of a report with exactly these parameters, if there is one."""
    return next(
        (
            one
            for one in await releases(scope=scope, slug=slug)
            if one.side == side and one.parameters == parameters
        ),
        None,
    )


def published_for(by: Actor, side: Side | None, organisation_id: UUID | None) -> UUID | None:
    """Answer whose figures somebody publishes: the organisation named, or their only one.

    Raises:
        ForbiddenError: they may not publish there.
        InvalidInputError: they may of several organisations, and named none.
    """
    areas = [area for area in by.scope.within(Permission.PUBLISH_REPORTS) if area.side == side]
    own = {area.organisation_id for area in areas}
    if organisation_id is None and own and None not in own:
        if len(own) > 1:
            raise InvalidInputError.of("organisation_id", "Choose the organisation to publish for")
        organisation_id = own.pop()
    by.require(Permission.PUBLISH_REPORTS, side=side, organisation_id=organisation_id)
    return organisation_id


def labels_of(
    question: Question, organisation_id: UUID | None, filters: Mapping[str, str]
) -> dict[str, str]:
    """Answer what figures are of: an id stands in for a name that nobody gave."""
    ids = {
        "programme": question.programme_id,
        "organisation": organisation_id,
        "cohort": question.cohort_id,
    }
    return {**{name: str(value) for name, value in ids.items() if value}, **filters}


def _fit_to_keep(note: str) -> str:
    if len(note) > _LONGEST_NOTE:
        raise InvalidInputError.of("note", f"Use at most {_LONGEST_NOTE} characters")
    if not is_plain(note, lines=True):
        raise InvalidInputError.of("note", "Enter text without control characters")
    return note.strip()


def _of_side(report: Report, side: Side | None) -> Report:
    """Answer the report with the sections of one side alone.

    Where there were others, what is not told by side goes as well.
    """
    own = tuple(one for one in report.sections if (one.side or None) == side)
    if not own:
        raise InvalidInputError.of("side", "This report has no figures of that side")
    if len(own) == len(report.sections):
        return report
    return replace(report, sections=own, data_quality=(), claims=())


async def _published(
    report: Report, side: Side | None, labels: Mapping[str, str], threshold: int
) -> Report:
    earlier = await _earlier(report, side)
    return await asyncio.to_thread(
        published, report, threshold=threshold, earlier=earlier, filters=tuple(labels.items())
    )


async def _earlier(report: Report, side: Side | None) -> tuple[Publication, ...]:
    """Answer every release of the side that counts the same, whoever may see it; newest first."""
    columns = (ReportRelease.document, ReportRelease.parameters)
    condition = ReportRelease.side.is_null() if side is None else ReportRelease.side == side.value
    query = ReportRelease.select(*columns).where(condition)
    rows = await query.order_by(ReportRelease.number, ascending=False)
    found = [
        Publication(
            from_document(json.loads(row["document"])),
            frozenset(json.loads(row["parameters"])["filters"].items()),
        ) for row in rows
    ]  # fmt: skip
    return tuple(one for one in found if one.meets(Publication(report)))


async def _next_number() -> int:
    rows = await database.run("SELECT MAX(number) AS number FROM report_releases")
    return int(rows[0]["number"] or 0) + 1


async def _kept(made: Release, report: Report, *, by: Actor) -> bool:
    """Keep a release, unless another has taken its number meanwhile."""
    async with database.transaction():
        await database.serialise(_LOCK)
        if await _next_number() != made.number:
            return False
        await ReportRelease(
            id=made.id, number=made.number, slug=made.slug, title=made.title,
            side=made.side and made.side.value, organisation=made.organisation_id,
            parameters=json.dumps(made.parameters, ensure_ascii=False),
            document=json.dumps(to_document(report), ensure_ascii=False),
            threshold=made.threshold, released_by=made.released_by,
            released_at=made.released_at, note=made.note,
        ).save()  # fmt: skip
        await audit.record(
            "report_released", by=by, subject_type=audit.Subject.REPORT, subject=made.id,
            side=made.side, organisation_id=made.organisation_id,
            after={"number": made.number, "slug": made.slug, **made.parameters},
        )  # fmt: skip
        return True


def _release(row: Mapping[str, Any]) -> Release:
    return Release(
        id=row["id"],
        number=row["number"],
        slug=row["slug"],
        title=row["title"],
        side=Side(row["side"]) if row["side"] else None,
        organisation_id=row["organisation"],
        parameters=json.loads(row["parameters"]),
        threshold=row["threshold"],
        released_by=row["released_by"],
        released_at=row["released_at"],
        note=row["note"],
    )


def _may_see(scope: Scope, one: Release) -> bool:
    """Tell whether a release is within the scope; figures of staff have no side to read them on."""
    return any(
        area.organisation_id in (None, one.organisation_id)
        and (area.side == one.side or (one.side is None and area.permission is _READING[0]))
        for permission in _READING
        for area in scope.within(permission)
    )
