"""How fast a process sends, and when it stops for a while."""

from datetime import UTC, datetime, timedelta

import pytest

from messaging.domain.failures import Verdict
from messaging.services.pace import LONGEST_WAIT_SECONDS, MOST_AT_ONCE, Pace

AT = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def test_a_sender_sends_its_parts_a_second_after_a_first_second_s_worth() -> None:
    pace = Pace(segments_per_second=8)
    for _ in range(8):
        assert pace.wait_seconds("A", ticks=100.0) == 0
        pace.take("A", 1, ticks=100.0)

    assert pace.wait_seconds("A", ticks=100.0) == pytest.approx(0.125)
    assert pace.wait_seconds("A", ticks=100.1) == pytest.approx(0.025)
    assert pace.wait_seconds("A", ticks=100.125) == 0


def test_another_sender_does_not_wait_for_it() -> None:
    pace = Pace(segments_per_second=1)
    pace.take("A", 1, ticks=0.0)

    assert pace.wait_seconds("A", ticks=0.0) == 1
    assert pace.wait_seconds("B", ticks=0.0) == 0


def test_a_long_text_makes_the_next_one_wait_and_one_that_stays_gives_its_place_back() -> None:
    pace = Pace(segments_per_second=2)
    pace.take("A", 3, ticks=0.0)
    assert pace.wait_seconds("A", ticks=0.0) == 1
    pace.take("A", -3, ticks=0.0)
    assert pace.wait_seconds("A", ticks=0.0) == 0

    pace.take("A", -9, ticks=0.0)

    for _ in range(2):
        pace.take("A", 1, ticks=0.0)
    assert pace.wait_seconds("A", ticks=0.0) == 0.5


@pytest.mark.parametrize(("rate", "batch"), [(100, MOST_AT_ONCE), (8, 16), (2, 4), (0.1, 1)])
def test_no_more_is_claimed_than_is_sent_within_a_lease(rate: float, batch: int) -> None:
    assert Pace(segments_per_second=rate).batch == batch


@pytest.mark.parametrize("verdict", [Verdict.BUSY, Verdict.NOT_SENT, Verdict.UNKNOWN])
def test_trouble_halves_what_is_under_way_and_what_goes_well_brings_it_back(
    verdict: Verdict,
) -> None:
    pace = Pace(segments_per_second=8)
    pace.note(verdict, at=AT)
    pace.note(verdict, at=AT)
    assert pace.at_once == MOST_AT_ONCE // 4

    for _ in range(4):
        pace.note(Verdict.ACCEPTED, at=AT)
    assert pace.at_once == MOST_AT_ONCE // 4 + 1

    for _ in range(100):
        pace.note(Verdict.ACCEPTED, at=AT)
    assert pace.at_once == MOST_AT_ONCE


def test_never_fewer_than_one_is_under_way() -> None:
    pace = Pace(segments_per_second=8)
    for _ in range(20):
        pace.note(Verdict.BUSY, at=AT)

    assert pace.at_once == 1
    assert pace.stopped_until(at=AT) is None


@pytest.mark.parametrize("verdict", [Verdict.NOT_SENT, Verdict.UNKNOWN])
def test_five_silences_within_a_minute_rest_for_a_minute_and_then_begin_with_one(
    verdict: Verdict,
) -> None:
    pace = Pace(segments_per_second=8)
    for second in range(5):
        assert pace.stopped_until(at=later(second)) is None
        pace.note(verdict, at=later(second))

    assert pace.stopped_until(at=later(4)) == later(64)
    assert pace.stopped_until(at=later(63)) == later(64)
    assert pace.stopped_until(at=later(64)) is None
    assert pace.at_once == 1


def test_silences_further_apart_do_not_rest() -> None:
    pace = Pace(segments_per_second=8)
    for number in range(12):
        pace.note(Verdict.NOT_SENT, at=later(number * 15))

    assert pace.stopped_until(at=later(11 * 15)) is None


def test_one_refused_sender_stops_no_other() -> None:
    pace = Pace(segments_per_second=8)

    pace.stop(300, at=AT, sender="A")

    assert pace.stopped_until("A", at=AT) == later(300)
    assert pace.stopped_until("B", at=AT) is None
    assert pace.stopped_until(at=AT) is None


def test_a_stop_of_all_stops_every_sender_and_never_for_more_than_a_day() -> None:
    pace = Pace(segments_per_second=8)

    pace.stop(10**9, at=AT)

    assert pace.stopped_until("A", at=AT) == later(LONGEST_WAIT_SECONDS)


def test_a_clock_that_goes_back_does_not_stop_for_longer() -> None:
    """W12."""
    pace = Pace(segments_per_second=8)

    pace.stop(60, at=AT)

    assert pace.stopped_until(at=later(-3600)) is None
