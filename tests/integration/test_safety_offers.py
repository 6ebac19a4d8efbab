"""Which link worker learns of which offer to a partner (D2, D8)."""

from accounts.domain.roles import GrantSide, Role
from core.scope import Permission, Side
from programmes.domain.case_terms import PartnerOfferOutcome
from programmes.queries.partner_offers import offer_place, places_without_offer
from programmes.services.offers import Offer, record_offer
from programmes.tables import Link
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, make_cohort, make_participant
from tests.factories_safety import make_link
from tests.integration.places import TODAY, make_member, person_of, refused

DECLINED = Offer(PartnerOfferOutcome.DECLINED, TODAY, basic_information_given=True)


async def link_worker(cohort: MadeCohort) -> Person:
    return await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=cohort.organisation_id
    )


async def test_an_offer_is_for_whoever_has_the_link_or_for_all_while_there_is_none(
    db: None,
) -> None:
    """D2, D8: of a perpetrator whose link is another's, a link worker learns nothing."""
    cohort = await make_cohort(side=Side.PERPETRATOR)
    person, _ = await make_member(cohort)
    owner, recorder, other = [await link_worker(cohort) for _ in range(3)]
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=cohort.organisation_id
    )

    async def who_finds_it() -> list[bool]:
        return [
            await refused(offer_place(person, scope=one.actor.scope)) is None
            for one in (owner, recorder, other, lead)
        ]

    async def who_is_asked() -> list[int]:
        return [
            len(
                await places_without_offer(
                    scope=one.actor.scope, permission=Permission.MANAGE_LINKS, joined_by=TODAY
                )
            )
            for one in (owner, recorder, other, lead)
        ]

    assert await who_finds_it() == [True] * 4
    assert await who_is_asked() == [1] * 4
    link_id = await make_link(
        perpetrator_id=await person_of(person), recorded_by=owner.id,
        survivor_id=await make_participant(organisation_id=cohort.organisation_id),
    )  # fmt: skip
    assert await who_finds_it() == [True, False, False, True]
    assert await who_is_asked() == [1, 0, 0, 1]
    await Link.update({Link.ended_on: TODAY}).where(Link.id == link_id)
    await record_offer(person, DECLINED, version=0, by=recorder.actor)
    assert await who_finds_it() == [False, True, False, True]
    assert await who_is_asked() == [0] * 4
