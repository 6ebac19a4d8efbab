"""The demonstration's participants: who they are, how they may be reached, who referred them."""

import json
from datetime import date, timedelta
from enum import StrEnum
from itertools import cycle
from uuid import UUID

from core import clock, invented
from core.scope import Side
from programmes.demo.scene import Contact, Curriculum, Scene, Team
from programmes.domain.terms import Mandate, ReferralSource, ReferralStatus, SmsSafety
from programmes.tables import Participant, Referral, SafeContact


class Reach(StrEnum):
    """The kinds of safe contact that the demonstration shows (M1, M2)."""

    SAFE = "safe"
    SAFE_AT_TIMES = "safe_at_times"
    EXPIRED = "expired"
    NOT_SAFE = "not_safe"
    UNKNOWN = "unknown"
    NONE = "none"


_REACHES = (
    Reach.SAFE, Reach.SAFE, Reach.NOT_SAFE, Reach.SAFE, Reach.SAFE_AT_TIMES, Reach.UNKNOWN,
    Reach.SAFE, Reach.EXPIRED, Reach.SAFE, Reach.SAFE, Reach.SAFE, Reach.SAFE,
)  # fmt: skip
_WINDOWS = json.dumps([{"weekday": day, "from": "09:30", "to": "15:00"} for day in range(5)])
_CONFIRMED_WITHIN_DAYS = {Side.SURVIVOR: 14, Side.PERPETRATOR: 100}
_EXPIRED_AFTER_DAYS = {Side.SURVIVOR: 45, Side.PERPETRATOR: 240}

_SOURCES = {
    Side.SURVIVOR: (
        (ReferralSource.SELF, 30),
        (ReferralSource.SPECIALIST_DA_SERVICE, 20),
        (ReferralSource.CHILDRENS_SOCIAL_CARE, 16),
        (ReferralSource.HEALTH, 12),
        (ReferralSource.POLICE, 8),
        (ReferralSource.HOUSING, 8),
        (ReferralSource.VOLUNTARY_SECTOR, 6),
    ),
    Side.PERPETRATOR: (
        (ReferralSource.CHILDRENS_SOCIAL_CARE, 34),
        (ReferralSource.SELF, 24),
        (ReferralSource.POLICE, 18),
        (ReferralSource.HEALTH, 10),
        (ReferralSource.SUBSTANCE_MISUSE, 8),
        (ReferralSource.HOUSING, 6),
    ),
}

_UNASSESSED = frozenset(
    {
        ReferralStatus.RECEIVED,
        ReferralStatus.AWAITING_ASSESSMENT,
        ReferralStatus.ASSESSMENT_STARTED,
    }
)
_UNSUITABLE = frozenset({ReferralStatus.NOT_SUITABLE, ReferralStatus.NOT_ELIGIBLE})


def reaches() -> "cycle[Reach]":
    """Answer the kinds of contact in turn, so that a group of twelve has every one."""
    return cycle(_REACHES)


def add_person(scene: Scene, team: Team, *, since: date, reach: Reach = Reach.NONE) -> UUID:
    """Add a participant known since a day."""
    participant_id = scene.ids.new()
    named = invented.woman if team.side is Side.SURVIVOR else invented.man
    given, family = named(scene.chance)
    scene.rows.add(
        Participant,
        id=participant_id,
        organisation=team.organisation_id,
        side=team.side.value,
        given_name=given,
        family_name=family,
        preferred_name="",
        born_on=invented.born_on(scene.chance, today=since),
        created_at=clock.instant_of(since, "11:00"),
        version=1,
    )
    _add_contact(scene, team, participant_id, since=since, reach=reach)
    return participant_id


def _add_contact(
    scene: Scene, team: Team, participant_id: UUID, *, since: date, reach: Reach
) -> None:
    number = None if reach is Reach.NONE else scene.spare_numbers.pop()
    sms = {Reach.NONE: SmsSafety.UNKNOWN, Reach.UNKNOWN: SmsSafety.UNKNOWN}.get(
        reach, SmsSafety.NOT_SAFE if reach is Reach.NOT_SAFE else SmsSafety.SAFE
    )
    confirmed_on = None
    if sms is not SmsSafety.UNKNOWN:
        days = scene.chance.randint(1, _CONFIRMED_WITHIN_DAYS[team.side])
        if reach is Reach.EXPIRED:
            days += _EXPIRED_AFTER_DAYS[team.side]
        confirmed_on = scene.today - timedelta(days=days)
    scene.contacts[participant_id] = Contact(number, sms.value, reach is Reach.EXPIRED)
    scene.rows.add(
        SafeContact,
        id=scene.ids.new(),
        participant=participant_id,
        number=number,
        number_version=1,
        sms=sms.value,
        confirmed_on=confirmed_on,
        confirmed_with="The person, by telephone" if confirmed_on else "",
        confirmed_by=team.facilitator_ids[0] if confirmed_on else None,
        windows=_WINDOWS if reach is Reach.SAFE_AT_TIMES else "[]",
        language="en",
        updated_at=clock.instant_of(confirmed_on or since, "11:30"),
        version=1,
    )


def add_referral(
    scene: Scene,
    curriculum: Curriculum,
    participant_id: UUID,
    *,
    received_on: date,
    status: ReferralStatus,
    allocated_by: date | None = None,
) -> UUID:
    """Add a referral; somebody who got a place was assessed before ``allocated_by``."""
    referral_id = scene.ids.new()
    latest = min(allocated_by or scene.today, scene.today)
    assessed_on = None
    if allocated_by or status not in _UNASSESSED:
        days = min(scene.chance.randint(4, 21), max((latest - received_on).days, 0))
        assessed_on = received_on + timedelta(days=days)
    if status is ReferralStatus.WITHDRAWN and not allocated_by and scene.chance.random() < 2 / 3:
        assessed_on = None
    scene.rows.add(
        Referral,
        id=referral_id,
        participant=participant_id,
        programme=curriculum.programme_id,
        source=invented.weighted(scene.chance, _SOURCES[curriculum.team.side]).value,
        mandate=Mandate.VOLUNTARY.value,
        received_on=received_on,
        assessed_on=assessed_on,
        suitable=None if assessed_on is None else status not in _UNSUITABLE,
        status=status.value,
        created_at=clock.instant_of(received_on, "11:10"),
        version=1,
    )
    return referral_id
