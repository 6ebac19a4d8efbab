"""Every read of the programmes room, called by somebody who must learn nothing (D1, D7).

The reads are found, not listed: a new one is called here as soon as it exists.
"""

import inspect
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.errors import AppError
from core.pagination import Cursor
from core.reports import Question, Row
from core.scope import SYSTEM, Permission, Scope, Side
from programmes.domain.case_terms import (
    ConflictKind,
    PartnerOfferOutcome,
    ReviewCause,
    ToldReferrer,
)
from programmes.domain.terms import AttendanceOutcome, ProgrammeType, ReferralStatus
from programmes.queries.batches import Batch, PlaceView, places_in
from programmes.queries.cases import Amount, Event, Part
from programmes.queries.cohorts import session
from programmes.reports.completion import case_events
from programmes.tables import (
    AbsenceReview,
    Conflict,
    LegalHold,
    Participant,
    PartnerOffer,
    Pause,
    ReferralAmendment,
    ReferralMove,
    ReferrerUpdate,
    WelfareCheck,
)
from tests.architecture.test_reads import public_reads
from tests.factories import make_organisation, make_person
from tests.factories_messaging import drama_number
from tests.factories_programmes import (
    SAFE_NUMBER,
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_referral,
    make_safe_contact,
    make_session,
    make_venue,
)
from tests.factories_safety import keep_apart, make_link, make_worker, raise_flag, restrict

READS = {name: read for name, read in public_reads().items() if name.startswith("programmes.")}
_FROM = (
    " FROM referrals r JOIN programmes g ON g.id = r.programme"
    " LEFT JOIN enrolments e ON e.referral = r.id LEFT JOIN cohorts c ON c.id = e.cohort"
)
NAMES = {Side.SURVIVOR: "Quillon", Side.PERPETRATOR: "Xanthor"}
"""The hidden person's name, which nothing else has."""

GIVEN = {
    "programmes.queries.marks.marks_of",
    "programmes.queries.marks.earlier_meetings",
    "programmes.queries.pauses.pauses_of",
    "programmes.queries.batches.met_in",
}
"""Reads of places that another read has found visible; they answer by those same ids."""

TAKEN = {"programmes.queries.imports.people"}
"""Says that a reference is taken, also by somebody hidden; the import tells no more than that."""


@dataclass(frozen=True)
class Scene:
    """One person with a row of every kind; ``told`` is what would give them away."""

    person_id: UUID
    cohort: MadeCohort
    values: dict[str, Any]
    told: set[str]
    elsewhere: set[str] = field(default_factory=set)
    """What would give the whole side away."""


async def a_scene(side: Side) -> Scene:
    organisation_id, name = await make_organisation(), NAMES[side]
    venue_id = await make_venue(organisation_id=organisation_id, side=side)
    cohort = await make_cohort(
        organisation_id=organisation_id, side=side, enrolled=1, venue_id=venue_id
    )
    person_id = await make_participant(
        organisation_id=organisation_id, side=side, given_name=name, family_name=name
    )
    await Participant.update({Participant.reference: name}).where(Participant.id == person_id)
    referral_id = await make_referral(
        participant_id=person_id, programme_id=cohort.programme.id,
        status=ReferralStatus.ON_PROGRAMME, received_on=clock.today() - timedelta(days=60),
    )  # fmt: skip
    enrolment_id = await make_enrolment(
        cohort_id=cohort.id, participant_id=person_id, referral_id=referral_id,
        started_on=clock.today() - timedelta(weeks=5),
    )  # fmt: skip
    rows = await _rows(cohort, person_id, enrolment_id, referral_id)
    values = {
        **rows,
        "cohort_id": cohort.id, "cohort_ids": [cohort.id], "version_ids": [
            cohort.programme.version_id
        ],
        "session_id": cohort.session_ids[5], "session_ids": list(cohort.session_ids.values()),
        "session": await session(cohort.session_ids[5], scope=SYSTEM.scope),
        "participant_id": person_id, "participant_ids": [person_id], "ids": [person_id],
        "enrolment_id": enrolment_id, "enrolment_ids": [enrolment_id],
        "programme_id": cohort.programme.id, "venue_id": venue_id, "referral_id": referral_id,
        "references": [name],
        "keys": [(person_id, cohort.session_ids[7])], "condition": QueryString("(1 = 1)"),
        "number": SAFE_NUMBER, "lasting_days": dict.fromkeys(Side, 0), "changed_since": clock.now(),
        "booked": (), "days": [clock.today()],
        "starts_until": clock.now() + timedelta(days=60),
        **_asked_of_reports(cohort, enrolment_id),
    }  # fmt: skip
    told = {name, str(person_id), str(enrolment_id), str(referral_id)}
    elsewhere = {str(id) for id in (cohort.id, venue_id, cohort.programme.id)} | {
        str(id) for id in (*cohort.session_ids.values(), *cohort.participant_ids)
    }
    return Scene(person_id, cohort, values, told, elsewhere)


def _asked_of_reports(cohort: MadeCohort, enrolment_id: UUID) -> dict[str, Any]:
    """Everything, of all time; the people of the scene's group where rows of people are read."""
    part = Part(QueryString(_FROM), Event.REFERRED, (Amount("referred", QueryString("(1 = 1)")),))
    kind = ProgrammeType.FREEDOM if cohort.side is Side.SURVIVOR else ProgrammeType.BEHAVIOUR_CHANGE
    return {
        "question": Question(), "group_by": (), "groupings": (), "counts": case_events(),
        "part": part, "parts": [part], "asked": {}, "found": (), "data_quality": (),
        "batch": Batch(cohort.side, kind, (cohort.id,)), "lines": a_row_of_each,
        "places": [PlaceView(enrolment_id, "", "", {}, continues_another=True)],
    }  # fmt: skip


async def a_row_of_each(batch: Batch, question: Question, scope: Scope) -> list[Row]:
    """The people that rows of people are of."""
    assert question == Question()
    return [(place.name, place.enrolment_id) for place in await places_in(batch, scope=scope)]


async def _rows(
    cohort: MadeCohort, person_id: UUID, enrolment_id: UUID, referral_id: UUID
) -> dict[str, Any]:
    """A row of each kind that has a person; answer the ids that reads ask for."""
    now, today = clock.now(), clock.today()
    missed = cohort.session_ids[5]
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=enrolment_id)
    attendance_id = await make_mark(
        session_id=missed, enrolment_id=enrolment_id,
        outcome=AttendanceOutcome.ABSENT_NOT_NOTIFIED,
    )  # fmt: skip
    await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[5],
        starts_at=now - timedelta(days=3), catch_up_for=enrolment_id,
    )  # fmt: skip
    review = AbsenceReview(
        enrolment=enrolment_id, session=missed, cause=ReviewCause.CONSECUTIVE, absences=3,
        opened_at=now, due_on=today,
    )  # fmt: skip
    check = WelfareCheck(session=missed, enrolment=enrolment_id, opened_at=now, due_on=today)
    other_side = Side.PERPETRATOR if cohort.side is Side.SURVIVOR else Side.SURVIVOR
    other_id = await make_participant(side=other_side)
    pair = {cohort.side: person_id, other_side: other_id}
    conflict = Conflict(
        kind=ConflictKind.NON_ASSOCIATION, organisation=cohort.organisation_id,
        participant=person_id, other=cohort.participant_ids[0], cohort=cohort.id, tried_at=now,
    )  # fmt: skip
    for row in (
        review, check, conflict,
        Pause(enrolment=enrolment_id, from_on=today + timedelta(days=90), recorded_at=now),
        PartnerOffer(
            enrolment=enrolment_id, outcome=PartnerOfferOutcome.OFFERED, offered_on=today,
            recorded_at=now,
        ),
        ReferralMove(
            referral=referral_id, to_status=ReferralStatus.RECEIVED, moved_on=today, moved_at=now
        ),
        ReferralAmendment(
            referral=referral_id, field="reason", new_value=NAMES[cohort.side], amended_at=now
        ),
        ReferrerUpdate(
            referral=referral_id, told=ToldReferrer.RECEIVED, told_on=today, recorded_at=now
        ),
        LegalHold(participant=person_id, reason="Review", placed_at=now),
    ):  # fmt: skip
        await row.save()
    link_id = await make_link(
        survivor_id=pair[Side.SURVIVOR], perpetrator_id=pair[Side.PERPETRATOR]
    )
    await keep_apart(person_id, cohort.participant_ids[0])
    for id in (person_id, other_id):
        await make_safe_contact(participant_id=id)
    if cohort.side is Side.PERPETRATOR:
        await raise_flag(person_id)
    return {
        "attendance_id": attendance_id, "review_id": review.id, "check_id": check.id,
        "link_id": link_id, "conflict_id": conflict.id,
    }  # fmt: skip


async def called(name: str, scene: Scene, scope: Scope) -> str:
    """What a read answers, as text; nothing where it finds nothing."""
    read: Callable[..., Awaitable[Any]] = READS[name]
    needed = {key: given(scene, key, kind) for key, kind in asked(name).items()}
    try:
        answer: Any = read(**needed, scope=scope)
        if inspect.isasyncgen(answer):
            return repr([page async for page in answer])
        return repr(await answer)
    except AppError:
        return ""


def asked(name: str) -> dict[str, Any]:
    """What a read asks for, and of which type."""
    return {
        key: parameter.annotation
        for key, parameter in inspect.signature(READS[name]).parameters.items()
        if parameter.default is inspect.Parameter.empty and key != "scope"
    }


def given(scene: Scene, key: str, kind: Any) -> Any:
    """The scene's value of that name, or one of that type."""
    return scene.values[key] if key in scene.values else BY_TYPE[kind](scene)


async def told_by_any_read(scene: Scene, scope: Scope, words: set[str]) -> set[str]:
    """The reads whose answer holds one of the words."""
    answers = {name: await called(name, scene, scope) for name in READS}
    found = {name for name, said in answers.items() if any(word in said for word in words)}
    return found - GIVEN - TAKEN


BY_TYPE: dict[Any, Callable[[Scene], Any]] = {
    UUID: lambda scene: scene.person_id,
    Collection[UUID]: lambda scene: [scene.person_id],
    Collection[str]: lambda _: [drama_number(1)],
    Sequence[UUID]: lambda scene: [scene.person_id],
    set[UUID]: lambda scene: {scene.person_id},
    datetime: lambda _: clock.now() - timedelta(days=60),
    date: lambda _: clock.today(),
    Side: lambda scene: scene.cohort.side,
    Permission: lambda _: Permission.VIEW_CASES,
    Cursor: lambda _: Cursor(),
    str: lambda scene: NAMES[scene.cohort.side],
    int: lambda _: 0,
    bool: lambda _: False,
}
"""A value for what reads ask by a name that the scene does not know."""


async def test_d7_no_read_tells_those_who_are_not_named_of_a_restricted_person(db: None) -> None:
    for side in Side:
        scene = await a_scene(side)
        named = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)
        before = await told_by_any_read(scene, named.actor.scope, scene.told)
        await restrict(scene.person_id, named.id)

        for role, grant in (
            (Role.SAFETY_LEAD, GrantSide.BOTH), (Role.PROGRAMME_MANAGER, GrantSide(side.value)),
            (Role.PARTNER_LINK_WORKER, GrantSide.BOTH), (Role.FACILITATOR, GrantSide(side.value)),
            (Role.ADMINISTRATOR, GrantSide.NONE),
        ):  # fmt: skip
            person = await make_person(role, grant, everywhere=True)
            await make_worker(participant_id=scene.person_id, account_id=person.id)
            assert await told_by_any_read(scene, person.actor.scope, scene.told) == set(), role
        assert await told_by_any_read(scene, named.actor.scope, scene.told) == before
        assert len(READS) > 60
        assert len(before) > 20


async def test_d1_no_read_tells_the_other_side_of_anybody_or_anything(db: None) -> None:
    for side in Side:
        scene = await a_scene(side)
        other = GrantSide.PERPETRATOR if side is Side.SURVIVOR else GrantSide.SURVIVOR

        for role in (Role.PROGRAMME_MANAGER, Role.FACILITATOR):
            person = await make_person(role, other, everywhere=True)
            await make_worker(participant_id=scene.person_id, account_id=person.id)
            words = scene.told | scene.elsewhere
            assert await told_by_any_read(scene, person.actor.scope, words) == set(), role


async def test_d1_no_read_tells_another_organisation_of_anybody_or_anything(db: None) -> None:
    for side in Side:
        scene = await a_scene(side)

        for role, grant in (
            (Role.SAFETY_LEAD, GrantSide.BOTH), (Role.PROGRAMME_MANAGER, GrantSide(side.value)),
            (Role.ADMINISTRATOR, GrantSide.NONE),
        ):  # fmt: skip
            person = await make_person(role, grant)
            words = scene.told | scene.elsewhere
            assert await told_by_any_read(scene, person.actor.scope, words) == set(), role
