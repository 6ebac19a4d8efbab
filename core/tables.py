"""Tables of the kernel: the audit log, heartbeats of jobs, and uploads that wait for a decision."""

from typing import ClassVar

from piccolo.columns import JSON, UUID, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from core.periods import Every
from core.scope import Side


class AuditEvent(Table, tablename="audit_events"):
    """One thing that somebody did or looked at; never changed, never deleted."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"before", "after", "reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("audit_events_subject_idx", ("subject", "id")),
        Index("audit_events_actor_idx", ("actor", "id")),
        Index("audit_events_at_idx", ("at", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    at = Timestamptz(default=None)
    actor = UUID(null=True, default=None)
    action = Varchar(length=48, default=None)
    subject_type = Varchar(length=32, default=None)
    subject = UUID(default=None)
    side = Varchar(length=12, null=True, default=None)
    organisation = UUID(null=True, default=None)
    before = JSON(null=True, default=None)
    after = JSON(null=True, default=None)
    reason = Text(default="")

    audit_side_is_known = Check(one_of_or_null("side", list(Side)))


class Heartbeat(Table, tablename="heartbeats"):
    """When a job that runs at intervals last finished."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    name = Varchar(length=32, primary_key=True, default=None)
    at = Timestamptz(default=None)


class Upload(Table, tablename="uploads"):
    """A spreadsheet's rows between its preview and its import; removed with the import.

    ``rows`` is a JSON list of rows, each a list of texts, the header first.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"rows"})
    INDEXES: ClassVar[tuple[Index, ...]] = (Index("uploads_uploaded_at_idx", ("uploaded_at",)),)

    id = UUID(primary_key=True, default=new_id)
    account = UUID(default=None)
    kind = Varchar(length=20, default=None)
    rows = Text(default=None)
    uploaded_at = Timestamptz(default=None)


class ImportMapping(Table, tablename="import_mappings"):
    """Which heading of one source's files is which column, for the next file from there.

    ``headings`` is a JSON object from column to heading, an empty one for a column left out.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    kind = Varchar(length=20, default=None)
    source = Varchar(length=60, default=None)
    account = UUID(default=None)
    headings = JSON(default=None)
    saved_at = Timestamptz(default=None)

    import_mapping_once = Unique([kind, source, account])


class ReportRelease(Table, tablename="report_releases"):
    """A report as it was published; never changed, never deleted.

    ``side`` is ``None`` for what has no side, ``organisation`` for figures of all of them.
    ``document`` is the report with its small numbers taken out, and nothing else.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (Index("report_releases_slug_idx", ("slug", "number")),)

    id = UUID(primary_key=True, default=new_id)
    number = Integer(unique=True, default=None)
    slug = Varchar(length=40, default=None)
    title = Varchar(length=120, default=None)
    side = Varchar(length=12, null=True, default=None)
    organisation = UUID(null=True, default=None)
    parameters = JSON(default=None)
    document = JSON(default=None)
    threshold = Integer(default=None)
    released_by = UUID(null=True, default=None)
    released_at = Timestamptz(default=None)
    note = Text(default="")

    release_side_is_known = Check(one_of_or_null("side", list(Side)))


class ReportSubscription(Table, tablename="report_subscriptions"):
    """What somebody has asked of a report for each month or quarter to come.

    ``question`` is what was asked, without days.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "report_subscription_name_once", ("owner", "name"), unique=True,
            where="ended_at IS NULL",
        ),
    )  # fmt: skip

    id = UUID(primary_key=True, default=new_id)
    owner = UUID(default=None)
    name = Varchar(length=80, default=None)
    slug = Varchar(length=40, default=None)
    question = JSON(default=None)
    every = Varchar(length=8, choices=Every, default=None)
    created_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)

    subscription_every_is_known = Check(one_of("every", list(Every)))


class SubscribedReport(Table, tablename="subscribed_reports"):
    """A report made for a subscription, or why none was.

    ``areas`` are those of the owner in which it was counted.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    subscription = ForeignKey(ReportSubscription, on_delete=OnDelete.cascade, null=False)
    since = Date(default=None)
    until = Date(default=None)
    areas = JSON(default=None)
    document = JSON(null=True, default=None)
    refusal = Varchar(length=200, default="")
    made_at = Timestamptz(default=None)

    subscribed_report_once = Unique([subscription, since])
    subscribed_report_is_made_or_refused = Check('("document" IS NULL) = ("refusal" <> \'\')')
