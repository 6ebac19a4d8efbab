"""Records referrals of people to programmes."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import audit, clock, database
from core.errors import NotFoundError
from core.ids import new_id
from core.scope import Actor
from programmes.domain.terms import Mandate, ReferralSource, ReferralStatus
from programmes.errors import ReferralOpenError
from programmes.queries.programmes import programme
from programmes.services.fields import past_fault, refuse
from programmes.services.reach import person_to_change
from programmes.tables import Referral


@dataclass(frozen=True, slots=True)
class NewReferral:
    """A referral to record."""

    participant_id: UUID
    programme_id: UUID
    source: ReferralSource
    mandate: Mandate
    received_on: date


async def add_referral(new: NewReferral, *, by: Actor) -> UUID:
    """Record a referral of a person to a programme of their side and answer its id.

    Raises:
        ReferralOpenError: the person has an open one to this programme.
    """
    person = await person_to_change(new.participant_id, by=by)
    wanted = await programme(new.programme_id, scope=by.scope)
    if (wanted.side, wanted.organisation_id) != (person.side, person.organisation_id):
        raise NotFoundError
    refuse([past_fault("received_on", new.received_on)])
    referral_id = new_id()
    async with database.transaction():
        with database.refusing(Referral, one_open_referral_per_programme=ReferralOpenError()):
            await Referral(
                id=referral_id, participant=new.participant_id, programme=new.programme_id,
                source=new.source, mandate=new.mandate, received_on=new.received_on,
                status=ReferralStatus.RECEIVED, created_at=clock.now(),
            ).save()  # fmt: skip
        await audit.record(
            "referral_added", by=by, subject_type=audit.Subject.REFERRAL, subject=referral_id,
            side=person.side, organisation_id=person.organisation_id,
        )  # fmt: skip
    return referral_id
