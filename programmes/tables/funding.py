"""What pays for programmes, what documents state of it, and what they claim of results."""

from typing import ClassVar

from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Organisation
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from core.scope import Side
from programmes.domain.funding import ClaimedRate, FundingStatus, Paid, StatedFor
from programmes.tables.curriculum import Programme


class FundingAgreement(Table, tablename="funding_agreements"):
    """A service that is paid for, by one contributor or several, until it ends.

    ``side`` is null for what serves both, such as a coordinator; ``programme`` is null where the
    money is for no one programme, and no unit cost comes of it.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("funding_agreements_organisation_idx", ("organisation", "side")),
    )

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, null=True, default=None)
    service = Varchar(length=120, default=None)
    provider = Varchar(length=120, default="")
    programme = ForeignKey(Programme, on_delete=OnDelete.restrict, null=True, index=True)
    starts_on = Date(null=True, default=None)
    ends_on = Date(null=True, default=None)
    note = Text(default="")
    created_at = Timestamptz(default=None)
    version = Integer(default=1)

    funding_side_is_known = Check(one_of_or_null("side", list(Side)))
    funding_programme_has_its_side = Check('"programme" IS NULL OR "side" IS NOT NULL')
    funding_days_in_order = Check(
        '"starts_on" IS NULL OR "ends_on" IS NULL OR "ends_on" >= "starts_on"'
    )


class FundingLine(Table, tablename="funding_lines"):
    """What one contributor gives to an agreement: each year between two days, or once on the first.

    ``source`` is the fund that it comes out of.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    agreement = ForeignKey(FundingAgreement, on_delete=OnDelete.restrict, null=False, index=True)
    contributor = Varchar(length=120, default=None)
    source = Varchar(length=120, default="")
    amount_pence = BigInt(default=None)
    paid = Varchar(length=8, choices=Paid, default=None)
    from_on = Date(default=None)
    to_on = Date(null=True, default=None)
    status = Varchar(length=12, choices=FundingStatus, default=None)
    version = Integer(default=1)

    funding_amount_in_range = Check('"amount_pence" BETWEEN 0 AND 1000000000000')
    funding_paid_is_known = Check(one_of("paid", list(Paid)))
    funding_status_is_known = Check(one_of("status", list(FundingStatus)))
    funding_line_days_in_order = Check('"to_on" IS NULL OR "to_on" >= "from_on"')
    funding_ended_line_has_its_end = Check('"status" <> \'ended\' OR "to_on" IS NOT NULL')


class FundingStatement(Table, tablename="funding_statements"):
    """A total as a document states it, shown beside what its lines add up to; never reconciled."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    agreement = ForeignKey(FundingAgreement, on_delete=OnDelete.restrict, null=False, index=True)
    says = Varchar(length=120, default=None)
    total_pence = BigInt(default=None)
    stated_for = Varchar(length=12, choices=StatedFor, default=None)
    document = Varchar(length=200, default=None)
    as_at_on = Date(default=None)

    stated_total_in_range = Check('"total_pence" BETWEEN 0 AND 1000000000000')
    stated_for_is_known = Check(one_of("stated_for", list(StatedFor)))


class StatedLine(Table, tablename="stated_lines"):
    """That a stated total is said to include a line, also one of another agreement (S5)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    statement = ForeignKey(FundingStatement, on_delete=OnDelete.cascade, null=False)
    line = ForeignKey(FundingLine, on_delete=OnDelete.restrict, null=False, index=True)

    stated_line_once = Unique([statement, line])


class PublishedClaim(Table, tablename="published_claims"):
    """A result that a document claims, to be shown beside the one that is recomputed (C11).

    A denominator that ``is_floor`` is said to be at least so many, so its share is at most so much
    (S19). ``percent`` is what the document itself makes of it, if it says.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("published_claims_organisation_idx", ("organisation", "side")),
    )

    id = UUID(primary_key=True, default=new_id)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, default=None)
    programme = ForeignKey(Programme, on_delete=OnDelete.restrict, null=True, index=True)
    what = Varchar(length=32, choices=ClaimedRate, default=None)
    numerator = Integer(default=None)
    denominator = Integer(default=None)
    denominator_is_floor = Boolean(default=False)
    percent = Numeric(digits=(5, 1), null=True, default=None)
    document = Varchar(length=200, default=None)
    as_at_on = Date(default=None)

    claim_side_is_known = Check(one_of("side", list(Side)))
    claim_what_is_known = Check(one_of("what", list(ClaimedRate)))
    claim_counts_in_range = Check(
        '"numerator" BETWEEN 0 AND 1000000 AND "denominator" BETWEEN 1 AND 1000000'
    )
    claim_percent_in_range = Check('"percent" IS NULL OR "percent" BETWEEN 0 AND 1000')
