"""What texts say, and when they go out."""

from typing import ClassVar

from piccolo.columns import JSON, UUID, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of, one_of_or_null
from core.ids import new_id
from core.scope import Side
from messaging.domain.terms import RuleKind


class MessageTemplate(Table, tablename="message_templates"):
    """The wording of a text in one language.

    ``findings`` lists what the discreet check objected to when it was saved (G11); with any, it is
    used only once somebody else than its author has taken that upon themselves.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    name = Varchar(length=80, default=None)
    language = Varchar(length=8, default=None)
    body = Text(default=None)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)
    kind = Varchar(length=20, choices=RuleKind, default=RuleKind.SESSION_REMINDER)
    findings = JSON(default="[]")
    saved_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    saved_at = Timestamptz(default=None)
    allowed_by = ForeignKey(Account, on_delete=OnDelete.restrict, null=True)
    allowed_at = Timestamptz(null=True, default=None)
    allowed_reason = Varchar(length=200, default="")

    template_name_once_per_language = Unique([name, language])
    template_kind_is_known = Check(one_of("kind", list(RuleKind)))
    template_is_allowed_by_somebody_else = Check(
        '"allowed_by" IS NULL OR "saved_by" IS NULL OR "allowed_by" <> "saved_by"'
    )


class ReminderRule(Table, tablename="reminder_rules"):
    """When a text goes out.

    It is about sessions of one side and all or one of its programmes, or, with neither, about
    training that expires.

    ``active_since`` is when it was last switched on: what fell due before is never sent.
    ``asks`` tells that the text asks for an answer, ``1`` or ``2``.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("rule_name_once_for_staff", ("organisation", "name"), unique=True,
              where="side IS NULL"),
    )  # fmt: skip

    id = UUID(primary_key=True, default=new_id)
    name = Varchar(length=80, default=None)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=False)
    side = Varchar(length=12, choices=Side, null=True, default=None)
    programme = UUID(null=True, default=None)
    kind = Varchar(length=20, choices=RuleKind, default=None)
    days_before = Integer(null=True, default=None)
    at = Varchar(length=5, null=True, default=None)
    hours_before = Integer(null=True, default=None)
    template = ForeignKey(MessageTemplate, on_delete=OnDelete.restrict, null=False)
    active = Boolean(default=False)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)
    asks = Boolean(default=False)
    active_since = Timestamptz(null=True, default=None)

    rule_name_once_per_side = Unique([organisation, side, name])
    rule_side_is_known = Check(one_of_or_null("side", list(Side)))
    rule_kind_is_known = Check(one_of("kind", list(RuleKind)))
    rule_has_a_side_unless_for_staff = Check(
        '("side" IS NULL) = ("kind" = \'training_expiry\') '
        'AND ("side" IS NOT NULL OR "programme" IS NULL)'
    )
    rule_has_one_offset = Check(
        "CASE WHEN \"kind\" IN ('change', 'cancellation') "
        'THEN "hours_before" IS NULL AND "days_before" IS NULL AND "at" IS NULL '
        'ELSE ("hours_before" IS NULL) <> ("days_before" IS NULL) '
        'AND ("days_before" IS NULL) = ("at" IS NULL) END'
    )
    active_rule_says_since_when = Check('NOT "active" OR "active_since" IS NOT NULL')
