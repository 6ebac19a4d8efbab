"""How many different facilitators a group had, and how steady they were (C12, 2.1)."""

from fractions import Fraction
from uuid import UUID

from programmes.domain.continuity import Continuity, Taken, continuity_of

ANN, BEN, COVER = (UUID(int=number) for number in (1, 2, 3))
USUAL = frozenset({ANN, BEN})


def test_cover_and_somebody_alone_are_counted_apart() -> None:
    """A catch-up is taken by one, and no session of the group."""
    found = continuity_of(
        [
            Taken(USUAL),
            Taken(frozenset({ANN, COVER})),
            Taken(frozenset({BEN})),
            Taken(frozenset()),
            Taken(frozenset({ANN}), group=False),
        ],
        usual=USUAL,
    )

    assert found == Continuity(
        sessions=5, group_sessions=4, facilitators=3, by_usual=3, under=2, takers=6
    )
    assert found.mean == Fraction(6, 5)


def test_a_group_that_has_not_met_has_no_mean() -> None:
    assert continuity_of([], usual=USUAL).mean is None
