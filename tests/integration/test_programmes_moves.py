"""Moving a referral inside the transaction of what it follows from."""

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock, database
from core.errors import StaleVersionError
from core.scope import Side
from programmes.domain.terms import ReferralStatus
from programmes.errors import ReferralMoveError
from programmes.queries.referrals import moves_of, referral
from programmes.services.moves import Why, move
from programmes.tables import ReferralMove
from tests.factories import Person, make_person
from tests.factories_programmes import make_participant, make_programme, make_referral

S = ReferralStatus


async def moved(
    before: ReferralStatus, to: ReferralStatus, *, version: int | None = None
) -> tuple[ReferralStatus, list[ReferralStatus]]:
    """Where a referral stands after a move, and the lines of its history in order."""
    person: Person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    made = await make_referral(participant_id=anna, programme_id=programme.id, status=before)
    async with database.transaction():
        await move(
            made, to, Why(clock.today()), side=Side.SURVIVOR,
            organisation_id=person.organisation_id, by=person.actor, version=version,
        )  # fmt: skip
    lines = await moves_of(scope=person.actor.scope, referral_id=made)
    view = await referral(made, scope=person.actor.scope)
    return view.status, [line.after for line in reversed(lines)]


async def test_a_place_given_at_once_writes_down_what_was_skipped(db: None) -> None:
    assert await moved(S.RECEIVED, S.SCHEDULED) == (
        S.SCHEDULED, [S.AWAITING_ALLOCATION, S.SCHEDULED],
    )  # fmt: skip


async def test_moving_to_where_it_stands_changes_nothing(db: None) -> None:
    assert await moved(S.ON_PROGRAMME, S.ON_PROGRAMME) == (S.ON_PROGRAMME, [])


async def test_a_closed_referral_goes_nowhere(db: None) -> None:
    with pytest.raises(ReferralMoveError, match="from withdrawn to scheduled"):
        await moved(S.WITHDRAWN, S.SCHEDULED)

    assert await ReferralMove.count() == 0


async def test_a_version_that_is_not_the_stored_one_is_stale(db: None) -> None:
    with pytest.raises(StaleVersionError):
        await moved(S.RECEIVED, S.ON_HOLD, version=2)

    assert await ReferralMove.count() == 0
