"""What pages say of the switches that stop texts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from api import pausing
from api.pages.rendering import short_day, wall_time
from api.pausing import Standing, Thing
from core.scope import Permission, Scope
from messaging.domain.terms import PauseOf
from messaging.queries.pauses import PauseInForce

_ROOTS = {
    PauseOf.PROGRAMME: "/programmes",
    PauseOf.COHORT: "/cohorts",
    PauseOf.PERSON: "/participants",
}
_KINDS = {
    PauseOf.PROGRAMME: "Programme",
    PauseOf.COHORT: "Group",
    PauseOf.PERSON: "Person",
}
_PAUSED = {
    PauseOf.INSTALLATION: "All texts are paused",
    PauseOf.PROGRAMME: "Texts of the whole programme are paused",
    PauseOf.COHORT: "Texts of this group are paused",
    PauseOf.PERSON: "Texts to this person are paused",
}
_OF_ONE: dict[PauseOf, dict[str, Any]] = {
    PauseOf.PROGRAMME: {
        "heading": "Texts of this programme", "stop": "Pause texts of this programme",
        "who": "While they are paused, nobody is texted about any group of this programme.",
    },
    PauseOf.COHORT: {
        "heading": "Texts of this group", "stop": "Pause texts of this group",
        "who": "While they are paused, nobody is texted about the sessions of this group.",
    },
    PauseOf.PERSON: {
        "heading": "Texts to this person", "stop": "Pause texts to this person",
        "who": "While they are paused, this person gets no text about any of their groups.",
    },
}  # fmt: skip


def home(kind: PauseOf, subject_id: UUID) -> str:
    """Answer the page of a programme, group or person."""
    return f"{_ROOTS[kind]}/{subject_id}"


def address(kind: PauseOf, subject_id: UUID) -> str:
    """Answer the page of its switch."""
    return f"{home(kind, subject_id)}/message-pause"


def of_one(kind: PauseOf) -> dict[str, Any]:
    """Answer the words of the page of one switch."""
    return _OF_ONE[kind]


def since(at: datetime | None, who: str | None) -> str:
    """Answer since when a switch stands as it does, and who threw it."""
    return f"{short_day(at)}, {wall_time(at)}, by {who or 'the service itself'}" if at else ""


def sentence(stop: PauseInForce) -> str:
    """Answer that something stops texts, since when and why."""
    when = f"{short_day(stop.at)}, {wall_time(stop.at)}"
    return f"{_PAUSED[stop.pause_of]} since {when}: {stop.reason}"


def row(standing: Standing, names: Mapping[UUID, str]) -> dict[str, Any]:
    """Answer a switch in force as the list shows it."""
    found = standing.pause
    return {
        "kind": _KINDS[found.pause_of],
        "name": standing.name,
        "href": address(found.pause_of, standing.subject_id),
        "state": since(found.at, names.get(found.actor_id) if found.actor_id else None),
        "reason": found.reason,
    }


async def on_page(about: Thing, *, scope: Scope) -> dict[str, Any] | None:
    """Answer what the page of a group or person says of its texts; ``None`` to other readers."""
    of = about.of
    if not scope.covers(Permission.VIEW_MESSAGES, side=of.side, organisation_id=of.organisation_id):
        return None
    stops = await pausing.stops(about, scope=scope)
    return {
        "href": address(of.pause_of, of.subject),
        "stops": [sentence(one) for one in stops],
        "link": "See or end the pause" if stops else _OF_ONE[of.pause_of]["stop"],
    }
