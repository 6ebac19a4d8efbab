"""Who works where, in which posts."""

from typing import Any, ClassVar

from piccolo.columns import UUID, Boolean, Date, ForeignKey, Integer, Numeric, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from training.domain.terms import LeaverDecision, Sector, StaffGroup


class Position(Table, tablename="positions"):
    """What posts have in common that rules and figures ask about; made once, never changed.

    ``folded_role`` is the role as rules compare it, whatever its case.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    team = Varchar(length=80, default="")
    sector = Varchar(length=32, choices=Sector, default=None)
    staff_group = Varchar(length=20, choices=StaffGroup, default=None)
    role = Varchar(length=80, default="")
    folded_role = Varchar(length=160, default="")
    is_people_manager = Boolean(default=False)
    fte = Numeric(digits=(3, 2), default=None)

    position_once = Unique([organisation, team, sector, staff_group, role, is_people_manager, fte])
    position_sector_is_known = Check(one_of("sector", list(Sector)))
    position_staff_group_is_known = Check(one_of("staff_group", list(StaffGroup)))
    position_fte_in_range = Check('"fte" > 0 AND "fte" <= 1')


class Staff(Table, tablename="staff"):
    """Somebody who works for an organisation and may have to hold training.

    ``position`` is kept for the figures, where it is the person's only one from
    ``in_position_since`` on and has no last day; ``appointed_on`` is when their posts that led to
    it began. Whoever has none is looked at one by one.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"payroll_number", "name", "email", "number"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("staff_position_idx", ("position", "in_position_since", "appointed_on", "id")),
        Index("staff_account_once", ("account",), unique=True, where="account IS NOT NULL"),
    )

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    payroll_number = Varchar(length=32, default=None)
    name = Varchar(length=120, default=None)
    email = Varchar(length=254, default="")
    created_at = Timestamptz(default=None)
    version = Integer(default=1)
    number = Varchar(length=16, null=True, default=None)
    texts_agreed_on = Date(null=True, default=None)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    position = ForeignKey(Position, on_delete=OnDelete.restrict, null=True)
    in_position_since = Date(null=True, default=None)
    appointed_on = Date(null=True, default=None)

    staff_payroll_number_once = Unique([organisation, payroll_number])
    staff_agreed_to_texts_on_a_number = Check('"texts_agreed_on" IS NULL OR "number" IS NOT NULL')
    staff_position_has_its_days = Check(
        '("position" IS NULL) = ("in_position_since" IS NULL) '
        'AND ("position" IS NULL) = ("appointed_on" IS NULL)'
    )


class Post(Table, tablename="posts"):
    """A position that somebody holds for a time; ``follows`` is the post it changed from."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("posts_follows_once", ("follows",), unique=True, where="follows IS NOT NULL"),
        Index("posts_line_manager_idx", ("line_manager", "staff")),
    )

    id = UUID(primary_key=True, default=new_id)
    staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False, index=True)
    position = ForeignKey(Position, on_delete=OnDelete.restrict, null=False)
    line_manager = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True)
    follows: Any = ForeignKey("self", on_delete=OnDelete.restrict, null=True)
    started_on = Date(default=None)
    ended_on = Date(null=True, default=None)

    post_days_in_order = Check('"ended_on" IS NULL OR "ended_on" >= "started_on"')
    post_is_not_its_own_manager = Check('"line_manager" IS NULL OR "line_manager" <> "staff"')


class LeaverProposal(Table, tablename="leaver_proposals"):
    """Somebody in post who was missing from a full list of staff; a person decides."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("leaver_proposals_open_once", ("staff",), unique=True, where="decision IS NULL"),
    )

    id = UUID(primary_key=True, default=new_id)
    staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=False)
    proposed_at = Timestamptz(default=None)
    decision = Varchar(length=8, choices=LeaverDecision, null=True, default=None)
    decided_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    decided_at = Timestamptz(null=True, default=None)

    leaver_decision_is_known = Check(one_of_or_null("decision", list(LeaverDecision)))
    leaver_decision_has_its_time = Check('("decision" IS NULL) = ("decided_at" IS NULL)')
