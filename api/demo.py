"""The demonstration service: four invented organisations, their people, and who signs in there."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import accounts.demo
import messaging.demo
import messaging.demo_pauses
import messaging.demo_replies
import messaging.demo_wordings
import programmes.demo.load
import programmes.demo.spreadsheet
import training.demo.load
from accounts.demo import Cast, NewAccount
from accounts.domain.roles import GrantSide, Role
from api import demo_reports
from core import audit, clock, database
from core.demonstration import Ids, Progress, source_of
from core.errors import ConflictError
from core.scope import SYSTEM, Side
from messaging.demo import Expected
from programmes.demo.safety import Keepers, add_ties
from programmes.demo.scene import Due, Team
from training.demo.desk import Employer, Linked
from training.domain.terms import Sector

PASSWORD = "demonstration violin kettle 7"  # noqa: S105 - everybody may know it
DEFAULT_SEED = 7

COUNCIL = "Aldermere Council"
CHARITY = "Harbour Light"
PARTNERSHIP = "Northwick Probation Partnership"
TRUST = "Calder Vale NHS Trust"
ORGANISATIONS = (COUNCIL, CHARITY, PARTNERSHIP, TRUST)

_COLLEAGUES = 24
"""Facilitators on each side of the many groups of the large demonstration."""


class NotEmptyError(ConflictError):
    """The database is in use; the demonstration goes into an empty one only."""

    slug = "not-empty"
    title = "The database is not empty"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who signs in to the demonstration, and what they come for."""

    email: str
    name: str
    does: str
    role: Role | None
    side: GrantSide
    organisation: str | None
    password: str = PASSWORD


SIGN_INS = (
    SignIn(
        "survivor.facilitator@example.org", "Marged Ellisdon", "Facilitator, survivors' groups",
        Role.FACILITATOR, GrantSide.SURVIVOR, CHARITY,
    ),
    SignIn(
        "perpetrator.facilitator@example.org", "Tobias Renner", "Facilitator, perpetrators' groups",
        Role.FACILITATOR, GrantSide.PERPETRATOR, PARTNERSHIP,
    ),
    SignIn(
        "survivor.manager@example.org", "Adaeze Holm", "Programme manager, survivors",
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, CHARITY,
    ),
    SignIn(
        "perpetrator.manager@example.org", "Colm Sattar", "Programme manager, perpetrators",
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, PARTNERSHIP,
    ),
    SignIn(
        "safety.lead@example.org", "Ines Thorley", "Safety lead, both sides",
        Role.SAFETY_LEAD, GrantSide.BOTH, None,
    ),
    SignIn(
        "partner.link@example.org", "Delyth Amadi", "Partner link worker",
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, None,
    ),
    SignIn(
        "workforce.lead@example.org", "Padma Greaves", "Workforce lead, staff training",
        Role.WORKFORCE_LEAD, GrantSide.NONE, None,
    ),
    SignIn(
        "administrator@example.org", "Jory Blackett", "Administrator, accounts and settings",
        Role.ADMINISTRATOR, GrantSide.NONE, None,
    ),
    SignIn(
        "auditor@example.org", "Ewa Lindqvist", "Auditor, the audit log",
        Role.AUDITOR, GrantSide.NONE, None,
    ),
    SignIn(
        "commissioner@example.org", "Rhodri Pemberton", "Commissioner, published reports alone",
        Role.COMMISSIONER, GrantSide.BOTH, None,
    ),
    SignIn(
        "training.admin@example.org", "Bryony Castell", "Training administrator, the council's",
        Role.TRAINING_ADMIN, GrantSide.NONE, COUNCIL,
    ),
    SignIn(
        "line.manager@example.org", "Gethin Marlowe", "Line manager, own training and the team's",
        None, GrantSide.NONE, COUNCIL,
    ),
)  # fmt: skip
"""Printed once by ``tracker demo``; all of them have the same password."""

_SIDES = (
    (Side.SURVIVOR, GrantSide.SURVIVOR, CHARITY),
    (Side.PERPETRATOR, GrantSide.PERPETRATOR, PARTNERSHIP),
)
_SECTORS = {
    COUNCIL: (
        "AC",
        (
            (Sector.HOUSING, 35),
            (Sector.ADULT_SOCIAL_CARE, 35),
            (Sector.CHILDRENS_SOCIAL_CARE, 20),
            (Sector.COUNCIL_OTHER, 10),
        ),
    ),
    CHARITY: ("HL", ((Sector.VOLUNTARY_DA_SPECIALIST, 80), (Sector.HOUSING, 20))),
    PARTNERSHIP: (
        "NP",
        ((Sector.PROBATION, 45), (Sector.POLICE, 45), (Sector.SUBSTANCE_MISUSE, 10)),
    ),
    TRUST: ("CV", ((Sector.HEALTH, 85), (Sector.GP_PRACTICE, 15))),
}


_ALSO_STAFF = ("line.manager@example.org", "survivor.facilitator@example.org")
"""Who signs in and has a training record of their own."""


async def load(
    *, seed: int, large: bool, progress: Progress, key: bytes = b""
) -> tuple[SignIn, ...]:
    """Load the demonstration into the empty database, all of it or nothing.

    The same seed on the same day gives the same people; ``key`` is that of the numbers' hashes.

    Raises:
        NotEmptyError: somebody has begun to use the database.
    """
    if not await accounts.demo.is_empty():
        raise NotEmptyError("The database is not empty; the demonstration goes into a new one")
    async with database.transaction():
        cast = await accounts.demo.load(
            organisations=ORGANISATIONS,
            accounts=[*_accounts(), *(_colleagues() if large else ())],
            password=PASSWORD,
            ids=Ids(source_of(seed, "accounts")),
            made_at=clock.instant_of(clock.today() - timedelta(days=6 * 365), "09:00"),
        )
        due = await _load_programmes(cast, seed=seed, large=large, progress=progress)
        await training.demo.load.load(
            [_employer(cast, name) for name in ORGANISATIONS],
            linked=[_linked(cast, email) for email in _ALSO_STAFF],
            recorded_by=cast.accounts["workforce.lead@example.org"],
            chance=source_of(seed, "training"),
            large=large,
            progress=progress,
        )
        await _load_texts(cast, due, chance=source_of(seed, "messaging"), key=key)
        places = {side: cast.organisations[name] for side, _, name in _SIDES}
        await messaging.demo_wordings.load(places, seed=seed)
        await messaging.demo_replies.load([_expected(one) for one in due], seed=seed, key=key)
        await _note(cast)
    await database.run("ANALYZE")
    await demo_reports.load(cast, {side: name for side, _, name in _SIDES})
    return SIGN_INS


async def _load_programmes(
    cast: Cast, *, seed: int, large: bool, progress: Progress
) -> tuple[Due, ...]:
    teams = {side: _team(cast, side, large=large) for side, _, _ in _SIDES}
    due = await programmes.demo.load.load(
        teams=teams, chance=source_of(seed, "programmes"), large=large, progress=progress
    )
    await add_ties(teams, _keepers(cast))
    await programmes.demo.spreadsheet.bring(
        cast.accounts["survivor.manager@example.org"], programme="Freedom Programme"
    )
    return due


async def _load_texts(cast: Cast, due: Sequence[Due], *, chance: random.Random, key: bytes) -> None:
    await messaging.demo.load(
        [_expected(one) for one in due],
        organisations={side: cast.organisations[name] for side, _, name in _SIDES},
        chance=chance,
        key=key,
    )
    await messaging.demo_pauses.load(
        [_expected(one) for one in due],
        managers={side: cast.accounts[f"{side}.manager@example.org"] for side in Side},
        ids=Ids(chance),
    )


def _accounts() -> list[NewAccount]:
    second = [
        _facilitator(side, name, "second", person)
        for (_, side, name), person in zip(_SIDES, ("Hester Osei", "Anouk Draper"), strict=True)
    ]
    return [
        *(
            NewAccount(one.email, one.name, one.role, one.side, one.organisation)
            for one in SIGN_INS
        ),
        *second,
    ]


def _facilitator(side: GrantSide, organisation: str, which: str, name: str) -> NewAccount:
    email = f"{side}.{which}@example.org"
    return NewAccount(email, name, Role.FACILITATOR, side, organisation, signs_in=False)


def _colleagues() -> list[NewAccount]:
    return [
        _facilitator(side, organisation, f"colleague{number}", f"Colleague {number}")
        for _, side, organisation in _SIDES
        for number in range(1, _COLLEAGUES + 1)
    ]


def _team(cast: Cast, side: Side, *, large: bool) -> Team:
    def account(who: str) -> UUID:
        return cast.accounts[f"{side}.{who}@example.org"]

    numbers = range(1, _COLLEAGUES + 1) if large else ()
    return Team(
        organisation_id=cast.organisations[CHARITY if side is Side.SURVIVOR else PARTNERSHIP],
        side=side,
        facilitator_ids=(account("facilitator"), account("second")),
        others=tuple(account(f"colleague{number}") for number in numbers),
    )


def _keepers(cast: Cast) -> Keepers:
    return Keepers(
        link_worker_id=cast.accounts["partner.link@example.org"],
        lead_id=cast.accounts["safety.lead@example.org"],
        manager_id=cast.accounts["perpetrator.manager@example.org"],
    )


def _employer(cast: Cast, name: str) -> Employer:
    code, sectors = _SECTORS[name]
    return Employer(cast.organisations[name], code, sectors)


def _linked(cast: Cast, email: str) -> Linked:
    (found,) = [one for one in SIGN_INS if one.email == email and one.organisation]
    return Linked(
        account_id=cast.accounts[email],
        organisation_id=cast.organisations[found.organisation or ""],
        name=found.name,
        email=email,
        manages=found.role is None,
    )


def _expected(one: Due) -> Expected:
    return Expected(
        organisation_id=one.organisation_id,
        side=one.side,
        recipient_id=one.participant_id,
        cohort_id=one.cohort_id,
        programme_id=one.programme_id,
        subject_id=one.session_id,
        revision=one.session_revision,
        starts_at=one.starts_at,
        cancelled=one.cancelled,
        number=one.contact.number,
        sms=one.contact.sms,
        contact_expired=one.contact.expired,
    )


async def _note(cast: Cast) -> None:
    for organisation_id in cast.organisations.values():
        await audit.record(
            "demonstration_loaded",
            by=SYSTEM,
            subject_type=audit.Subject.ORGANISATION,
            subject=organisation_id,
            organisation_id=organisation_id,
        )
