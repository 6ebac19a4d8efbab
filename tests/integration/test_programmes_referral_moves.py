"""Every move of a referral by hand: allowed or refused as the data says (2.2)."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.errors import (
    AppError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from core.scope import Side
from core.tables import AuditEvent
from programmes.domain.assessment import Assessment
from programmes.domain.case_terms import (
    AssessmentOutcome,
    NotStartedReason,
    PartnerOfferOutcome,
    UnsuitableReason,
)
from programmes.domain.moves import BY_WHAT_HAPPENS, MOVES
from programmes.domain.terms import CLOSED_REFERRALS, EnrolmentStatus, ReferralStatus
from programmes.errors import ReferralMoveError, StatusFollowsError
from programmes.queries.referrals import ReferralView, moves_of, referral
from programmes.services.referral_moves import StatusChange, assess, set_status
from programmes.tables import PartnerOffer, Referral, ReferralMove
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_participant,
    make_programme,
    make_referral,
)

TODAY = date(2026, 6, 10)
S = ReferralStatus


async def make_manager(side: Side = Side.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide(side.value))


async def make_waiting(
    person: Person, side: Side = Side.SURVIVOR, status: ReferralStatus = S.RECEIVED
) -> UUID:
    """A referral of somebody who came in on 1 June."""
    programme = await make_programme(organisation_id=person.organisation_id, side=side)
    anna = await make_participant(organisation_id=person.organisation_id, side=side)
    return await make_referral(
        participant_id=anna, programme_id=programme.id, status=status, received_on=date(2026, 6, 1)
    )


async def make_member(
    person: Person,
    side: Side = Side.SURVIVOR,
    *,
    status: ReferralStatus = S.SCHEDULED,
    started: bool = False,
    ended: bool = False,
) -> tuple[UUID, UUID]:
    """A referral and the enrolment that came of it."""
    cohort: MadeCohort = await make_cohort(organisation_id=person.organisation_id, side=side)
    anna = await make_participant(organisation_id=person.organisation_id, side=side)
    made = await make_referral(
        participant_id=anna, programme_id=cohort.programme.id, status=status,
        received_on=date(2026, 6, 1),
    )  # fmt: skip
    place = await make_enrolment(
        cohort_id=cohort.id, participant_id=anna, referral_id=made,
        status=EnrolmentStatus.TRANSFERRED if ended else EnrolmentStatus.ENROLLED,
        started_on=TODAY if started else None, ended_on=TODAY if ended else None,
    )  # fmt: skip
    return made, place


def to(status: ReferralStatus, **given: Any) -> StatusChange:
    return StatusChange(status, **{"on": TODAY, "reason": "As agreed", **given})


async def stored(referral_id: UUID, person: Person) -> ReferralView:
    return await referral(referral_id, scope=person.actor.scope)


def fields(error: pytest.ExceptionInfo[InvalidInputError]) -> list[str]:
    return [item.field for item in error.value.errors]


async def test_every_pair_of_statuses_is_allowed_or_refused_as_the_data_says(db: None) -> None:
    """2.2: 18 x 18 moves; what follows from a group is nobody's to set; closed ones are closed."""
    person = await make_manager()
    made = await make_waiting(person)
    found: dict[tuple[ReferralStatus, ReferralStatus], str] = {}
    for before in S:
        for after in S:
            await Referral.update({Referral.status: before.value, Referral.version: 1}).where(
                Referral.id == made
            )
            try:
                await set_status(made, to(after), version=1, by=person.actor)
                found[before, after] = (await stored(made, person)).status
            except AppError as error:
                found[before, after] = error.slug

    expected = {
        (before, after): "status-follows"
        if after in BY_WHAT_HAPPENS
        else after.value
        if after in MOVES[before]
        else "referral-move"
        for before in S
        for after in S
    }
    assert len(found) == 18 * 18
    assert found == expected
    assert not any(
        found[before, after] == after for before in CLOSED_REFERRALS for after in S
    )  # fmt: skip


async def test_a_move_keeps_who_when_and_why(db: None) -> None:
    person = await make_manager()
    made = await make_waiting(person)

    await set_status(
        made, to(S.ON_HOLD, on=date(2026, 6, 8), reason=" In hospital ", note="Back in July"),
        version=1, by=person.actor,
    )  # fmt: skip

    (move,) = await moves_of(scope=person.actor.scope, referral_id=made)
    assert (move.before, move.after, move.on) == (S.RECEIVED, S.ON_HOLD, date(2026, 6, 8))
    assert (move.reason, move.note, move.by) == ("In hospital", "Back in July", person.id)
    assert (await stored(made, person)).version == 2


async def test_the_audit_of_a_move_holds_no_reason(db: None) -> None:
    person = await make_manager()
    made = await make_waiting(person)

    await set_status(made, to(S.ON_HOLD, reason="In hospital"), version=1, by=person.actor)

    (event,) = await AuditEvent.select()
    assert event["action"] == "referral_moved"
    assert "hospital" not in f"{event['before']}{event['after']}{event['reason']}"


async def test_a_stale_move_is_refused_and_leaves_no_trace(db: None) -> None:
    person = await make_manager()
    made = await make_waiting(person)
    await set_status(made, to(S.AWAITING_ASSESSMENT), version=1, by=person.actor)

    with pytest.raises(StaleVersionError):
        await set_status(made, to(S.ASSESSMENT_STARTED), version=1, by=person.actor)

    assert (await stored(made, person)).status is S.AWAITING_ASSESSMENT
    assert await ReferralMove.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (to(S.ON_HOLD, on=date(2026, 6, 11)), "on"),
        (to(S.ON_HOLD, on=date(2026, 5, 31)), "on"),
        (to(S.ON_HOLD, reason=" "), "reason"),
        (to(S.ON_HOLD, reason="r" * 201), "reason"),
        (to(S.ON_HOLD, note="n" * 4001), "note"),
        (to(S.ON_HOLD, not_started_reason=NotStartedReason.MOVED), "not_started_reason"),
    ],
)
async def test_a_wrong_move_names_the_field(db: None, change: StatusChange, field: str) -> None:
    person = await make_manager()
    made = await make_waiting(person)

    with pytest.raises(InvalidInputError) as caught:
        await set_status(made, change, version=1, by=person.actor)

    assert fields(caught) == [field]


async def test_on_the_way_to_a_place_no_reason_is_asked_for(db: None) -> None:
    person = await make_manager()
    made = await make_waiting(person)

    await set_status(made, to(S.AWAITING_ASSESSMENT, reason=""), version=1, by=person.actor)

    assert (await stored(made, person)).status is S.AWAITING_ASSESSMENT


@pytest.mark.parametrize(
    ("after", "given", "expected"),
    [
        (S.WITHDRAWN, NotStartedReason.NO_CONTACT, NotStartedReason.NO_CONTACT),
        (S.WITHDRAWN, None, None),
        (S.NOT_ELIGIBLE, None, NotStartedReason.NOT_SUITABLE),
    ],
)
async def test_a_referral_that_closes_without_a_start_says_why(
    db: None,
    after: ReferralStatus,
    given: NotStartedReason | None,
    expected: NotStartedReason | None,
) -> None:
    person = await make_manager()
    made = await make_waiting(person)

    await set_status(made, to(after, not_started_reason=given), version=1, by=person.actor)

    assert (await stored(made, person)).not_started_reason is expected


async def test_who_has_started_has_no_reason_for_not_starting(db: None) -> None:
    person = await make_manager()
    made, _ = await make_member(person, status=S.BREACH_NON_ATTENDANCE, started=True, ended=True)

    with pytest.raises(InvalidInputError) as caught:
        await set_status(
            made, to(S.WITHDRAWN, not_started_reason=NotStartedReason.MOVED), version=1,
            by=person.actor,
        )  # fmt: skip
    await set_status(made, to(S.WITHDRAWN), version=1, by=person.actor)

    assert fields(caught) == ["not_started_reason"]
    assert (await stored(made, person)).not_started_reason is None


async def test_while_somebody_has_a_place_the_referral_follows_the_group(db: None) -> None:
    person = await make_manager()
    made, _ = await make_member(person)

    with pytest.raises(ReferralMoveError, match="They have a place in a group"):
        await set_status(made, to(S.WITHDRAWN), version=1, by=person.actor)

    assert (await stored(made, person)).status is S.SCHEDULED


@pytest.mark.parametrize(
    ("side", "offered", "refused"),
    [(Side.SURVIVOR, False, ""), (Side.PERPETRATOR, True, ""), (Side.PERPETRATOR, False, "D8")],
)
async def test_d8_a_start_is_set_by_hand_only_once_partner_contact_was_offered(
    db: None,
    side: Side,
    offered: bool,  # noqa: FBT001 - a value of the table above
    refused: str,
) -> None:
    person = await make_manager(side)
    made, place = await make_member(person, side, started=True)
    if offered:
        await PartnerOffer(
            enrolment=place, outcome=PartnerOfferOutcome.OFFERED, offered_on=TODAY,
            recorded_at=clock.now(),
        ).save()  # fmt: skip

    try:
        await set_status(made, to(S.ON_PROGRAMME), version=1, by=person.actor)
        answer = ""
    except StatusFollowsError as error:
        answer = error.detail

    assert (refused in answer, (await stored(made, person)).status) == (
        True,
        S.SCHEDULED if refused else S.ON_PROGRAMME,
    )


def found(outcome: AssessmentOutcome, **given: Any) -> Assessment:
    return Assessment(outcome, **{"on": date(2026, 6, 9), **given})


async def test_an_assessment_moves_the_referral_and_is_written_down(db: None) -> None:
    person = await make_manager()
    made = await make_waiting(person)

    await assess(
        made, found(AssessmentOutcome.SUITABLE_WITH_ONE_TO_ONE, note="Wants mornings"),
        version=1, by=person.actor,
    )  # fmt: skip

    view = await stored(made, person)
    assert (view.status, view.suitable, view.assessed_on) == (
        S.AWAITING_ALLOCATION, True, date(2026, 6, 9),
    )  # fmt: skip
    assert (view.assessment_note, view.version) == ("Wants mornings", 2)
    (event,) = await AuditEvent.select()
    assert event["action"] == "referral_assessed"
    assert "mornings" not in event["after"]


async def test_who_is_not_suitable_is_closed_with_the_reason_and_the_partner_worker_told(
    db: None,
) -> None:
    """2.2: the reason, and that the partner worker was told."""
    person = await make_manager(Side.PERPETRATOR)
    made = await make_waiting(person, Side.PERPETRATOR)

    await assess(
        made,
        found(
            AssessmentOutcome.NOT_SUITABLE, unsuitable_reason=UnsuitableReason.DENIAL,
            partner_worker_told_on=TODAY,
        ),
        version=1, by=person.actor,
    )  # fmt: skip

    view = await stored(made, person)
    path = [move.after for move in await moves_of(scope=person.actor.scope, referral_id=made)]
    assert path == [S.NOT_SUITABLE, S.AWAITING_ASSESSMENT]
    assert (view.suitable, view.unsuitable_reason) == (False, UnsuitableReason.DENIAL)
    assert (view.partner_worker_told_on, view.not_started_reason) == (
        TODAY, NotStartedReason.NOT_SUITABLE,
    )  # fmt: skip


async def test_a_missed_assessment_leaves_a_line_and_no_day_of_assessment(db: None) -> None:
    person = await make_manager()
    made = await make_waiting(person, status=S.AWAITING_ASSESSMENT)

    for version in (1, 2):
        await assess(
            made, found(AssessmentOutcome.DID_NOT_ATTEND), version=version, by=person.actor
        )

    view = await stored(made, person)
    assert (view.status, view.assessed_on) == (S.AWAITING_ASSESSMENT, None)
    assert await ReferralMove.count() == 2


async def test_an_assessment_after_a_start_gives_no_reason_for_not_starting(db: None) -> None:
    person = await make_manager()
    made, _ = await make_member(person, status=S.BREACH_NON_ATTENDANCE, started=True, ended=True)

    await assess(made, found(AssessmentOutcome.DECLINED), version=1, by=person.actor)

    view = await stored(made, person)
    assert (view.status, view.not_started_reason) == (S.WITHDRAWN, None)


@pytest.mark.parametrize("status", [S.WITHDRAWN, S.ON_PROGRAMME])
async def test_who_is_closed_or_in_a_group_is_not_assessed(
    db: None, status: ReferralStatus
) -> None:
    person = await make_manager()
    made = await make_waiting(person, status=status)

    with pytest.raises(ReferralMoveError):
        await assess(made, found(AssessmentOutcome.SUITABLE), version=1, by=person.actor)

    assert (await stored(made, person)).assessment_outcome is None


async def test_who_holds_a_place_is_not_assessed_whatever_the_referral_says(db: None) -> None:
    person = await make_manager()
    made, _ = await make_member(person, status=S.AWAITING_ALLOCATION)

    with pytest.raises(ReferralMoveError):
        await assess(made, found(AssessmentOutcome.SUITABLE), version=1, by=person.actor)


async def test_a_stale_assessment_is_refused(db: None) -> None:
    person = await make_manager()
    made = await make_waiting(person)
    await set_status(made, to(S.AWAITING_ASSESSMENT), version=1, by=person.actor)

    with pytest.raises(StaleVersionError):
        await assess(made, found(AssessmentOutcome.SUITABLE), version=1, by=person.actor)

    assert (await stored(made, person)).assessment_outcome is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (found(AssessmentOutcome.SUITABLE, on=date(2026, 6, 11)), "on"),
        (found(AssessmentOutcome.SUITABLE, on=date(2026, 5, 31)), "on"),
        (found(AssessmentOutcome.SUITABLE, note="n" * 4001), "note"),
        (found(AssessmentOutcome.NOT_SUITABLE), "unsuitable_reason"),
    ],
)
async def test_a_wrong_assessment_names_the_field(db: None, wrong: Assessment, field: str) -> None:
    person = await make_manager()
    made = await make_waiting(person)

    with pytest.raises(InvalidInputError) as caught:
        await assess(made, wrong, version=1, by=person.actor)

    assert fields(caught) == [field]


async def test_d1_nobody_of_elsewhere_moves_a_referral(db: None) -> None:
    person = await make_manager()
    made = await make_waiting(person)
    other_side = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=person.organisation_id
    )
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)
    refusals = []

    for by in (other_side.actor, (await make_manager()).actor, lead.actor):
        for attempt in (
            set_status(made, to(S.ON_HOLD), version=1, by=by),
            assess(made, found(AssessmentOutcome.SUITABLE), version=1, by=by),
        ):
            with pytest.raises(AppError) as caught:
                await attempt
            refusals.append(caught.type)

    assert refusals == [NotFoundError] * 4 + [ForbiddenError] * 2
    assert await ReferralMove.count() == 0


async def test_an_assessment_read_before_somebody_elses_change_is_refused(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await make_manager()
    made = await make_waiting(person)
    read = await stored(made, person)
    await set_status(made, to(S.AWAITING_ASSESSMENT), version=1, by=person.actor)

    async def as_read(*_: Any, **__: Any) -> ReferralView:
        return read

    monkeypatch.setattr("programmes.services.referral_moves.referral_to_change", as_read)
    with pytest.raises(StaleVersionError):
        await assess(made, found(AssessmentOutcome.SUITABLE), version=1, by=person.actor)

    assert (await stored(made, person)).assessment_outcome is None


async def test_of_two_moves_at_once_one_is_stale(db: None) -> None:
    person = await make_manager()
    made = await make_waiting(person)

    answers = await asyncio.gather(
        *(
            set_status(made, to(status), version=1, by=person.actor)
            for status in (S.ON_HOLD, S.DEFERRED)
        ),
        return_exceptions=True,
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "StaleVersionError"]
    assert await ReferralMove.count() == 1
