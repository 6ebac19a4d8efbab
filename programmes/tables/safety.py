"""What keeps people apart: links, workers, non-associations, conflicts, restricted records."""

from typing import ClassVar

from piccolo.columns import UUID, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of
from core.ids import new_id
from programmes.domain.case_terms import ConflictKind, Relationship
from programmes.tables.cohorts import Cohort
from programmes.tables.people import Participant


class Link(Table, tablename="links"):
    """That a perpetrator and a survivor are connected; for link workers and safety leads (D2)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"relationship"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    perpetrator = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False)
    survivor = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False, index=True)
    relationship = Varchar(length=16, choices=Relationship, default=None)
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)
    ended_on = Date(null=True, default=None)
    version = Integer(default=1)

    one_link_per_pair = Unique([perpetrator, survivor])
    link_relationship_is_known = Check(one_of("relationship", list(Relationship)))
    link_joins_two_people = Check('"perpetrator" <> "survivor"')


class CaseWorker(Table, tablename="case_workers"):
    """That somebody works with a person; never with both parties of a link (D3)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=True)
    since = Date(default=None)

    worker_once_per_person = Unique([participant, account])


class RiskFlag(Table, tablename="risk_flags"):
    """That there is something not to disclose about a perpetrator; it has no text (D4)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_risk_flag_per_person", ("participant",), unique=True, where="lowered_at IS NULL"
        ),
    )

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False)
    raised_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    raised_at = Timestamptz(default=None)
    lowered_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    lowered_at = Timestamptz(null=True, default=None)


class NonAssociation(Table, tablename="non_associations"):
    """That two people of one side must not be in a group together (D6)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    person = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False)
    other = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False, index=True)
    reason = Varchar(length=200, default="")
    recorded_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    recorded_at = Timestamptz(default=None)

    non_association_once = Unique([person, other])
    non_association_in_order = Check('"person" < "other"')


class Conflict(Table, tablename="conflicts"):
    """What was refused and why; for safety leads only."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"note"})
    INDEXES: ClassVar[tuple[Index, ...]] = (Index("conflicts_open_idx", ("settled_at", "id")),)

    id = UUID(primary_key=True, default=new_id)
    kind = Varchar(length=20, choices=ConflictKind, default=None)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=True)
    other = ForeignKey(Participant, on_delete=OnDelete.restrict, null=True)
    cohort = ForeignKey(Cohort, on_delete=OnDelete.restrict, null=True)
    met_on = Date(null=True, default=None)
    tried_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    tried_at = Timestamptz(default=None)
    settled_at = Timestamptz(null=True, default=None)
    settled_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    note = Varchar(length=200, default="")
    version = Integer(default=1)

    conflict_kind_is_known = Check(one_of("kind", list(ConflictKind)))


class Restriction(Table, tablename="restrictions"):
    """That a person's record is hidden from all but those named (D7)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False, unique=True)
    reason = Varchar(length=200, default=None)
    restricted_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    restricted_at = Timestamptz(default=None)


class RestrictionReader(Table, tablename="restriction_readers"):
    """Somebody who is named, and so sees a restricted record."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    restriction = ForeignKey(Restriction, on_delete=OnDelete.cascade, null=False)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False)

    reader_once = Unique([restriction, account])


class LegalHold(Table, tablename="legal_holds"):
    """That a person's record is kept past its time, such as for a review (D13)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "one_legal_hold_per_person", ("participant",), unique=True, where="lifted_at IS NULL"
        ),
    )

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False)
    reason = Varchar(length=200, default=None)
    placed_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    placed_at = Timestamptz(default=None)
    lifted_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    lifted_at = Timestamptz(null=True, default=None)
