"""How timetables, their facilitators and their clashes are said on pages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.pages.forms import options
from api.pages.rendering import long_day, short_day, wall_time
from programmes.domain.case_terms import FacilitatorRole, GroupSex, NotHeldBecauseOf
from programmes.domain.contacts import ContactWindow
from programmes.domain.terms import DeliveryMode
from programmes.domain.timetable import Slot
from programmes.queries.programmes import UnitView
from programmes.queries.timetables import Clash, Facilitation

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MODES: Mapping[DeliveryMode, str] = {
    DeliveryMode.IN_PERSON: "In person",
    DeliveryMode.VIDEO: "By video",
    DeliveryMode.PHONE: "By phone",
    DeliveryMode.HYBRID: "In person and by video",
}
SEXES: Mapping[GroupSex, str] = {
    GroupSex.FEMALE: "Women",
    GroupSex.MALE: "Men",
    GroupSex.MIXED: "Women and men",
}
ROLES: Mapping[FacilitatorRole, str] = {
    FacilitatorRole.LEAD: "lead",
    FacilitatorRole.CO_FACILITATOR: "co-facilitator",
    FacilitatorRole.COVER: "cover",
}
BECAUSE_OF: Mapping[NotHeldBecauseOf, str] = {
    NotHeldBecauseOf.SERVICE: "Ours, such as a facilitator who is unwell",
    NotHeldBecauseOf.VENUE: "The venue’s",
    NotHeldBecauseOf.PARTICIPANTS: "The group’s, such as nobody can come",
    NotHeldBecauseOf.OTHER: "Something else",
}


def weekly(slots: Iterable[Slot]) -> str:
    """Answer when a group meets, such as ``Tuesdays at 18:30``."""
    return ", ".join(f"{WEEKDAYS[slot.weekday]}s at {slot.at}" for slot in slots)


def takers(found: Sequence[Facilitation], names: Mapping[UUID, str]) -> str:
    """Answer who facilitates, each with what they are."""
    return ", ".join(
        f"{names.get(item.account_id, 'A colleague')} ({ROLES[item.role]})" for item in found
    )


def clash_lines(
    clashes: Sequence[Clash], names: Mapping[UUID, str], venues: Mapping[UUID, str]
) -> list[str]:
    """Answer each clash in a sentence."""
    return [_clash(clash, names, venues) for clash in clashes]


def _clash(clash: Clash, names: Mapping[UUID, str], venues: Mapping[UUID, str]) -> str:
    when = f"{long_day(clash.starts_at)}, {wall_time(clash.starts_at)}"
    other = f"{clash.cohort_code or 'another group'} at {wall_time(clash.other_starts_at)}"
    if clash.account_id:
        return f"{when}: {names.get(clash.account_id, 'A colleague')} also takes {other}"
    return f"{when}: {venues.get(clash.venue_id or UUID(int=0), 'The venue')} is also for {other}"


def contact_rows(
    windows: Iterable[ContactWindow], units: Iterable[UnitView]
) -> list[dict[str, str]]:
    """Answer the one-to-one contacts with the days between which each falls."""
    titles = {unit.number: unit.title for unit in units}
    return [{"title": titles[window.unit_number], "window": _window(window)} for window in windows]


def _window(window: ContactWindow) -> str:
    if window.earliest_on and window.latest_on:
        return f"{short_day(window.earliest_on)} to {short_day(window.latest_on)}"
    if window.earliest_on:
        return f"From {short_day(window.earliest_on)}"
    return f"By {short_day(window.latest_on)}" if window.latest_on else "Any day"


def facilitator_selects(
    known: Sequence[tuple[UUID, str]], chosen: Sequence[str], *, lead: str
) -> list[dict[str, Any]]:
    """Answer the lists to choose the lead and the others from; always one left to fill."""
    listed = [(str(account_id), name) for account_id, name in known]
    others = [one for one in chosen if one and one != lead]
    fields = [("lead_id", "Lead facilitator", lead)]
    fields += [
        (f"facilitator-{place}", "Co-facilitator", others[place] if place < len(others) else "")
        for place in range(max(len(others) + 1, 2))
    ]
    return [
        {"field": field, "label": label, "items": options(listed, value, blank="Nobody")}
        for field, label, value in fields
    ]
