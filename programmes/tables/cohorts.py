"""Cohorts and who facilitates them."""

from typing import ClassVar

from piccolo.columns import JSON, UUID, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from core.scope import Side
from programmes.domain.case_terms import FacilitatorRole, GroupSex
from programmes.domain.terms import Nation
from programmes.tables.curriculum import ProgrammeVersion, Venue


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
    group_sex = Varchar(length=8, choices=GroupSex, null=True, default=None)

    cohort_code_once_per_side = Unique([organisation, side, code])
    cohort_side_is_known = Check(one_of("side", list(Side)))
    cohort_nation_is_known = Check(one_of("nation", list(Nation)))
    cohort_group_sex_is_known = Check(one_of_or_null("group_sex", GroupSex))
    cohort_has_places = Check('"places_taken" >= 0 AND "places_taken" <= "capacity"')


class CohortFacilitator(Table, tablename="cohort_facilitators"):
    """Somebody who facilitates a cohort."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    cohort = ForeignKey(Cohort, on_delete=OnDelete.restrict, null=False)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=True)
    role = Varchar(length=16, choices=FacilitatorRole, default=FacilitatorRole.CO_FACILITATOR)

    facilitator_role_is_known = Check(one_of("role", list(FacilitatorRole)))
    facilitator_once_per_cohort = Unique([cohort, account])


class CalendarFeed(Table, tablename="calendar_feeds"):
    """An address at which a facilitator's calendar can be read; only its hash is kept."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_calendar_feed_per_account",
            ("account",),
            unique=True,
            where="revoked_at IS NULL",
        ),
    )

    id = UUID(primary_key=True, default=new_id)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False)
    token_hash = Varchar(length=64, default=None, unique=True)
    created_at = Timestamptz(default=None)
    revoked_at = Timestamptz(null=True, default=None)
