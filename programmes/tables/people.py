"""People whom programmes are for, how they may be reached, and what they need."""

from typing import ClassVar

from piccolo.columns import JSON, UUID, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from accounts.tables import Account, Organisation
from core.database import Index, one_of
from core.ids import new_id
from core.scope import Side
from programmes.domain.terms import SmsSafety


class Participant(Table, tablename="participants"):
    """A person whom a programme is for; never somebody who signs in.

    ``reference`` is the organisation's own, such as a spreadsheet's. ``closed_out_at`` is when
    retention removed what identifies the person; the rest stays, so that counts do not change.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {"given_name", "family_name", "preferred_name", "born_on", "reference", "area"}
    )
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index("participants_side_idx", ("side", "organisation", "id")),
        Index(
            "one_person_per_reference",
            ("organisation", "side", "reference"),
            unique=True,
            where="reference <> ''",
        ),
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
    reference = Varchar(length=40, default="")
    area = Varchar(length=80, default="")
    closed_out_at = Timestamptz(null=True, default=None)

    participant_side_is_known = Check(one_of("side", list(Side)))


class ParticipantNeeds(Table, tablename="participant_needs"):
    """When and where somebody can come, and what they need there.

    ``availability`` lists ``{"weekday": 0-6, "part": "evening"}``; ``venues_to_avoid`` venue ids.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {
            "availability", "venues_to_avoid", "areas_to_avoid", "access_needs",
            "learning_needs", "interpreter_language",
        }
    )  # fmt: skip
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False, unique=True)
    availability = JSON(default="[]")
    venues_to_avoid = JSON(default="[]")
    areas_to_avoid = Text(default="")
    access_needs = Text(default="")
    learning_needs = Text(default="")
    interpreter_language = Varchar(length=60, default="")
    updated_at = Timestamptz(default=None)
    version = Integer(default=1)


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
    number_changed_at = Timestamptz(null=True, default=None)

    safe_contact_sms_is_known = Check(one_of("sms", list(SmsSafety)))
    safe_contact_says_what_was_confirmed = Check(
        '"sms" <> \'safe\' OR ("number" IS NOT NULL AND "confirmed_on" IS NOT NULL)'
    )


class FormerNumber(Table, tablename="former_numbers"):
    """A number that was somebody's before: never texted for the other side (G4)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"number"})
    INDEXES: ClassVar[tuple[Index, ...]] = (Index("former_numbers_number_idx", ("number",)),)

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False, index=True)
    number = Varchar(length=16, default=None)
    replaced_at = Timestamptz(default=None)
