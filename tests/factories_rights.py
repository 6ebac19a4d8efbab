"""Makes a person of whom every table holds something, each text a word of its own."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from piccolo.table import Table

from core import clock
from core.ids import new_id
from core.phone import MobileNumber
from core.scope import SYSTEM
from messaging.domain.schedule import Offset
from messaging.domain.terms import BlockCause, MessageState, PauseOf, ReplyKind, RuleKind
from messaging.services import blocks, rule_writes
from messaging.tables import InboundMessage, Message, MessagingPause, NumberBlock
from programmes.domain.case_terms import (
    ConflictKind,
    Consent,
    Direction,
    MeasureScale,
    OutcomeSource,
    PartnerOfferOutcome,
    Relationship,
    ReviewCause,
    ReviewOutcome,
    Timepoint,
    ToldReferrer,
    WelfareOutcome,
)
from programmes.domain.equality import (
    Disability,
    Ethnicity,
    GenderIdentity,
    MaritalStatus,
    Pregnancy,
    Religion,
    Sex,
    SexualOrientation,
)
from programmes.domain.terms import (
    AbsenceReason,
    AttendanceOutcome,
    EnrolmentStatus,
    ExitReason,
    Mandate,
    ReferralSource,
    ReferralStatus,
    SmsSafety,
)
from programmes.tables import (
    AbsenceReview,
    Attendance,
    CaseWorker,
    Conflict,
    Enrolment,
    EqualityProfile,
    FormerNumber,
    LegalHold,
    Link,
    MarkChange,
    Measure,
    NonAssociation,
    OutcomeValue,
    Participant,
    ParticipantNeeds,
    PartnerOffer,
    Pause,
    PlannedAbsence,
    Referral,
    ReferralAmendment,
    ReferralMove,
    ReferrerUpdate,
    Restriction,
    RestrictionReader,
    RiskFlag,
    SafeContact,
    Session,
    WaitingPass,
    WelfareCheck,
)
from tests.conftest import SETTINGS
from tests.factories_programmes import MadeCohort, make_enrolment, make_mark, make_session
from tests.tables import ALL_TABLES

CLOSED_ON = date(2019, 3, 14)
DRAMA = "+447700900"


@dataclass(frozen=True)
class WholePerson:
    """A person with a row in every table; ``words`` by table and column are theirs alone."""

    id: UUID
    marker: str
    cohort: MadeCohort
    words: dict[tuple[str, str], str] = field(default_factory=dict)

    def say(self, table: type[Table], column: str, text: str = "") -> str:
        """A word that no other column of any person holds."""
        name = table._meta.tablename
        found = text or f"{self.marker}{name}{column}".replace("_", "")[:40]
        self.words[name, column] = found
        return found


def reachable() -> set[type[Table]]:
    """Every table that leads to a participant by its foreign keys."""
    found: set[type[Table]] = {Participant}
    while True:
        more = {
            table
            for table in ALL_TABLES
            if table not in found
            and any(
                column._foreign_key_meta.resolved_references in found
                for column in table._meta.foreign_key_columns
            )
        }
        if not more:
            return found
        found |= more


async def make_whole_person(
    marker: str,
    cohort: MadeCohort,
    *,
    number: str = f"{DRAMA}111",
    born_on: date = date(1987, 11, 5),
    closed_on: date = CLOSED_ON,
) -> WholePerson:
    """Somebody whose case closed, with something written in every column that is personal."""
    person = WholePerson(new_id(), marker, cohort)
    say = person.say
    await Participant(
        id=person.id, organisation=cohort.organisation_id, side=cohort.side,
        given_name=say(Participant, "given_name"), family_name=say(Participant, "family_name"),
        preferred_name=say(Participant, "preferred_name"),
        reference=say(Participant, "reference"), area=say(Participant, "area"),
        born_on=date.fromisoformat(say(Participant, "born_on", born_on.isoformat())),
        created_at=clock.now(),
    ).save()  # fmt: skip
    await _contact(person, number)
    referral_id = await _referral(person, closed_on)
    enrolment_id = await _enrolment(person, referral_id, closed_on)
    await _attendance(person, enrolment_id, closed_on)
    await _followups(person, enrolment_id)
    await _kept_apart(person)
    await _text(person, number)
    return person


async def _contact(person: WholePerson, number: str) -> None:
    say = person.say
    await ParticipantNeeds(
        participant=person.id, availability=json.dumps([{"weekday": 6, "part": "evening"}]),
        areas_to_avoid=say(ParticipantNeeds, "areas_to_avoid"),
        access_needs=say(ParticipantNeeds, "access_needs"),
        learning_needs=say(ParticipantNeeds, "learning_needs"),
        interpreter_language=say(ParticipantNeeds, "interpreter_language"),
        updated_at=clock.now(),
    ).save()  # fmt: skip
    await EqualityProfile(
        participant=person.id, updated_at=clock.now(),
        sex=say(EqualityProfile, "sex", Sex.PREFER_NOT_TO_SAY),
        gender_identity=say(EqualityProfile, "gender_identity", GenderIdentity.DIFFERENT),
        ethnicity=say(EqualityProfile, "ethnicity", Ethnicity.WHITE_ROMA),
        sexual_orientation=say(EqualityProfile, "sexual_orientation", SexualOrientation.BISEXUAL),
        religion=say(EqualityProfile, "religion", Religion.SIKH),
        disability=say(EqualityProfile, "disability", Disability.LIMITED_A_LOT),
        marital_status=say(EqualityProfile, "marital_status", MaritalStatus.WIDOWED),
        pregnancy=say(EqualityProfile, "pregnancy", Pregnancy.RECENT_BIRTH),
    ).save()  # fmt: skip
    await SafeContact(
        participant=person.id, number=say(SafeContact, "number", number), sms=SmsSafety.SAFE,
        confirmed_on=date(2019, 1, 2), confirmed_with=say(SafeContact, "confirmed_with"),
        windows=json.dumps([{"weekday": 6, "from": "09:17", "to": "11:00"}]),
        updated_at=clock.now(),
    ).save()  # fmt: skip
    former = say(FormerNumber, "number", f"+4477009005{number[-2:]}")
    await FormerNumber(participant=person.id, number=former, replaced_at=clock.now()).save()


async def _referral(person: WholePerson, closed_on: date) -> UUID:
    say = person.say
    row = Referral(
        id=new_id(), participant=person.id, programme=person.cohort.programme.id,
        source=ReferralSource.HEALTH, mandate=Mandate.VOLUNTARY,
        received_on=closed_on - timedelta(days=200), status=ReferralStatus.WITHDRAWN,
        created_at=clock.now(), consent=Consent.GIVEN, consent_on=closed_on,
        **{column: say(Referral, column) for column in sorted(Referral.PERSONAL)},
    )  # fmt: skip
    await row.save()
    await ReferralMove(
        referral=row.id, from_status=ReferralStatus.RECEIVED, to_status=ReferralStatus.WITHDRAWN,
        moved_on=closed_on, reason=say(ReferralMove, "reason"), note=say(ReferralMove, "note"),
        moved_at=clock.now(),
    ).save()  # fmt: skip
    await ReferralAmendment(
        referral=row.id, field="reason", old_value=say(ReferralAmendment, "old_value"),
        new_value=say(ReferralAmendment, "new_value"), reason=say(ReferralAmendment, "reason"),
        amended_at=clock.now(),
    ).save()  # fmt: skip
    await ReferrerUpdate(
        referral=row.id, told=ToldReferrer.LEFT, told_on=closed_on,
        told_whom=say(ReferrerUpdate, "told_whom"), recorded_at=clock.now(),
    ).save()  # fmt: skip
    await WaitingPass(
        referral=row.id, cohort=person.cohort.id, reason=say(WaitingPass, "reason"),
        recorded_at=clock.now(),
    ).save()  # fmt: skip
    return row.id


async def _enrolment(person: WholePerson, referral_id: UUID, closed_on: date) -> UUID:
    enrolment_id = await make_enrolment(
        cohort_id=person.cohort.id, participant_id=person.id, referral_id=referral_id,
        joined_on=closed_on - timedelta(days=90), started_on=closed_on - timedelta(days=80),
        ended_on=closed_on, status=EnrolmentStatus.EXITED,
        exit_reason=ExitReason(person.say(Enrolment, "exit_reason", ExitReason.DIED)),
    )  # fmt: skip
    await Enrolment.update({Enrolment.plan: person.say(Enrolment, "plan")}).where(
        Enrolment.id == enrolment_id
    )
    await Pause(
        enrolment=enrolment_id, from_on=closed_on - timedelta(days=30),
        to_on=closed_on - timedelta(days=20), reason=person.say(Pause, "reason"),
        recorded_at=clock.now(),
    ).save()  # fmt: skip
    await PartnerOffer(
        enrolment=enrolment_id, offered_on=closed_on, recorded_at=clock.now(),
        outcome=person.say(PartnerOffer, "outcome", PartnerOfferOutcome.NOT_SAFE),
    ).save()  # fmt: skip
    return enrolment_id


async def _attendance(person: WholePerson, enrolment_id: UUID, closed_on: date) -> None:
    say, cohort = person.say, person.cohort
    own_id = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[1], catch_up_for=enrolment_id,
        starts_at=clock.instant_of(closed_on - timedelta(days=70), "14:23"),
    )  # fmt: skip
    await Session.update({Session.covered: say(Session, "covered")}).where(Session.id == own_id)
    mark_id = await make_mark(
        session_id=own_id, enrolment_id=enrolment_id, outcome=AttendanceOutcome.ABSENT_NOTIFIED,
        absence_reason=AbsenceReason(say(Attendance, "absence_reason", AbsenceReason.COURT_LEGAL)),
        note=say(Attendance, "note"),
    )  # fmt: skip
    await MarkChange(
        attendance=mark_id, outcome=AttendanceOutcome.LATE,
        absence_reason=say(MarkChange, "absence_reason", AbsenceReason.RELIGIOUS),
        note=say(MarkChange, "note"), recorded_at=clock.now(),
        reason=say(MarkChange, "reason"), changed_at=clock.now(),
    ).save()  # fmt: skip
    await PlannedAbsence(
        session=cohort.session_ids[2], enrolment=enrolment_id, recorded_at=clock.now(),
        reason=say(PlannedAbsence, "reason", AbsenceReason.HOLIDAY),
        note=say(PlannedAbsence, "note"),
    ).save()  # fmt: skip
    measure = Measure(
        organisation=cohort.organisation_id, side=cohort.side, code=f"{person.marker}-ladder",
        name=f"Ladder of {person.marker}", scale=MeasureScale.NUMBER, lowest=1, highest=99,
        direction=Direction.HIGHER_IS_BETTER, timepoints='["start"]', sources='["self"]',
        created_at=clock.now(),
    )  # fmt: skip
    await measure.save()
    for source, value in ((OutcomeSource.SELF, 73), (OutcomeSource.PARTNER, 97)):
        await OutcomeValue(
            enrolment=enrolment_id, measure=measure.id, timepoint=Timepoint.START, source=source,
            value=value, taken_on=closed_on, recorded_at=clock.now(),
        ).save()  # fmt: skip
    say(OutcomeValue, "value", "73")


async def _followups(person: WholePerson, enrolment_id: UUID) -> None:
    session_id = person.cohort.session_ids[2]
    await AbsenceReview(
        enrolment=enrolment_id, session=session_id, cause=ReviewCause.CONSECUTIVE, absences=3,
        opened_at=clock.now(), due_on=clock.today(), closed_at=clock.now(),
        outcome=ReviewOutcome.PLAN_AGREED, note=person.say(AbsenceReview, "note"),
    ).save()  # fmt: skip
    await WelfareCheck(
        enrolment=enrolment_id, session=session_id, opened_at=clock.now(), due_on=clock.today(),
        closed_at=clock.now(), outcome=WelfareOutcome.SAFE, note=person.say(WelfareCheck, "note"),
    ).save()  # fmt: skip


async def _kept_apart(person: WholePerson) -> None:
    await RiskFlag(participant=person.id, raised_at=clock.now()).save()
    await LegalHold(
        participant=person.id, reason=person.say(LegalHold, "reason"), placed_at=clock.now(),
        lifted_at=clock.now(),
    ).save()  # fmt: skip


async def _text(person: WholePerson, number: str) -> None:
    rule_id = await rule_writes.add_rule(
        rule_writes.NewRule(
            name=f"Rule {person.marker}", side=person.cohort.side,
            organisation_id=person.cohort.organisation_id, programme_id=None,
            kind=RuleKind.SESSION_REMINDER, offset=Offset(days_before=1, at="10:00"),
            template_id=None, active=True,
        ),
        by=SYSTEM,
    )  # fmt: skip
    await Message(
        organisation=person.cohort.organisation_id, side=person.cohort.side,
        recipient=person.id, subject=person.cohort.session_ids[2], cohort=person.cohort.id,
        programme=person.cohort.programme.id,
        rule=rule_id, revision=1, number=person.say(Message, "number", number),
        number_version=1, to_hash=f"hash{person.marker}",
        variables=json.dumps({"day": person.say(Message, "variables")}),
        body=person.say(Message, "body"), state=MessageState.DELIVERED, send_after=clock.now(),
        expires_at=clock.now(), created_at=clock.now(), updated_at=clock.now(),
    ).save()  # fmt: skip
    await _reply(person, number)


async def _reply(person: WholePerson, number: str) -> None:
    hashed = MobileNumber(number).keyed_hash(SETTINGS.key_bytes)
    await InboundMessage(
        provider_sid=f"SM{person.marker}", number=person.say(InboundMessage, "number", number),
        body=person.say(InboundMessage, "body"), received_at=clock.now(), kind=ReplyKind.STOP,
        to_hash=person.say(InboundMessage, "to_hash", hashed), participant=person.id,
        organisation=person.cohort.organisation_id, side=person.cohort.side,
    ).save()  # fmt: skip
    await blocks.block(person.say(NumberBlock, "to_hash", hashed), BlockCause.STOP)
    await MessagingPause(
        paused=True, reason=person.say(MessagingPause, "reason"), at=clock.now(),
        pause_of=PauseOf.PERSON, subject=person.id, side=person.cohort.side,
        organisation=person.cohort.organisation_id,
    ).save()  # fmt: skip


async def tie(one: WholePerson, other: WholePerson, *, account_id: UUID) -> None:
    """Connect two people in every way in which people can be connected."""
    first, second = sorted((one.id, other.id))
    await Link(
        perpetrator=one.id, survivor=other.id, recorded_at=clock.now(),
        relationship=one.say(Link, "relationship", Relationship.EX_PARTNER),
    ).save()  # fmt: skip
    await NonAssociation(
        person=first, other=second, reason=one.say(NonAssociation, "reason"),
        recorded_at=clock.now(),
    ).save()  # fmt: skip
    await Conflict(
        kind=ConflictKind.NON_ASSOCIATION, organisation=one.cohort.organisation_id,
        participant=one.id, other=other.id, cohort=one.cohort.id, tried_at=clock.now(),
        note=one.say(Conflict, "note"),
    ).save()  # fmt: skip
    for person in (one, other):
        await CaseWorker(participant=person.id, account=account_id, since=clock.today()).save()


async def restrict_to(person: WholePerson, account_id: UUID) -> None:
    """Hide the person from all but one account."""
    row = Restriction(
        id=new_id(), participant=person.id, reason=person.say(Restriction, "reason"),
        restricted_at=clock.now(),
    )  # fmt: skip
    await row.save()
    await RestrictionReader(restriction=row.id, account=account_id).save()
