"""Writes the marks of a batch of registers, many rows with one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.demonstration import Rows
from core.ids import new_id
from core.scope import Actor
from programmes.domain.importing.attendance import KnownSession
from programmes.domain.register import Entry
from programmes.domain.terms import SessionStatus
from programmes.queries.imported_registers import KnownMark, KnownUnit
from programmes.queries.imports import KnownCohort, Place, in_parts
from programmes.services.counts import keep_counts_of_cohorts
from programmes.services.starts import keep_starts
from programmes.tables import Attendance, MarkChange, Session

REASON = "import"
_NOON = "12:00"
"""When a session of one's own of which only the day is known was held."""

_CORRECTIONS_AT_ONCE = 2_000
_CORRECT = (
    "INSERT INTO attendances (id, session, enrolment, outcome, minutes_attended, minutes_late,"
    " absence_reason, acceptable, engaged, note, recorded_by, recorded_at) VALUES {}"
    " ON CONFLICT (session, enrolment) DO UPDATE SET outcome = excluded.outcome,"
    " minutes_attended = excluded.minutes_attended, minutes_late = excluded.minutes_late,"
    " absence_reason = excluded.absence_reason, acceptable = excluded.acceptable,"
    " engaged = excluded.engaged, note = excluded.note,"
    " recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at"
)


@dataclass(slots=True)
class RegisterRows:
    """What is to be written of a batch, in one transaction."""

    by: Actor
    at: datetime = field(default_factory=clock.now)
    rows: Rows = field(default_factory=lambda: Rows(Session, Attendance, MarkChange))
    corrections: list[tuple[Any, ...]] = field(default_factory=list)
    touched: dict[Place, dict[UUID, dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    marked: set[UUID] = field(default_factory=set)
    cohort_ids: set[UUID] = field(default_factory=set)

    def add_own_session(
        self, session: KnownSession, unit: KnownUnit, cohort: KnownCohort, *, missed: UUID | None
    ) -> None:
        """Add one person's own session, at noon."""
        self.rows.add(
            Session, id=session.id, cohort=cohort.id, unit=unit.id, minutes=unit.minutes,
            starts_at=clock.instant_of(session.day, _NOON), status=SessionStatus.HELD.value,
            enrolment=session.enrolment_id, is_catch_up=session.is_catch_up,
            missed_session=missed if session.is_catch_up else None,
        )  # fmt: skip

    def add(self, session_id: UUID, entry: Entry, cohort: KnownCohort) -> None:
        """Add a mark."""
        self.rows.add(
            Attendance, id=new_id(), session=session_id, **_columns(entry),
            enrolment=entry.enrolment_id, recorded_by=self.by.account_id, recorded_at=self.at,
        )  # fmt: skip
        self._touch(session_id, entry, cohort)["created"] += 1

    def correct(self, stored: KnownMark, entry: Entry, cohort: KnownCohort) -> None:
        """Change a mark and keep what it was before."""
        self.rows.add(
            MarkChange, id=new_id(), attendance=stored.id, **_columns(stored.entry),
            recorded_by=stored.recorded_by, recorded_at=stored.recorded_at, reason=REASON,
            changed_by=self.by.account_id, changed_at=self.at,
        )  # fmt: skip
        values = {
            "id": stored.id, "session": stored.session_id, "enrolment": entry.enrolment_id,
            **_columns(entry), "recorded_by": self.by.account_id, "recorded_at": self.at,
        }  # fmt: skip
        self.corrections.append(tuple(values.values()))
        self._touch(stored.session_id, entry, cohort)["corrected"].append(str(stored.id))

    def _touch(self, session_id: UUID, entry: Entry, cohort: KnownCohort) -> dict[str, Any]:
        self.marked.add(entry.enrolment_id)
        self.cohort_ids.add(cohort.id)
        return self.touched[cohort.place].setdefault(session_id, {"created": 0, "corrected": []})

    async def write(self) -> None:
        """Write everything: each register rises by one version and has one audit event."""
        await self.rows.insert()
        for part in in_parts(self.corrections, at_once=_CORRECTIONS_AT_ONCE):
            await database.run(_CORRECT, database.values_list(part))
        for place, events in self.touched.items():
            for session_ids in in_parts(events):
                await self._advance(session_ids)
            await audit.record_many(
                "register_imported", events, by=self.by, subject_type=audit.Subject.SESSION,
                side=place.side, organisation_id=place.organisation_id,
            )  # fmt: skip
        for enrolment_ids in in_parts(sorted(self.marked)):
            await keep_starts(enrolment_ids, by=self.by)
        for cohort_ids in in_parts(sorted(self.cohort_ids)):
            await keep_counts_of_cohorts(cohort_ids)

    async def _advance(self, session_ids: Sequence[UUID]) -> None:
        await Session.update(
            {
                Session.register_version: Session.register_version + 1,
                Session.status: SessionStatus.HELD,
                Session.register_saved_at: self.at,
                Session.register_saved_by: self.by.account_id,
            }
        ).where(Session.id.is_in(list(session_ids)))


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "outcome": entry.outcome.value,
        "minutes_attended": entry.minutes_attended,
        "minutes_late": entry.minutes_late,
        "absence_reason": entry.absence_reason and entry.absence_reason.value,
        "acceptable": entry.acceptable,
        "engaged": entry.engaged,
        "note": entry.note,
    }
