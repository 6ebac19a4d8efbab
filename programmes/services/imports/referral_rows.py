"""Writes what a batch of referrals adds and changes, many rows with one statement."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.demonstration import Rows
from core.ids import new_id
from core.scope import Actor
from programmes.domain.amendments import changes as changes_of
from programmes.domain.importing.referrals import ReferralLine, Step
from programmes.domain.terms import OPEN_ENROLMENTS, Mandate, ReferralSource, ReferralStatus
from programmes.queries.imports import (
    KnownCohort,
    KnownEnrolment,
    KnownPerson,
    KnownProgramme,
    KnownReferral,
    Place,
    in_parts,
)
from programmes.services import conflicts
from programmes.services.counts import keep_counts
from programmes.services.fields import stale_version
from programmes.services.imports.comparing import Update
from programmes.tables import (
    Cohort,
    Enrolment,
    Participant,
    Referral,
    ReferralAmendment,
    ReferralMove,
)

_REASON = "Imported from a spreadsheet"


@dataclass(slots=True)
class ReferralRows:
    """What is to be written of a batch, in one transaction."""

    by: Actor
    at: datetime = field(default_factory=clock.now)
    rows: Rows = field(
        default_factory=lambda: Rows(
            Participant, Referral, Enrolment, ReferralMove, ReferralAmendment
        )
    )
    changed: list[tuple[KnownReferral, dict[str, Any]]] = field(default_factory=list)
    places_changed: list[tuple[KnownEnrolment, dict[str, Any]]] = field(default_factory=list)
    places_taken: Counter[UUID] = field(default_factory=Counter)
    events: dict[Place, dict[UUID, dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    apart: list[conflicts.Found] = field(default_factory=list)
    placed: set[UUID] = field(default_factory=set)

    def add_person(self, line: ReferralLine, place: Place) -> KnownPerson:
        """Add a person of whom only the reference is known; it stands for the name."""
        person = KnownPerson(new_id(), line.reference, place, hidden=False)
        self.rows.add(
            Participant, id=person.id, organisation=place.organisation_id, side=place.side.value,
            given_name=line.reference, family_name="", reference=line.reference,
            created_at=self.at,
        )  # fmt: skip
        return person

    def add_referral(
        self,
        line: ReferralLine,
        person: KnownPerson,
        programme: KnownProgramme,
        steps: Sequence[Step],
    ) -> UUID:
        """Add a referral with its whole history."""
        referral_id = new_id()
        self.rows.add(
            Referral, id=referral_id, participant=person.id, programme=programme.id,
            source=(line.source or ReferralSource.NOT_RECORDED).value,
            mandate=Mandate.VOLUNTARY.value, received_on=line.received_on,
            assessed_on=line.assessed_on if line.was_assessed else None, suitable=line.suitable,
            assessment_outcome=line.assessment.value if line.assessment else None,
            status=steps[-1].status.value, created_at=self.at, reference=line.reference,
        )  # fmt: skip
        self._add_moves(referral_id, None, steps)
        self.events[programme.place][referral_id] = {"created": True}
        return referral_id

    def add_enrolment(
        self, line: ReferralLine, person: KnownPerson, cohort: KnownCohort, referral_id: UUID
    ) -> None:
        """Add a place, open or ended; its start follows from the marks."""
        status = line.enrolment_status
        reason = line.exit_reason.value if line.exit_reason else "not_recorded"
        enrolment_id = new_id()
        self.placed.add(enrolment_id)
        self.rows.add(
            Enrolment, id=enrolment_id, participant=person.id, cohort=cohort.id,
            referral=referral_id, joined_on=line.joined_on(cohort.starts_on), status=status.value,
            ended_on=line.ended_on, exit_reason=reason if line.exited_on else None,
            created_at=self.at,
        )  # fmt: skip
        if status in OPEN_ENROLMENTS:
            self.places_taken[cohort.id] += 1

    def update(
        self,
        update: Update,
        stored: KnownReferral,
        enrolment: KnownEnrolment | None,
        place: Place,
    ) -> None:
        """Change a referral and its place, and write amendments and the moves that follow."""
        changes = {name: getattr(new, "value", new) for name, new in update.facts.items()}
        if update.steps:
            changes["status"] = update.steps[-1].status.value
            self._add_moves(stored.id, stored.status, update.steps)
        if changes:
            self.changed.append((stored, changes))
            self._add_amendments(stored, changes)
        if enrolment and update.enrolment:
            self._change_place(enrolment, update.enrolment)
        fields = sorted(changes.keys() | update.enrolment.keys())
        self.events[place][stored.id] = {"changed": fields, "joined": update.joins}

    def _add_amendments(self, stored: KnownReferral, changes: dict[str, Any]) -> None:
        before = {"source": stored.source.value, "received_on": stored.received_on}
        after = {name: changes[name] for name in before if name in changes}
        for change in changes_of(before, after):
            self.rows.add(
                ReferralAmendment, id=new_id(), referral=stored.id, field=change.field,
                old_value=change.before, new_value=change.after, reason=_REASON,
                amended_by=self.by.account_id, amended_at=self.at,
            )  # fmt: skip

    def _change_place(self, enrolment: KnownEnrolment, said: dict[str, Any]) -> None:
        values = {name: getattr(new, "value", new) for name, new in said.items()}
        if values.get("status") == "exited":
            values.setdefault("exit_reason", "not_recorded")
        if "status" in values and enrolment.status in OPEN_ENROLMENTS:
            self.places_taken[enrolment.cohort_id] -= 1
        self.places_changed.append((enrolment, values))
        self.placed.add(enrolment.id)

    def _add_moves(
        self, referral_id: UUID, before: ReferralStatus | None, steps: Iterable[Step]
    ) -> None:
        for step in steps:
            self.rows.add(
                ReferralMove, id=new_id(), referral=referral_id,
                from_status=before.value if before else None, to_status=step.status.value,
                moved_on=step.on, reason=_REASON, moved_by=self.by.account_id, moved_at=self.at,
            )  # fmt: skip
            before = step.status

    async def write(self) -> None:
        """Write everything; the constraints of the tables hold as for a form.

        Raises:
            StaleVersionError: somebody else changed a referral or a place in the meantime.
        """
        for enrolment, values in self.places_changed:
            await _change(Enrolment, enrolment.id, enrolment.version, values, by=self.by)
        for referral, values in self.changed:
            await _change(Referral, referral.id, referral.version, values, by=self.by)
        await self.rows.insert()
        for cohort_id, taken in sorted(self.places_taken.items()):
            await Cohort.update({Cohort.places_taken: Cohort.places_taken + taken}).where(
                Cohort.id == cohort_id
            )
        for enrolment_ids in in_parts(sorted(self.placed)):
            await keep_counts(enrolment_ids)
        for place, events in self.events.items():
            await audit.record_many(
                "referral_imported", events, by=self.by, subject_type=audit.Subject.REFERRAL,
                side=place.side, organisation_id=place.organisation_id,
            )  # fmt: skip
        await conflicts.write_down(self.apart, by=self.by)


async def _change(
    table: type[Enrolment] | type[Referral],
    row_id: UUID,
    version: int,
    values: dict[str, Any],
    *,
    by: Actor,
) -> None:
    touched = await (
        table.update(database.assignments({**values, "version": version + 1}))
        .where(table.id == row_id, table.version == version)
        .returning(table.id)
    )
    if not touched:
        raise await stale_version(row_id, by=by)
