"""The curve of those still attending, session by session."""

from programmes.domain.staying import TO_THE_END, Point, curve


def test_the_golden_register_keeps_three_of_four_from_the_third_session_on() -> None:
    """C5: A and B had 12 sessions, C 9 of 9; D attended two of five and left."""
    points = curve(followed={TO_THE_END: 4}, retained={TO_THE_END: 3, 2: 1}, sessions=12)

    assert [(point.at_risk, point.retained) for point in points] == [(4, 4)] * 2 + [(4, 3)] * 10
    assert (points[2].session, points[2].lost) == (3, 1)


def test_who_is_still_attending_is_followed_to_their_last_session_only() -> None:
    """One person has had three sessions, and missed the third; one left after the first of two."""
    points = curve(followed={3: 1, TO_THE_END: 1}, retained={2: 1, 1: 1}, sessions=4)

    assert points == (Point(1, 2, 2), Point(2, 2, 1), Point(3, 2, 0), Point(4, 1, 0))


def test_nobody_draws_no_curve() -> None:
    assert curve(followed={}, retained={}, sessions=0) == ()
