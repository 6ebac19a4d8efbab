"""Groups a few at a time, with the people in them: what reports with a row for each read (D10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.reports import Question
from core.scope import Scope, Side
from programmes.domain.completion import Meeting
from programmes.domain.terms import ProgrammeType
from programmes.queries import visibility
from programmes.queries.cases import require_programme
from programmes.queries.cohorts import cohort
from programmes.queries.marks import CHAIN, mark_of
from programmes.queries.meetings import held_within, meetings
from programmes.queries.progress import first_name_and_initial

_PLACES_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Batch:
    """Some groups of one side and kind of programme."""

    side: Side
    type: ProgrammeType
    cohort_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place with the person's name as registers print it; ``unit_minutes`` by unit number."""

    enrolment_id: UUID
    name: str
    cohort_code: str
    unit_minutes: dict[int, int]
    continues_another: bool


@dataclass(frozen=True, slots=True)
class MetView:
    """A session that a place had, with the group that held it."""

    day: date
    title: str
    cohort_code: str
    meeting: Meeting


async def batches(question: Question, *, scope: Scope) -> tuple[Batch, ...]:
    """Answer the visible groups that are asked for, as many together as have some 250 places.

    Raises:
        NotFoundError: the programme or the cohort asked for is not there, or not visible.
    """
    await require_programme(question.programme_id, scope=scope)
    if question.cohort_id:
        await cohort(question.cohort_id, scope=scope)
    rows = await database.run(
        "SELECT c.id, g.side, g.type, (SELECT COUNT(*) FROM enrolments e WHERE e.cohort = c.id)"
        " AS places FROM cohorts c JOIN programme_versions v ON v.id = c.programme_version"
        " JOIN programmes g ON g.id = v.programme WHERE {}"
        " ORDER BY g.side, g.type, g.name, c.code, c.id",
        database.all_of([visibility.cohorts(scope), *_asked(question)]),
    )
    found: list[Batch] = []
    room = 0
    for row in rows:
        side, kind = Side(row["side"]), ProgrammeType(row["type"])
        room -= row["places"]
        last = found[-1] if found else None
        if last is None or (last.side, last.type) != (side, kind) or room < 0:
            found.append(Batch(side, kind, (row["id"],)))
            room = _PLACES_AT_ONCE - row["places"]
        else:
            found[-1] = Batch(side, kind, (*last.cohort_ids, row["id"]))
    return tuple(found)


def _asked(question: Question) -> list[QueryString]:
    asked = (
        ("g.id", question.programme_id),
        ("c.organisation", question.organisation_id),
        ("c.id", question.cohort_id),
    )
    return [QueryString(f"{column} = {{}}", id) for column, id in asked if id]


async def places_in(batch: Batch, *, scope: Scope) -> tuple[PlaceView, ...]:
    """Answer the places of people who are not hidden, group by group and by first name."""
    rows = await database.run(
        "SELECT e.id, e.continues, c.code, c.programme_version, p.given_name, p.family_name,"
        " p.preferred_name FROM enrolments e JOIN participants p ON p.id = e.participant"
        " JOIN cohorts c ON c.id = e.cohort WHERE c.id IN {} AND {} AND {}"
        " ORDER BY c.code, c.id, p.given_name, p.family_name, e.id",
        database.in_list(batch.cohort_ids),
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    minutes: dict[UUID, dict[int, int]] = {}
    for unit in await database.run(
        "SELECT u.programme_version, u.number, u.minutes FROM units u"
        " WHERE u.programme_version IN {}",
        database.in_list({row["programme_version"] for row in rows}),
    ):
        minutes.setdefault(unit["programme_version"], {})[unit["number"]] = unit["minutes"]
    return tuple(
        PlaceView(
            row["id"],
            first_name_and_initial(row),
            row["code"],
            minutes.get(row["programme_version"], {}),
            row["continues"] is not None,
        )
        for row in rows
    )


async def met_in(
    batch: Batch, places: Sequence[PlaceView], question: Question, *, scope: Scope
) -> dict[UUID, list[MetView]]:
    """Answer the sessions that visible places had in the period, the longest ago first."""
    found: dict[UUID, list[MetView]] = {}
    rows = await _met(
        batch.cohort_ids,
        [place.enrolment_id for place in places],
        [*held_within(question.since, question.until), visibility.cohorts(scope)],
    )
    for row in rows:
        found.setdefault(row["enrolment"], []).append(_view(row, earlier=False))
    return found


async def carried_into(
    places: Sequence[PlaceView], question: Question, *, scope: Scope
) -> dict[UUID, list[MetView]]:
    """Answer what was marked in the places that visible ones continue.

    Whoever sees a place sees what was carried into it, from whichever group.
    """
    continuing = [place.enrolment_id for place in places if place.continues_another]
    if not continuing:
        return {}
    chain = await database.run(
        CHAIN  # noqa: S608 - our own words
        + "SELECT chain.enrolment, chain.part, e.cohort FROM chain"
        " JOIN enrolments e ON e.id = chain.part JOIN enrolments o ON o.id = chain.enrolment"
        " JOIN cohorts c ON c.id = o.cohort WHERE chain.part <> chain.enrolment AND {}",
        database.in_list(continuing),
        visibility.cohorts(scope),
    )
    rows = await _met(
        sorted({row["cohort"] for row in chain}),
        [row["part"] for row in chain],
        held_within(question.since, question.until),
    )
    found: dict[UUID, list[MetView]] = {}
    for link in chain:
        found.setdefault(link["enrolment"], []).extend(
            _view(row, earlier=True)
            for row in rows
            if row["enrolment"] == link["part"] and row["outcome"]
        )
    return found


async def _met(
    cohort_ids: Sequence[UUID], enrolment_ids: Sequence[UUID], conditions: Sequence[QueryString]
) -> list[database.Row]:
    """Answer the meetings of some places on conditions on sessions ``s`` and their groups ``c``."""
    if not enrolment_ids:
        return []
    table = meetings(
        [
            QueryString("s.cohort IN {}", database.in_list(cohort_ids)),
            QueryString(
                "EXISTS (SELECT 1 FROM cohorts c WHERE c.id = s.cohort AND {})",
                database.all_of([QueryString("(1 = 1)"), *conditions]),
            ),
        ],
        QueryString("e.id IN {}", database.in_list(enrolment_ids)),
    )
    return await database.run(
        "SELECT m.enrolment, m.starts_at, m.unit, m.title, m.is_catch_up, m.paused, m.outcome,"
        " m.minutes_attended, m.minutes_late, m.absence_reason, m.acceptable, m.engaged, c.code"
        " FROM {} m JOIN sessions s ON s.id = m.session JOIN cohorts c ON c.id = s.cohort"
        " ORDER BY m.starts_at, m.session",
        table,
    )


def _view(row: database.Row, *, earlier: bool) -> MetView:
    return MetView(
        day=clock.london(row["starts_at"]).date(),
        title=row["title"],
        cohort_code=row["code"],
        meeting=Meeting(
            unit_number=row["unit"],
            past=True,
            catch_up=bool(row["is_catch_up"]),
            mark=mark_of(row) if row["outcome"] else None,
            pause=bool(row["paused"]),
            earlier=earlier,
        ),
    )
