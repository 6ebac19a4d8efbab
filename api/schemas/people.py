"""Payloads of participants and safe contact."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec

from api.safe_contacts import NumberStands
from api.schemas.base import In, Out
from core.scope import Side
from programmes.domain.contact import Window
from programmes.domain.terms import SmsSafety
from programmes.queries.participants import ParticipantView, SafeContactView
from programmes.services.participants import PersonDetails
from programmes.services.safe_contacts import ContactDetails

PersonName = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Reference = Annotated[str, msgspec.Meta(max_length=40)]
Area = Annotated[str, msgspec.Meta(max_length=80)]


class ParticipantIn(In, frozen=True, kw_only=True):
    """A person to add."""

    organisation_id: UUID | None = None
    side: Side
    given_name: PersonName
    family_name: PersonName
    preferred_name: Annotated[str, msgspec.Meta(max_length=80)] = ""
    born_on: date | None = None
    reference: Reference = ""
    area: Area = ""

    def details(self) -> PersonDetails:
        """Answer it as the service takes it."""
        return PersonDetails(
            self.given_name, self.family_name, self.preferred_name, self.born_on, self.reference,
            self.area,
        )  # fmt: skip


class ParticipantChangeIn(In, frozen=True, kw_only=True):
    """What changes of a person; what is left out stays."""

    version: int
    given_name: PersonName | msgspec.UnsetType = msgspec.UNSET
    family_name: PersonName | msgspec.UnsetType = msgspec.UNSET
    preferred_name: Annotated[str, msgspec.Meta(max_length=80)] | msgspec.UnsetType = msgspec.UNSET
    born_on: date | msgspec.UnsetType | None = msgspec.UNSET
    reference: Reference | msgspec.UnsetType = msgspec.UNSET
    area: Area | msgspec.UnsetType = msgspec.UNSET

    def over(self, stored: ParticipantView) -> PersonDetails:
        """Answer the stored details with these changes."""

        def chosen(field: str) -> Any:
            given = getattr(self, field)
            return getattr(stored, field) if given is msgspec.UNSET else given

        return PersonDetails(
            chosen("given_name"), chosen("family_name"), chosen("preferred_name"),
            chosen("born_on"), chosen("reference"), chosen("area"),
        )  # fmt: skip


class ParticipantOut(Out, frozen=True, kw_only=True):
    """A person."""

    id: UUID
    organisation_id: UUID
    side: Side
    given_name: str
    family_name: str
    preferred_name: str
    born_on: date | None
    reference: str
    area: str
    risk_flag: bool
    version: int

    @classmethod
    def of(cls, view: ParticipantView) -> "ParticipantOut":
        """Shape a person."""
        return cls(
            id=view.id,
            organisation_id=view.organisation_id,
            side=view.side,
            given_name=view.given_name,
            family_name=view.family_name,
            preferred_name=view.preferred_name,
            born_on=view.born_on,
            reference=view.reference,
            area=view.area,
            risk_flag=view.risk_flag,
            version=view.version,
        )


class WindowPart(In, frozen=True, kw_only=True, rename={"opens": "from", "closes": "to"}):
    """Hours of one weekday in which a text is safe."""

    weekday: int
    opens: str
    closes: str


class SafeContactIn(In, frozen=True, kw_only=True):
    """What somebody confirmed about reaching a person."""

    version: int
    number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    sms: SmsSafety
    confirmed_on: date | None = None
    confirmed_with: Annotated[str, msgspec.Meta(max_length=120)] = ""
    windows: list[WindowPart] = []
    language: Annotated[str, msgspec.Meta(max_length=8)] = "en"

    def details(self) -> ContactDetails:
        """Answer it as the service takes it."""
        return ContactDetails(
            number=self.number,
            sms=self.sms,
            confirmed_on=self.confirmed_on,
            confirmed_with=self.confirmed_with,
            windows=tuple(Window(item.weekday, item.opens, item.closes) for item in self.windows),
            language=self.language,
        )


class TextsAgainIn(In, frozen=True, kw_only=True):
    """That a person asked today for texts again, and who confirmed it."""

    version: int
    confirmed_with: Annotated[str, msgspec.Meta(max_length=120)]


class SafeContactOut(Out, frozen=True, kw_only=True):
    """Whether and when a person may be texted; ``version`` 0 where nothing is recorded.

    ``texts_off`` tells that none go to this number, whatever was confirmed, and never why.
    """

    number: str
    sms: SmsSafety
    confirmed_on: date | None
    confirmed_with: str
    windows: list[WindowPart]
    language: str
    texts_off: bool
    version: int

    @classmethod
    def of(cls, view: SafeContactView, stands: NumberStands) -> "SafeContactOut":
        """Shape a safe contact."""
        return cls(
            number=view.number,
            sms=view.sms,
            confirmed_on=view.confirmed_on,
            confirmed_with=view.confirmed_with,
            windows=[
                WindowPart(weekday=item.weekday, opens=item.opens, closes=item.closes)
                for item in view.windows
            ],
            language=view.language,
            texts_off=stands.is_off,
            version=view.version,
        )
