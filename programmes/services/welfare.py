"""Opens a welfare check for each survivor who missed a session, and closes them (M14)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from programmes.domain.attendance import ABSENCES
from programmes.domain.case_terms import WelfareOutcome
from programmes.domain.register import Changes, Entry
from programmes.errors import FollowUpClosedError
from programmes.queries.cohorts import SessionView
from programmes.queries.registers import RegisterView
from programmes.queries.welfare import welfare_check
from programmes.services.fields import refuse, stale_version, text_fault
from programmes.tables import WelfareCheck

LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Closing:
    """How a check went, with the version that it was read in."""

    outcome: WelfareOutcome
    note: str
    version: int


async def follow_marks(found: Changes, stored: RegisterView, *, by: Actor) -> None:
    """Open a check for each absence that nobody knew of before, and close what came to nothing.

    Call it in the transaction of the marks. No text follows from a missed session.
    """
    session = stored.session
    if session.side is not Side.SURVIVOR:
        return
    planned = {row.enrolment_id for row in stored.rows if row.planned}
    came_to_be = [*found.new, *(new for old, new in found.corrected if not _is_missed(old))]
    missed = [
        entry.enrolment_id
        for entry in came_to_be
        if _is_missed(entry) and entry.enrolment_id not in planned
    ]
    not_missed = [new.enrolment_id for _, new in found.corrected if not _is_missed(new)]
    await _open(missed, session, by)
    await _close_not_needed(not_missed, session, by)


def _is_missed(entry: Entry) -> bool:
    """Tell whether somebody was expected and did not come."""
    return entry.outcome in ABSENCES and entry.mark.counts


async def _open(enrolment_ids: Sequence[UUID], session: SessionView, by: Actor) -> None:
    """Open one check a person; a check that a correction had closed is opened again."""
    if not enrolment_ids:
        return
    now, today = clock.now(), clock.today()
    rows = await database.run(
        "INSERT INTO welfare_checks (id, session, enrolment, opened_at, due_on, note, version)"
        " VALUES {} ON CONFLICT (session, enrolment) DO UPDATE SET closed_at = NULL,"
        " closed_by = NULL, outcome = NULL, opened_at = excluded.opened_at,"
        " due_on = excluded.due_on, version = welfare_checks.version + 1"
        " WHERE welfare_checks.outcome = {} RETURNING id, enrolment",
        database.values_list(
            [(new_id(), session.id, one, now, today, "", 1) for one in enrolment_ids]
        ),
        WelfareOutcome.NOT_NEEDED.value,
    )
    await _record("welfare_check_opened", rows, session, by)


async def _close_not_needed(enrolment_ids: Sequence[UUID], session: SessionView, by: Actor) -> None:
    if not enrolment_ids:
        return
    rows = await (
        WelfareCheck.update(
            {
                WelfareCheck.closed_at: clock.now(),
                WelfareCheck.closed_by: by.account_id,
                WelfareCheck.outcome: WelfareOutcome.NOT_NEEDED,
                WelfareCheck.version: WelfareCheck.version + 1,
            }
        )
        .where(
            WelfareCheck.session == session.id,
            WelfareCheck.enrolment.is_in(list(enrolment_ids)),
            WelfareCheck.closed_at.is_null(),
        )
        .returning(WelfareCheck.id, WelfareCheck.enrolment)
    )
    await _record("welfare_check_closed", rows, session, by)


async def _record(
    action: str, rows: Iterable[database.Row], session: SessionView, by: Actor
) -> None:
    for row in rows:
        await audit.record(
            action, by=by, subject_type=audit.Subject.WELFARE_CHECK, subject=row["id"],
            side=session.side, organisation_id=session.organisation_id,
            after={"enrolment": row["enrolment"], "session": session.id},
        )  # fmt: skip


async def close(check_id: UUID, closing: Closing, *, by: Actor) -> None:
    """Write down how a check went.

    Raises:
        FollowUpClosedError: it is closed already.
        InvalidInputError: a concern without a word about it.
        StaleVersionError: somebody else changed it in the meantime.
    """
    view = await welfare_check(check_id, scope=by.scope)
    by.require(Permission.CHECK_WELFARE, side=view.side, organisation_id=view.organisation_id)
    refuse([*_faults(closing)])
    async with database.transaction():
        touched = await (
            WelfareCheck.update(
                {
                    WelfareCheck.closed_at: clock.now(),
                    WelfareCheck.closed_by: by.account_id,
                    WelfareCheck.outcome: closing.outcome,
                    WelfareCheck.note: closing.note.strip(),
                    WelfareCheck.version: closing.version + 1,
                }
            )
            .where(
                WelfareCheck.id == check_id,
                WelfareCheck.version == closing.version,
                WelfareCheck.closed_at.is_null(),
            )
            .returning(WelfareCheck.id)
        )
        if not touched:
            await _refuse_stale(check_id, by)
        await audit.record(
            "welfare_check_closed", by=by, subject_type=audit.Subject.WELFARE_CHECK,
            subject=check_id, side=view.side, organisation_id=view.organisation_id,
            after={"outcome": closing.outcome},
        )  # fmt: skip


def _faults(closing: Closing) -> Iterable[FieldError | None]:
    yield text_fault("note", closing.note, longest=LONGEST_NOTE, required=False, lines=True)
    if closing.outcome is WelfareOutcome.CONCERN and not closing.note.strip():
        yield FieldError("note", "Say what the concern is and what was done about it")


async def _refuse_stale(check_id: UUID, by: Actor) -> None:
    stored = await welfare_check(check_id, scope=by.scope)
    if stored.closed_at:
        raise FollowUpClosedError
    raise await stale_version(check_id, by=by)
