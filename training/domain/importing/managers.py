"""Who manages whom in a list: the order in which managers come first, and circles."""

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

P = TypeVar("P", bound=Hashable)


def managers_first(managers: Mapping[P, Collection[P]]) -> tuple[P, ...]:
    """Answer people so that whoever manages somebody comes before them.

    ``managers`` has the managers of each. Whoever is in a circle, or below one, is left out.
    """
    managed: dict[P, list[P]] = {}
    above = {person: len(set(theirs) & managers.keys()) for person, theirs in managers.items()}
    for person, theirs in managers.items():
        for manager in set(theirs):
            managed.setdefault(manager, []).append(person)
    ordered = [person for person, count in above.items() if not count]
    for manager in ordered:  # grows while it is gone through
        for person in managed.get(manager, ()):
            above[person] -= 1
            if not above[person]:
                ordered.append(person)
    return tuple(ordered)


def in_circles(managers: Mapping[P, Collection[P]]) -> frozenset[P]:
    """Answer whoever would manage themselves, through others or directly.

    Somebody between two circles is answered too.
    """
    below_none = managers_first(managers)
    left = set(managers).difference(below_none)
    managed: dict[P, list[P]] = {person: [] for person in left}
    for person in left:
        for manager in set(managers[person]) & left:
            managed[manager].append(person)
    above_circles = managers_first(managed)
    return frozenset(left.difference(above_circles))
