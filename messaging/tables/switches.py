"""What stops texts, and what somebody must look into."""

from typing import ClassVar

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from core.scope import Side
from messaging.domain.terms import AlertKind, PauseOf


class MessagingPause(Table, tablename="messaging_pauses"):
    """A switch (M16, G15): while the newest row about a thing says so, nothing of it is sent.

    ``subject`` is the programme, cohort or person, and empty for the installation. Why the texts of
    a person are paused may say something about them.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})
    INDEXES: ClassVar[tuple[Index, ...]] = (Index("pauses_subject_idx", ("subject", "id")),)

    id = UUID(primary_key=True, default=new_id)
    paused = Boolean(default=None)
    reason = Varchar(length=200, default="")
    at = Timestamptz(default=None)
    actor = UUID(null=True, default=None)
    pause_of = Varchar(length=12, choices=PauseOf, default=PauseOf.INSTALLATION)
    subject = UUID(null=True, default=None)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=True)
    side = Varchar(length=12, choices=Side, null=True, default=None)

    pause_of_is_known = Check(one_of("pause_of", list(PauseOf)))
    pause_side_is_known = Check(one_of_or_null("side", list(Side)))
    pause_has_a_subject_unless_of_all = Check(
        '("pause_of" = \'installation\') = ("subject" IS NULL)'
    )


class MessagingAlert(Table, tablename="messaging_alerts"):
    """Something about sending that somebody must look into; once per kind and subject while open.

    ``subject`` is what it is about: a template, an error code, a message; never a number.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("one_open_alert_per_subject", ("kind", "subject"), unique=True,
              where="settled_at IS NULL"),
    )  # fmt: skip

    id = UUID(primary_key=True, default=new_id)
    kind = Varchar(length=24, choices=AlertKind, default=None)
    subject = Varchar(length=64, default="")
    error_code = Integer(default=0)
    times = Integer(default=1)
    opened_at = Timestamptz(default=None)
    last_at = Timestamptz(default=None)
    settled_at = Timestamptz(null=True, default=None)
    settled_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)

    alert_kind_is_known = Check(one_of("kind", list(AlertKind)))


class SendingIdentity(Table, tablename="sending_identities"):
    """As whom this database has sent, and under which address; a new one starts paused (G15)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    account_sid = Varchar(length=40, default=None)
    public_url = Varchar(length=200, default=None)
    at = Timestamptz(default=None)
