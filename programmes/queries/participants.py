"""The people whom programmes are for, and how they may be reached."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import InvalidInputError, NotFoundError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope, Side
from core.text import is_plain
from programmes.domain.contact import Window
from programmes.domain.terms import SmsSafety
from programmes.queries import visibility
from programmes.queries.progress import first_name_and_initial


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """A person; ``risk_flag`` says that there is something not to disclose, never what (D4)."""

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

    @property
    def name(self) -> str:
        """Answer the name that the person goes by, and the family name."""
        return f"{self.preferred_name or self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class SafeContactView:
    """Whether and when a person may be texted; nothing confirmed until somebody confirms it."""

    number: str
    number_version: int
    sms: SmsSafety
    confirmed_on: date | None
    confirmed_with: str
    windows: tuple[Window, ...]
    language: str
    version: int


NOTHING_CONFIRMED = SafeContactView(
    number="", number_version=0, sms=SmsSafety.UNKNOWN, confirmed_on=None, confirmed_with="",
    windows=(), language="en", version=0,
)  # fmt: skip
"""What holds for a person of whom nobody has recorded a safe contact: do not text (M1)."""

MOST_WORDS = 10

_PARTICIPANT = (
    "SELECT p.id, p.organisation, p.side, p.given_name, p.family_name, p.preferred_name,"
    " p.born_on, p.reference, p.area, p.version,"
    " (SELECT COUNT(*) FROM risk_flags f WHERE f.participant = p.id AND f.lowered_at IS NULL)"
    " AS flags FROM participants p"
)


async def participants(*, scope: Scope, cursor: Cursor, search: str = "") -> Page[ParticipantView]:
    """Answer visible people whose names or reference hold every word of ``search``."""
    conditions = [visibility.participants(scope)]
    if after := cursor.after_id():
        conditions.append(QueryString("p.id > {}", after))
    conditions += [
        QueryString(
            "LOWER(p.given_name || ' ' || p.family_name || ' ' || p.preferred_name || ' '"
            " || p.reference) LIKE LOWER({}) ESCAPE '!'",
            _contains(word),
        )
        for word in _words(search)
    ]
    rows = await database.run(
        _PARTICIPANT + " WHERE {} ORDER BY p.id LIMIT {}",
        database.all_of(conditions),
        cursor.limit + 1,
    )  # fmt: skip
    return cursor.page([_participant(row) for row in rows], lambda view: (view.id,))


async def participant(
    participant_id: UUID, *, scope: Scope, permission: Permission = Permission.VIEW_CASES
) -> ParticipantView:
    """Answer one person.

    Raises:
        NotFoundError: they are not there, or not visible.
    """
    rows = await database.run(
        _PARTICIPANT + " WHERE p.id = {} AND {}",
        participant_id,
        visibility.participants(scope, permission),
    )
    if not rows:
        raise NotFoundError
    return _participant(rows[0])


async def short_names(ids: Collection[UUID], *, scope: Scope) -> dict[UUID, str]:
    """Answer "First name + initial" of those whom the scope may see (D10)."""
    if not ids:
        return {}
    rows = await database.run(
        "SELECT p.id, p.given_name, p.family_name, p.preferred_name FROM participants p"
        " WHERE p.id IN {} AND {}",
        database.in_list(ids),
        visibility.participants(scope),
    )
    return {row["id"]: first_name_and_initial(row) for row in rows}


async def safe_contact(participant_id: UUID, *, scope: Scope) -> SafeContactView:
    """Answer how a visible person may be reached."""
    rows = await database.run(
        "SELECT k.number, k.number_version, k.sms, k.confirmed_on, k.confirmed_with, k.windows,"
        " k.language, k.version FROM safe_contacts k JOIN participants p ON p.id = k.participant"
        " WHERE p.id = {} AND {}",
        participant_id,
        visibility.participants(scope),
    )
    return _safe_contact(rows[0]) if rows else NOTHING_CONFIRMED


def _words(search: str) -> list[str]:
    if not is_plain(search, lines=True):
        raise InvalidInputError.of("search", "Search for part of a name or a reference")
    words = search.split()
    if len(words) > MOST_WORDS:
        raise InvalidInputError.of("search", f"Enter {MOST_WORDS} words or fewer")
    return words


def _contains(word: str) -> str:
    escaped = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def _participant(row: database.Row) -> ParticipantView:
    return ParticipantView(
        id=row["id"],
        organisation_id=row["organisation"],
        side=Side(row["side"]),
        given_name=row["given_name"],
        family_name=row["family_name"],
        preferred_name=row["preferred_name"],
        born_on=row["born_on"],
        reference=row["reference"],
        area=row["area"],
        risk_flag=bool(row["flags"]),
        version=row["version"],
    )


def _safe_contact(row: database.Row) -> SafeContactView:
    return SafeContactView(
        number=row["number"] or "",
        number_version=row["number_version"],
        sms=SmsSafety(row["sms"]),
        confirmed_on=row["confirmed_on"],
        confirmed_with=row["confirmed_with"],
        windows=tuple(
            Window(item["weekday"], item["from"], item["to"]) for item in json.loads(row["windows"])
        ),
        language=row["language"],
        version=row["version"],
    )
