"""What is stored of the people of a batch of referrals, looked up by what rows call it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from core.columns import Cells, folded
from core.scope import Scope
from programmes.domain.importing.referrals import ReferralLine
from programmes.domain.terms import CLOSED_REFERRALS, OPEN_ENROLMENTS
from programmes.queries import imports
from programmes.queries.imports import (
    KnownCohort,
    KnownEnrolment,
    KnownPerson,
    KnownProgramme,
    KnownReferral,
    Place,
)

NOT_FOUND = "Not found"
"""All that is said of what belongs to another side or organisation, or is not there."""

_SEVERAL = "Several organisations have it. Say for which one you import"


@dataclass(slots=True)
class Known:
    """What a batch is compared with; ``places`` are those left in cohorts, as the batch goes on."""

    programmes: Mapping[str, Sequence[KnownProgramme]]
    cohorts: Mapping[tuple[Place, str], KnownCohort]
    people: dict[tuple[Place, str], KnownPerson]
    referrals: Mapping[UUID, Sequence[KnownReferral]]
    enrolments: Mapping[UUID, Sequence[KnownEnrolment]]
    places: dict[UUID, int]
    with_a_place: set[UUID] = field(default_factory=set)
    """People who have an open enrolment, or get one in this batch."""

    open_to: set[tuple[UUID, UUID]] = field(default_factory=set)
    """People with the programmes to which they have an open referral, or get one in this batch."""

    def programme_of(self, line: ReferralLine, cells: Cells) -> KnownProgramme | None:
        """Answer the programme of a row; ``None`` where there is not just one, and noted."""
        named = self.programmes.get(folded(line.programme), ())
        here = [found for found in named if found.place.side is line.side]
        exact = [found for found in here if found.name == line.programme]
        found = exact if len(exact) == 1 else here
        if len(found) != 1:
            cells.fail("programme", _SEVERAL if found else NOT_FOUND)
            return None
        return found[0]

    def cohort_of(
        self, line: ReferralLine, programme: KnownProgramme, cells: Cells
    ) -> KnownCohort | None:
        """Answer the cohort of a row; ``None`` where it names none or a wrong one, then noted."""
        if not line.cohort_code:
            return None
        found = self.cohorts.get((programme.place, folded(line.cohort_code)))
        if found is None:
            cells.fail("cohort_code", NOT_FOUND)
        elif found.programme_id != programme.id:
            cells.fail("cohort_code", "Is a cohort of another programme")
        elif line.started_on and line.started_on < found.starts_on:
            cells.fail("started_on", f"The cohort starts on {found.starts_on:%Y-%m-%d}")
        else:
            return found
        return None

    def referral_of(
        self, person: KnownPerson | None, line: ReferralLine, programme: KnownProgramme
    ) -> KnownReferral | None:
        """Answer the stored referral of a row, by its reference and programme."""
        stored = self.referrals.get(person.id, ()) if person else ()
        return next(
            (
                found
                for found in stored
                if (found.programme_id, found.reference) == (programme.id, line.reference)
            ),
            None,
        )

    def enrolment_in(self, person: KnownPerson, cohort: KnownCohort) -> KnownEnrolment | None:
        """Answer the person's newest enrolment in a cohort."""
        found = [one for one in self.enrolments.get(person.id, ()) if one.cohort_id == cohort.id]
        return found[-1] if found else None


async def look_up(lines: Iterable[ReferralLine], *, scope: Scope) -> Known:
    """Read what a batch is compared with: a fixed number of statements, however many rows."""
    programmes: dict[str, list[KnownProgramme]] = defaultdict(list)
    for programme in await imports.programmes(scope=scope):
        programmes[folded(programme.name)].append(programme)
    cohorts = await imports.cohorts(scope=scope)
    people = await imports.people({line.reference for line in lines}, scope=scope)
    ids = [person.id for person in people if not person.hidden]
    referrals: dict[UUID, list[KnownReferral]] = defaultdict(list)
    for referral in await imports.referrals(ids, scope=scope):
        referrals[referral.participant_id].append(referral)
    enrolments: dict[UUID, list[KnownEnrolment]] = defaultdict(list)
    for enrolment in await imports.enrolments(ids, scope=scope):
        enrolments[enrolment.participant_id].append(enrolment)
    return Known(
        programmes,
        {(cohort.place, folded(cohort.code)): cohort for cohort in cohorts},
        {(person.place, person.reference): person for person in people},
        referrals,
        enrolments,
        {cohort.id: cohort.places_left for cohort in cohorts},
        {
            person_id
            for person_id, found in enrolments.items()
            if any(one.status in OPEN_ENROLMENTS for one in found)
        },
        {
            (person_id, one.programme_id)
            for person_id, found in referrals.items()
            for one in found
            if one.status not in CLOSED_REFERRALS
        },
    )
