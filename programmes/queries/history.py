"""One person's way through the service: every move, place and mark, newest first."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from core import clock, database
from core.scope import Scope
from programmes.queries import visibility
from programmes.queries.referrals import MoveView, moves_of


class HistoryKind(StrEnum):
    """What a line of somebody's history tells of; ``id`` is that thing's."""

    REFERRAL = "referral"
    JOINED = "joined"
    ENDED = "ended"
    ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened; ``before`` and ``after`` are codes of its kind.

    ``id`` is the referral's, the enrolment's or, of a mark, the session's.
    """

    on: date
    kind: HistoryKind
    id: UUID
    where: str
    before: str | None
    after: str
    reason: str = ""
    note: str = ""
    by: UUID | None = None


_PLACES = (
    "SELECT e.id, e.joined_on, e.ended_on, e.status, e.exit_reason, c.code, g.name"
    " FROM enrolments e JOIN participants p ON p.id = e.participant"
    " JOIN cohorts c ON c.id = e.cohort JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN programmes g ON g.id = v.programme WHERE p.id = {} AND {} AND {}"
)
_MARKS = (
    "SELECT s.id, s.starts_at, c.code, u.title, s.is_catch_up, a.outcome"
    " FROM attendances a JOIN enrolments e ON e.id = a.enrolment"
    " JOIN participants p ON p.id = e.participant JOIN sessions s ON s.id = a.session"
    " JOIN cohorts c ON c.id = s.cohort JOIN units u ON u.id = s.unit"
    " WHERE p.id = {} AND {} AND {}"
)


async def history(participant_id: UUID, *, scope: Scope) -> tuple[HistoryLine, ...]:
    """Answer everything visible that happened to a person, newest first."""
    seen = (participant_id, visibility.cohorts(scope), visibility.unrestricted(scope))
    told = [
        *(_place_ends(await database.run(_PLACES, *seen))),
        *(_mark(row) for row in await database.run(_MARKS, *seen)),
        *(
            (item.at, _moved(item))
            for item in await moves_of(scope=scope, participant_id=participant_id)
        ),
    ]
    told.sort(key=lambda pair: (pair[1].on, pair[0]), reverse=True)
    return tuple(line for _, line in told)


def _place_ends(rows: list[database.Row]) -> list[tuple[datetime, HistoryLine]]:
    found = []
    for row in rows:
        where = f"{row['name']}, {row['code']}"
        joined = HistoryLine(
            row["joined_on"], HistoryKind.JOINED, row["id"], where, None, HistoryKind.JOINED
        )
        found.append((clock.instant_of(joined.on, "00:00"), joined))
        if row["ended_on"] is not None:
            ended = HistoryLine(
                row["ended_on"], HistoryKind.ENDED, row["id"], where, None, row["status"],
                reason=row["exit_reason"] or "",
            )  # fmt: skip
            found.append((clock.instant_of(ended.on, "23:59"), ended))
    return found


def _mark(row: database.Row) -> tuple[datetime, HistoryLine]:
    catch_up = ", catch-up" if row["is_catch_up"] else ""
    return row["starts_at"], HistoryLine(
        on=clock.london(row["starts_at"]).date(),
        kind=HistoryKind.ATTENDANCE,
        id=row["id"],
        where=f"{row['code']}, {row['title']}{catch_up}",
        before=None,
        after=row["outcome"],
    )


def _moved(move: MoveView) -> HistoryLine:
    return HistoryLine(
        on=move.on,
        kind=HistoryKind.REFERRAL,
        id=move.referral_id,
        where=move.programme_name,
        before=move.before.value if move.before else None,
        after=move.after.value,
        reason=move.reason,
        note=move.note,
        by=move.by,
    )
