"""Tables of the programmes room."""

from typing import ClassVar

from piccolo.columns import (
    JSON,
    UUID,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of
from core.ids import new_id
from core.scope import Side
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    OPEN_ENROLMENTS,
    AbsenceReason,
    AttendanceOutcome,
    DeliveryMode,
    EnrolmentStatus,
    ExitReason,
    GroupModel,
    Mandate,
    Nation,
    ProgrammeType,
    ReferralSource,
    ReferralStatus,
    SessionStatus,
    SmsSafety,
    UnitKind,
)

_SIDES = list(Side)


def _one_of_or_null(column: str, values: type) -> str:
    return f'"{column}" IS NULL OR {one_of(column, values)}'


class Programme(Table, tablename="programmes"):
    """A programme that an organisation runs on one side; its curriculum is in its versions."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    name = Varchar(length=120, default=None)
    type = Varchar(length=24, choices=ProgrammeType, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    programme_name_once_per_side = Unique([organisation, side, name])
    programme_side_is_known = Check(one_of("side", _SIDES))
    programme_type_is_known = Check(one_of("type", list(ProgrammeType)))


class ProgrammeVersion(Table, tablename="programme_versions"):
    """The curriculum and the completion rule (C4) of a programme; a cohort keeps its version."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    programme = ForeignKey(Programme, on_delete=OnDelete.restrict, null=False)
    number = Integer(default=None)
    group_model = Varchar(length=16, choices=GroupModel, default=None)
    delivery_mode = Varchar(length=12, choices=DeliveryMode, default=None)
    min_units = Integer(null=True, default=None)
    min_percent = Integer(null=True, default=None)
    min_hours = Integer(null=True, default=None)
    needs_end_review = Boolean(default=False)
    needs_report_sent = Boolean(default=False)
    capacity_min = Integer(default=None)
    capacity_max = Integer(default=None)
    cost_pence = Integer(null=True, default=None)
    created_at = Timestamptz(default=None)

    version_number_once = Unique([programme, number])
    version_model_is_known = Check(one_of("group_model", list(GroupModel)))
    version_mode_is_known = Check(one_of("delivery_mode", list(DeliveryMode)))
    version_has_one_threshold = Check('("min_units" IS NULL) <> ("min_percent" IS NULL)')
    version_percent_in_range = Check('"min_percent" IS NULL OR "min_percent" BETWEEN 1 AND 100')
    version_capacity_in_order = Check('"capacity_min" >= 1 AND "capacity_max" >= "capacity_min"')


class Unit(Table, tablename="units"):
    """One part of a curriculum: what completion counts."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    programme_version = ForeignKey(ProgrammeVersion, on_delete=OnDelete.restrict, null=False)
    number = Integer(default=None)
    title = Varchar(length=120, default=None)
    kind = Varchar(length=12, choices=UnitKind, default=None)
    minutes = Integer(default=None)
    mandatory = Boolean(default=False)

    unit_number_once = Unique([programme_version, number])
    unit_kind_is_known = Check(one_of("kind", list(UnitKind)))
    unit_minutes_in_range = Check('"minutes" BETWEEN 1 AND 600')


class Venue(Table, tablename="venues"):
    """Where sessions are held; it belongs to one side and the other never sees it (D5)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    name = Varchar(length=120, default=None)
    address = Text(default="")

    venue_name_once_per_side = Unique([organisation, side, name])
    venue_side_is_known = Check(one_of("side", _SIDES))


class Closure(Table, tablename="closures"):
    """Days on which an organisation, or one venue, holds no session."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False, index=True)
    venue = ForeignKey(Venue, on_delete=OnDelete.restrict, null=True)
    from_on = Date(default=None)
    to_on = Date(default=None)
    reason = Varchar(length=120, default="")

    closure_days_in_order = Check('"to_on" >= "from_on"')


class Cohort(Table, tablename="cohorts"):
    """One run of a programme with its own group, timetable and capacity."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("cohorts_side_idx", ("side", "organisation", "starts_on")),
    )

    id = UUID(primary_key=True, default=new_id)
    programme_version = ForeignKey(
        ProgrammeVersion, on_delete=OnDelete.restrict, null=False, index=True
    )
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    code = Varchar(length=24, default=None)
    venue = ForeignKey(Venue, on_delete=OnDelete.restrict, null=True)
    starts_on = Date(default=None)
    nation = Varchar(length=20, choices=Nation, default=None)
    slots = JSON(default="[]")
    capacity = Integer(default=None)
    places_taken = Integer(default=0)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    cohort_code_once_per_side = Unique([organisation, side, code])
    cohort_side_is_known = Check(one_of("side", _SIDES))
    cohort_nation_is_known = Check(one_of("nation", list(Nation)))
    cohort_has_places = Check('"places_taken" >= 0 AND "places_taken" <= "capacity"')


class CohortFacilitator(Table, tablename="cohort_facilitators"):
    """Somebody who facilitates a cohort."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    cohort = ForeignKey(Cohort, on_delete=OnDelete.restrict, null=False)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=True)

    facilitator_once_per_cohort = Unique([cohort, account])


class Participant(Table, tablename="participants"):
    """A person whom a programme is for; never somebody who signs in."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {"given_name", "family_name", "preferred_name", "born_on"}
    )
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("participants_side_idx", ("side", "organisation", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    given_name = Varchar(length=80, default=None)
    family_name = Varchar(length=80, default=None)
    preferred_name = Varchar(length=80, default="")
    born_on = Date(null=True, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    participant_side_is_known = Check(one_of("side", _SIDES))


class SafeContact(Table, tablename="safe_contacts"):
    """Whether, where and when a person may be texted, and who confirmed it (M1, M2)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"number", "confirmed_with", "windows"})
    INDEXES: ClassVar[tuple[Index, ...]] = (Index("safe_contacts_number_idx", ("number",)),)

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False, unique=True)
    number = Varchar(length=16, null=True, default=None)
    number_version = Integer(default=1)
    sms = Varchar(length=8, choices=SmsSafety, default=None)
    confirmed_on = Date(null=True, default=None)
    confirmed_with = Varchar(length=120, default="")
    confirmed_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    windows = JSON(default="[]")
    language = Varchar(length=8, default="en")
    updated_at = Timestamptz(default=None)
    version = Integer(default=1)

    safe_contact_sms_is_known = Check(one_of("sms", list(SmsSafety)))
    safe_contact_says_what_was_confirmed = Check(
        '"sms" <> \'safe\' OR ("number" IS NOT NULL AND "confirmed_on" IS NOT NULL)'
    )


class Referral(Table, tablename="referrals"):
    """A request that a person join a programme; the waiting list is made of these."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_open_referral_per_programme",
            ("participant", "programme"),
            unique=True,
            where="status NOT IN ("
            + ", ".join(f"'{status}'" for status in sorted(CLOSED_REFERRALS))
            + ")",
        ),
        Index("referrals_programme_idx", ("programme", "received_on")),
    )

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False, index=True)
    programme = ForeignKey(Programme, on_delete=OnDelete.restrict, null=False)
    source = Varchar(length=24, choices=ReferralSource, default=None)
    mandate = Varchar(length=24, choices=Mandate, default=None)
    received_on = Date(default=None)
    assessed_on = Date(null=True, default=None)
    suitable = Boolean(null=True, default=None)
    status = Varchar(length=24, choices=ReferralStatus, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    referral_source_is_known = Check(one_of("source", list(ReferralSource)))
    referral_mandate_is_known = Check(one_of("mandate", list(Mandate)))
    referral_status_is_known = Check(one_of("status", list(ReferralStatus)))


class Enrolment(Table, tablename="enrolments"):
    """A person's place in a cohort.

    ``started_on`` is kept, not typed in: the day of the first group unit attended (C3).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"exit_reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_open_enrolment_per_person",
            ("participant",),
            unique=True,
            where="status IN (" + ", ".join(f"'{status}'" for status in OPEN_ENROLMENTS) + ")",
        ),
        Index("enrolments_cohort_idx", ("cohort", "status")),
        Index("enrolments_participant_idx", ("participant",)),
    )

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False)
    cohort = ForeignKey(Cohort, on_delete=OnDelete.restrict, null=False)
    referral = ForeignKey(Referral, on_delete=OnDelete.restrict, null=True, index=True)
    joined_on = Date(default=None)
    status = Varchar(length=20, choices=EnrolmentStatus, default=None)
    started_on = Date(null=True, default=None)
    ended_on = Date(null=True, default=None)
    exit_reason = Varchar(length=32, choices=ExitReason, null=True, default=None)
    end_review_on = Date(null=True, default=None)
    report_sent_on = Date(null=True, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    enrolment_status_is_known = Check(one_of("status", list(EnrolmentStatus)))
    enrolment_exit_reason_is_known = Check(_one_of_or_null("exit_reason", ExitReason))
    enrolment_exit_has_reason = Check('"status" <> \'exited\' OR "exit_reason" IS NOT NULL')
    enrolment_days_in_order = Check('"ended_on" IS NULL OR "ended_on" >= "joined_on"')


class Session(Table, tablename="sessions"):
    """One meeting of a group, or of one person for a catch-up.

    ``revision`` rises when start, place or status changes, and binds the texts sent about it;
    ``register_version`` rises with each save of the register.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_session_per_cohort_and_instant",
            ("cohort", "starts_at"),
            unique=True,
            where="catch_up_for IS NULL AND status <> 'cancelled'",
        ),
        Index("sessions_cohort_idx", ("cohort", "starts_at")),
        Index("sessions_starts_at_idx", ("starts_at", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    cohort = ForeignKey(Cohort, on_delete=OnDelete.restrict, null=False)
    unit = ForeignKey(Unit, on_delete=OnDelete.restrict, null=False)
    starts_at = Timestamptz(default=None)
    minutes = Integer(default=None)
    status = Varchar(length=12, choices=SessionStatus, default=None)
    cancelled_reason = Varchar(length=200, default="")
    catch_up_for = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=True)
    revision = Integer(default=1)
    register_version = Integer(default=0)
    register_saved_at = Timestamptz(null=True, default=None)
    register_saved_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)

    session_status_is_known = Check(one_of("status", list(SessionStatus)))
    session_minutes_in_range = Check('"minutes" BETWEEN 1 AND 600')


class Attendance(Table, tablename="attendances"):
    """One participant's mark for one session."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"note", "absence_reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("attendances_enrolment_idx", ("enrolment", "outcome")),
    )

    id = UUID(primary_key=True, default=new_id)
    session = ForeignKey(Session, on_delete=OnDelete.restrict, null=False)
    enrolment = ForeignKey(Enrolment, on_delete=OnDelete.restrict, null=False)
    outcome = Varchar(length=24, choices=AttendanceOutcome, default=None)
    minutes_attended = Integer(null=True, default=None)
    absence_reason = Varchar(length=24, choices=AbsenceReason, null=True, default=None)
    acceptable = Boolean(null=True, default=None)
    engaged = Boolean(null=True, default=None)
    note = Text(default="")
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)

    one_mark_per_session = Unique([session, enrolment])
    attendance_outcome_is_known = Check(one_of("outcome", list(AttendanceOutcome)))
    attendance_reason_is_known = Check(_one_of_or_null("absence_reason", AbsenceReason))
    attendance_minutes_in_range = Check(
        '"minutes_attended" IS NULL OR "minutes_attended" BETWEEN 0 AND 600'
    )
