"""What each session of a person adds to their dosage (C5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from programmes.domain.completion import Meeting


@dataclass(frozen=True, slots=True)
class Dose:
    """What one session gave somebody.

    ``minutes`` are ``None`` without a mark; ``credited`` is whether it credits the unit by itself,
    ``counted`` the minutes that it adds to the dosage, where each unit counts once.
    """

    minutes: int | None
    credited: bool
    counted: int = 0


def doses(meetings: Sequence[Meeting], unit_minutes: Mapping[int, int]) -> tuple[Dose, ...]:
    """Answer the dose of each meeting; of a unit met twice, the one that credited most counts.

    ``unit_minutes`` is the curriculum by unit number; a unit that is not in it credits nothing.
    """
    found = [_dose(meeting, unit_minutes.get(meeting.unit_number, 0)) for meeting in meetings]
    best: dict[int, int] = {}
    for place, meeting in enumerate(meetings):
        other = best.get(meeting.unit_number)
        if found[place].credited and (other is None or _more(found[place], found[other])):
            best[meeting.unit_number] = place
    for place in best.values():
        found[place] = Dose(found[place].minutes, credited=True, counted=found[place].minutes or 0)
    return tuple(found)


def _dose(meeting: Meeting, length: int) -> Dose:
    if meeting.mark is None:
        return Dose(None, credited=False)
    return Dose(meeting.mark.minutes_of(length), credited=meeting.mark.credits(length))


def _more(one: Dose, other: Dose) -> bool:
    return (one.minutes or 0) > (other.minutes or 0)
