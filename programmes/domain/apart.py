"""Who must not meet, and who must not work with whom (D2, D3, D6)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from programmes.domain.case_terms import ConflictKind
from programmes.domain.moves import READY_FOR_A_PLACE
from programmes.domain.terms import CLOSED_REFERRALS, ReferralStatus


class CaseStatus(StrEnum):
    """All that a link worker is told of a perpetrator's case (2.7)."""

    NO_REFERRAL = "no_referral"
    REFERRED = "referred"
    WAITING = "waiting"
    ON_PROGRAMME = "on_programme"
    COMPLETED = "completed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Group:
    """A group as somebody joins it: who has a place, and who works with it."""

    members: frozenset[UUID]
    workers: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Ties:
    """What keeps one person apart from others.

    ``linked_to`` and ``workers`` are by the other party of a link: who else is linked to them, and
    who works with them.
    """

    not_with: frozenset[UUID] = frozenset()
    linked_to: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    workers: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clash:
    """Why two people, or a worker and both parties of a link, are to be kept apart."""

    kind: ConflictKind
    other: UUID


def clashes(ties: Ties, group: Group) -> tuple[Clash, ...]:
    """Answer every reason against a person's joining a group; none where they may (D3, D6)."""
    return tuple(_clashes(ties, group))


def _clashes(ties: Ties, group: Group) -> Iterator[Clash]:
    for member in sorted(group.members & ties.not_with):
        yield Clash(ConflictKind.NON_ASSOCIATION, member)
    for _, linked in sorted(ties.linked_to.items()):
        for member in sorted(group.members & linked):
            yield Clash(ConflictKind.SAME_OTHER_PARTY, member)
    for party, workers in sorted(ties.workers.items()):
        if group.workers & workers:
            yield Clash(ConflictKind.WORKER_OF_BOTH, party)


def case_status(referral: ReferralStatus | None, *, has_place: bool) -> CaseStatus:
    """Answer in one word where a case stands, from its newest referral."""
    if has_place:
        return CaseStatus.ON_PROGRAMME
    if referral is None:
        return CaseStatus.NO_REFERRAL
    if referral is ReferralStatus.PROGRAMME_COMPLETE:
        return CaseStatus.COMPLETED
    if referral in CLOSED_REFERRALS:
        return CaseStatus.LEFT
    return CaseStatus.WAITING if referral in READY_FOR_A_PLACE else CaseStatus.REFERRED
