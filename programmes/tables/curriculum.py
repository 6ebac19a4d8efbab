"""Programmes with their curriculum, and where and when sessions can be held."""

from typing import Any, ClassVar

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
from piccolo.columns.reference import LazyTableReference
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Organisation
from core.database import Index, one_of
from core.ids import new_id
from core.scope import Side
from programmes.domain.terms import (
    DeliveryMode,
    GroupModel,
    ProgrammeType,
    UnitKind,
)


class Programme(Table, tablename="programmes"):
    """A programme that an organisation runs on one side; its curriculum is in its versions.

    Only who completed the programme that it ``follows`` may join it, such as peer support (S7).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    name = Varchar(length=120, default=None)
    type = Varchar(length=24, choices=ProgrammeType, default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)
    follows: Any = ForeignKey(
        LazyTableReference("Programme", module_path=__name__),
        on_delete=OnDelete.restrict,
        null=True,
    )

    programme_name_once_per_side = Unique([organisation, side, name])
    programme_side_is_known = Check(one_of("side", list(Side)))
    programme_type_is_known = Check(one_of("type", list(ProgrammeType)))


class ProgrammeVersion(Table, tablename="programme_versions"):
    """The curriculum and the completion rule (C4) of a programme; a cohort keeps its version.

    A register can be corrected for ``edit_window_days`` after its session, then by managers only.
    ``long_outcomes`` offers all outcomes of a mark on it, not the short list (2.3). Whom it is for:
    ``min_age``, ``areas`` by name and ``mandates`` by code; an empty list is anybody.
    """

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
    edit_window_days = Integer(default=14)
    long_outcomes = Boolean(default=False)
    min_age = Integer(null=True, default=None)
    areas = JSON(default="[]")
    mandates = JSON(default="[]")

    version_number_once = Unique([programme, number])
    version_edit_window_in_range = Check('"edit_window_days" BETWEEN 0 AND 366')
    version_model_is_known = Check(one_of("group_model", list(GroupModel)))
    version_mode_is_known = Check(one_of("delivery_mode", list(DeliveryMode)))
    version_has_one_threshold = Check('("min_units" IS NULL) <> ("min_percent" IS NULL)')
    version_percent_in_range = Check('"min_percent" IS NULL OR "min_percent" BETWEEN 1 AND 100')
    version_min_age_in_range = Check('"min_age" IS NULL OR "min_age" BETWEEN 1 AND 120')
    version_capacity_in_order = Check('"capacity_min" >= 1 AND "capacity_max" >= "capacity_min"')


class Unit(Table, tablename="units"):
    """One part of a curriculum: what completion counts.

    ``gap_days`` is the least time between it and the unit before, such as three weeks between a
    pre-group contact and the group. ``module`` numbers the module that it is in: a group with
    modular entry is joined at a module's first unit.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    programme_version = ForeignKey(ProgrammeVersion, on_delete=OnDelete.restrict, null=False)
    number = Integer(default=None)
    title = Varchar(length=120, default=None)
    kind = Varchar(length=12, choices=UnitKind, default=None)
    minutes = Integer(default=None)
    mandatory = Boolean(default=False)
    gap_days = Integer(default=0)
    module = Integer(null=True, default=None)

    unit_gap_in_range = Check('"gap_days" BETWEEN 0 AND 366')
    unit_module_in_range = Check('"module" IS NULL OR "module" BETWEEN 1 AND 120')
    unit_number_once = Unique([programme_version, number])
    unit_kind_is_known = Check(one_of("kind", list(UnitKind)))
    unit_minutes_in_range = Check('"minutes" BETWEEN 1 AND 600')


class Venue(Table, tablename="venues"):
    """Where sessions are held; it belongs to one side and the other never sees it (D5).

    ``place`` is the building in a form that is the same for both sides: its postcode, or its name.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (Index("venues_place_idx", ("place",)),)

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    name = Varchar(length=120, default=None)
    address = Text(default="")
    postcode = Varchar(length=10, default="")
    place = Varchar(length=140, default="")

    venue_name_once_per_side = Unique([organisation, side, name])
    venue_side_is_known = Check(one_of("side", list(Side)))


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
