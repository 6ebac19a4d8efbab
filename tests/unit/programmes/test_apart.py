"""Who must not meet (D6), who must not work with whom (D3), and what a link worker is told."""

from uuid import UUID

import pytest

from programmes.domain.apart import CaseStatus, Clash, Group, Ties, case_status, clashes
from programmes.domain.case_terms import ConflictKind
from programmes.domain.terms import ReferralStatus

A, B, C, PARTY, WORKER = (UUID(int=number) for number in range(1, 6))
GROUP = Group(members=frozenset({A, B}), workers=frozenset({WORKER}))


def test_d6_nothing_keeps_apart_who_has_no_ties() -> None:
    assert clashes(Ties(), GROUP) == ()
    assert clashes(Ties(not_with=frozenset({C})), GROUP) == ()


def test_d6_a_member_with_a_non_association_is_a_clash() -> None:
    found = clashes(Ties(not_with=frozenset({B, C})), GROUP)

    assert found == (Clash(ConflictKind.NON_ASSOCIATION, B),)


def test_d6_a_member_linked_to_the_same_other_party_is_a_clash() -> None:
    found = clashes(Ties(linked_to={PARTY: frozenset({A, C})}), GROUP)

    assert found == (Clash(ConflictKind.SAME_OTHER_PARTY, A),)


def test_d3_a_worker_of_the_group_who_works_with_the_other_party_is_a_clash() -> None:
    found = clashes(Ties(workers={PARTY: frozenset({WORKER}), C: frozenset({A})}), GROUP)

    assert found == (Clash(ConflictKind.WORKER_OF_BOTH, PARTY),)


def test_d6_every_cause_is_found() -> None:
    ties = Ties(
        not_with=frozenset({A}),
        linked_to={PARTY: frozenset({A, B})},
        workers={PARTY: frozenset({WORKER})},
    )

    assert [clash.kind for clash in clashes(ties, GROUP)] == [
        ConflictKind.NON_ASSOCIATION, ConflictKind.SAME_OTHER_PARTY,
        ConflictKind.SAME_OTHER_PARTY, ConflictKind.WORKER_OF_BOTH,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("referral", "places", "told"),
    [
        (None, 0, CaseStatus.NO_REFERRAL),
        (None, 1, CaseStatus.ON_PROGRAMME),
        (ReferralStatus.RECEIVED, 0, CaseStatus.WAITING),
        (ReferralStatus.AWAITING_ALLOCATION, 0, CaseStatus.WAITING),
        (ReferralStatus.ON_HOLD, 0, CaseStatus.REFERRED),
        (ReferralStatus.ON_PROGRAMME, 1, CaseStatus.ON_PROGRAMME),
        (ReferralStatus.PROGRAMME_COMPLETE, 0, CaseStatus.COMPLETED),
        (ReferralStatus.WITHDRAWN, 0, CaseStatus.LEFT),
        (ReferralStatus.NOT_SUITABLE, 0, CaseStatus.LEFT),
    ],
)
def test_d2_a_link_worker_is_told_one_word_of_a_case(
    referral: ReferralStatus | None, places: int, told: CaseStatus
) -> None:
    assert case_status(referral, has_place=places > 0) is told
