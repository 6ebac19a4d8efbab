"""What the demonstration's people answered for equality monitoring."""

import random
from datetime import date
from enum import StrEnum

from core import database, invented
from core.demonstration import Ids, Rows
from core.scope import Side
from programmes.demo.scene import Team
from programmes.domain.equality import (
    QUESTIONS,
    Disability,
    Ethnicity,
    GenderIdentity,
    MaritalStatus,
    Pregnancy,
    Religion,
    Sex,
    SexualOrientation,
)
from programmes.domain.terms import ReferralStatus
from programmes.tables import EqualityProfile, Participant

_SEXES = {Side.SURVIVOR: Sex.FEMALE, Side.PERPETRATOR: Sex.MALE}
"""Whom each side's groups are for; others are referred too, and get no place in them."""
_OTHERS = {Sex.FEMALE: (Sex.MALE, invented.man), Sex.MALE: (Sex.FEMALE, invented.woman)}
_OTHERS_OF_HUNDRED = 12

_ETHNICITIES = (
    (Ethnicity.WHITE_BRITISH, 60), (Ethnicity.WHITE_IRISH, 2), (Ethnicity.WHITE_ROMA, 1),
    (Ethnicity.WHITE_OTHER, 9), (Ethnicity.MIXED_WHITE_AND_BLACK_CARIBBEAN, 3),
    (Ethnicity.MIXED_WHITE_AND_ASIAN, 2), (Ethnicity.ASIAN_INDIAN, 4),
    (Ethnicity.ASIAN_PAKISTANI, 7), (Ethnicity.ASIAN_BANGLADESHI, 2), (Ethnicity.ASIAN_CHINESE, 1),
    (Ethnicity.BLACK_CARIBBEAN, 3), (Ethnicity.BLACK_AFRICAN, 4), (Ethnicity.OTHER_ARAB, 2),
)  # fmt: skip
_SHARES: dict[str, tuple[tuple[StrEnum, int], ...]] = {
    "gender_identity": ((GenderIdentity.SAME, 98), (GenderIdentity.DIFFERENT, 2)),
    "ethnicity": _ETHNICITIES,
    "sexual_orientation": (
        (SexualOrientation.STRAIGHT, 88), (SexualOrientation.GAY_OR_LESBIAN, 5),
        (SexualOrientation.BISEXUAL, 6), (SexualOrientation.OTHER, 1),
    ),
    "religion": (
        (Religion.NONE, 45), (Religion.CHRISTIAN, 38), (Religion.MUSLIM, 11), (Religion.HINDU, 2),
        (Religion.SIKH, 2), (Religion.BUDDHIST, 1), (Religion.OTHER, 1),
    ),
    "disability": (
        (Disability.NO_CONDITION, 62), (Disability.NOT_LIMITED, 8),
        (Disability.LIMITED_A_LITTLE, 18), (Disability.LIMITED_A_LOT, 12),
    ),
    "marital_status": (
        (MaritalStatus.NEVER_MARRIED, 48), (MaritalStatus.MARRIED, 18),
        (MaritalStatus.CIVIL_PARTNERSHIP, 2), (MaritalStatus.SEPARATED, 18),
        (MaritalStatus.DIVORCED, 12), (MaritalStatus.WIDOWED, 2),
    ),
    "pregnancy": (
        (Pregnancy.NEITHER, 93), (Pregnancy.PREGNANT, 4), (Pregnancy.RECENT_BIRTH, 3),
    ),
}  # fmt: skip
_MAY_BE_PREGNANT_FROM = date(1985, 1, 1)
_NOT_ASKED_OF_HUNDRED = {"sex": 2, "sexual_orientation": 22, "religion": 14, "pregnancy": 30}
_NOT_ASKED_ELSE = 9
_REFUSED_OF_HUNDRED = 4

_PEOPLE = (
    "SELECT p.id, p.born_on, p.created_at,"
    " (SELECT COUNT(*) FROM enrolments e WHERE e.participant = p.id) AS places,"
    " (SELECT MAX(r.status) FROM referrals r WHERE r.participant = p.id) AS status"
    " FROM participants p WHERE p.organisation = {} AND p.side = {} ORDER BY p.id"
)


async def add_answers(teams: dict[Side, Team]) -> None:
    """Add the answers of both sides' people, inside the current transaction.

    Whoever has only just been referred was asked nothing yet.
    """
    for side, team in teams.items():
        found = await database.run(_PEOPLE, team.organisation_id, side.value)
        chance = random.Random(f"{side}/equality")  # noqa: S311 - invented people, no secret
        ids, rows = Ids(chance), Rows(EqualityProfile)
        for row in found:
            sex = await _sex(row, side, chance)
            if row["status"] != ReferralStatus.RECEIVED.value:
                rows.add(
                    EqualityProfile, id=ids.new(), participant=row["id"],
                    updated_at=row["created_at"], version=1,
                    **_answers(sex, row["born_on"], chance),
                )  # fmt: skip
        await rows.insert()


async def _sex(row: database.Row, side: Side, chance: random.Random) -> Sex:
    """Answer the sex that fits the person's groups; who has none may be of the other, and so named.

    Only ever few: a group for women or for men is what both sides offer.
    """
    usual = _SEXES[side]
    if row["places"] or chance.randrange(100) >= _OTHERS_OF_HUNDRED:
        return usual
    other, named = _OTHERS[usual]
    given, family = named(chance)
    await Participant.update(
        {Participant.given_name: given, Participant.family_name: family}
    ).where(Participant.id == row["id"])
    return other


def _answers(sex: Sex, born_on: date, chance: random.Random) -> dict[str, str]:
    answers: dict[str, str] = {}
    for question, known in QUESTIONS.items():
        shares = _SHARES.get(question, ((sex, 1),))
        if question == "pregnancy" and (sex is Sex.MALE or born_on < _MAY_BE_PREGNANT_FROM):
            shares = ((Pregnancy.NEITHER, 1),)
        answer = invented.weighted(chance, shares)
        drawn = chance.randrange(100)
        unasked = _NOT_ASKED_OF_HUNDRED.get(question, _NOT_ASKED_ELSE)
        if drawn < unasked:
            answer = known("not_asked")
        elif drawn < unasked + _REFUSED_OF_HUNDRED and question != "sex":
            answer = known("prefer_not_to_say")
        answers[question] = answer.value
    return answers
