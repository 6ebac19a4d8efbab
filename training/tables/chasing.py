"""Who is told of training that lapses, and that they were told once."""

from typing import ClassVar

from piccolo.columns import JSON, UUID, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of
from core.ids import new_id
from training.domain.terms import NoticeChannel, NoticeKind, NoticeState
from training.tables.people import Staff


class TrainingNotice(Table, tablename="training_notices"):
    """A weekly digest, or word to somebody that their training runs out: once per period.

    It is for an account or for a member of staff. ``period`` is a week (``2026-W47``), or the
    record that runs out with its last day. ``organisation`` is ``None`` in a digest of all of
    them. ``facts`` are counts and ids, never names.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"facts"})
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "training_notices_account_once",
            ("account", "kind", "organisation", "period", "channel"),
            unique=True,
            where="account IS NOT NULL",
        ),
        Index(
            "training_notices_everywhere_once",
            ("account", "kind", "period", "channel"),
            unique=True,
            where="account IS NOT NULL AND organisation IS NULL",
        ),
        Index(
            "training_notices_staff_once",
            ("staff", "kind", "period", "channel"),
            unique=True,
            where="staff IS NOT NULL",
        ),
        Index("training_notices_state_idx", ("state", "id")),
    )

    id = UUID(primary_key=True, default=new_id)
    kind = Varchar(length=16, choices=NoticeKind, default=None)
    channel = Varchar(length=8, choices=NoticeChannel, default=None)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=True)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    staff = ForeignKey(Staff, on_delete=OnDelete.restrict, null=True)
    period = Varchar(length=60, default=None)
    facts = JSON(default="{}")
    state = Varchar(length=10, choices=NoticeState, default=NoticeState.WAITING)
    created_at = Timestamptz(default=None)
    changed_at = Timestamptz(default=None)

    training_notice_kind_is_known = Check(one_of("kind", list(NoticeKind)))
    training_notice_channel_is_known = Check(one_of("channel", list(NoticeChannel)))
    training_notice_state_is_known = Check(one_of("state", list(NoticeState)))
    training_notice_is_for_somebody = Check('("account" IS NULL) <> ("staff" IS NULL)')
