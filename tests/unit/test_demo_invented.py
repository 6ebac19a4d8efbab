"""Invented people, ids from a seed, and whole rows."""

import re
from datetime import UTC, date, datetime

import pytest

from core import invented
from core.demonstration import Ids, Rows, source_of
from core.scope import Side
from core.tables import Heartbeat
from programmes.demo.perpetrators import add_perpetrators
from programmes.demo.registers import catch_up_day
from programmes.demo.scene import Meeting, Scene, Team, begun_by_now, empty_scene
from programmes.demo.survivors import add_survivors
from programmes.tables import Attendance, Participant
from tests.factories import at
from tests.fakes import FixedClock


def test_the_same_seed_gives_the_same_ids() -> None:
    first, again, other = (Ids(source_of(seed, "x")) for seed in (7, 7, 8))

    assert [first.new() for _ in range(5)] == [again.new() for _ in range(5)]
    assert other.new() != Ids(source_of(7, "x")).new()


def test_rooms_do_not_share_their_chance() -> None:
    assert source_of(7, "programmes").random() != source_of(7, "training").random()


def test_ids_are_of_version_7_and_in_order_of_making() -> None:
    ids = Ids(source_of(1, "test"))
    made = [ids.new() for _ in range(10_000)]

    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}
    assert made == sorted(set(made))


def test_ids_are_older_than_any_made_later_that_day(now: FixedClock) -> None:
    made = Ids(source_of(1, "test")).new()

    assert made.int >> 80 <= now.now().timestamp() * 1000


def test_every_number_is_one_of_ofcoms_for_drama_and_given_once() -> None:
    numbers = invented.numbers(source_of(1, "test"))

    assert len(set(numbers)) == 1000
    assert all(re.fullmatch(r"\+447700900\d{3}", number) for number in numbers)


def test_everybody_is_an_adult() -> None:
    today, chance = date(2026, 6, 10), source_of(1, "test")

    birthdays = [invented.born_on(chance, today=today) for _ in range(500)]

    assert max(birthdays) <= date(2008, 6, 10)
    assert min(birthdays) >= date(1964, 6, 10)


def test_a_weight_of_nothing_is_never_chosen() -> None:
    chance = source_of(1, "test")

    assert {invented.weighted(chance, (("a", 1), ("b", 0))) for _ in range(50)} == {"a"}


def test_a_row_that_lacks_a_column_is_refused() -> None:
    with pytest.raises(ValueError, match="Heartbeat needs"):
        Rows(Heartbeat).add(Heartbeat, name="planner")


def test_rows_wait_until_they_are_inserted() -> None:
    rows = Rows(Heartbeat)
    rows.add(Heartbeat, name="planner", at=datetime(2026, 6, 10, tzinfo=UTC))

    assert rows.count(Heartbeat) == 1


@pytest.mark.parametrize(
    ("missed", "caught_up"),
    [
        ("2026-06-09 10:00", date(2026, 6, 11)),
        ("2026-06-04 10:00", date(2026, 6, 8)),
        ("2026-12-24 10:00", date(2026, 12, 29)),
    ],
)
def test_a_catch_up_is_on_a_working_day(missed: str, caught_up: date) -> None:
    meeting = Meeting(Ids(source_of(1, "test")).new(), 1, at(missed))

    assert catch_up_day(meeting) == caught_up


@pytest.mark.parametrize(
    ("present", "begun"), [("13:00", "10:00"), ("10:00", "10:00"), ("08:40", "08:00")]
)
def test_todays_session_has_begun_so_that_its_register_can_be_marked(
    now: FixedClock, present: str, begun: str
) -> None:
    now.instant = at(f"2026-06-10 {present}")

    assert begun_by_now() == begun


def everything(seed: int) -> Scene:
    scene, ids = empty_scene(source_of(seed, "programmes")), Ids(source_of(1, "test"))
    for side, add in ((Side.SURVIVOR, add_survivors), (Side.PERPETRATOR, add_perpetrators)):
        add(scene, Team(ids.new(), side, (ids.new(), ids.new())))
    return scene


def test_the_same_seed_on_the_same_day_gives_the_same_people() -> None:
    first, again, other = (everything(seed).rows._rows for seed in (7, 7, 8))

    assert first == again
    assert first[Participant] != other[Participant]
    assert first[Attendance] != other[Attendance]
