"""The demonstration service: what it promises, counted in its own rows on both engines."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

import programmes.demo.large
import training.demo.load
from accounts.domain.passwords import password_fault
from accounts.services import sign_in
from api import cli, demo
from core import clock, database
from core.reports import Question, Rate
from core.scope import SYSTEM, Permission, Side
from messaging.domain.terms import MessageState
from programmes.bank_holidays import is_bank_holiday
from programmes.demo.scene import NATION
from programmes.domain.completion import Standing
from programmes.domain.register import Entry
from programmes.domain.terms import OPEN_ENROLMENTS, AttendanceOutcome, EnrolmentStatus
from programmes.queries.progress import members
from programmes.queries.registers import register
from programmes.reports.completion import completion
from programmes.reports.funding import funding
from programmes.services import registers
from programmes.services.registers import Submission
from tests.conftest import NOW, aside, database_of, execute
from tests.factories import at
from tests.fakes import FixedClock
from training.domain.terms import BookingOutcome
from training.queries.kept import wrong_holdings

pytestmark = pytest.mark.usefixtures("database_url")  # many rows, so a database of its own

CREDITED = (
    "SELECT a.enrolment, count(DISTINCT s.unit) AS units FROM attendances a"
    " JOIN sessions s ON s.id = a.session JOIN units u ON u.id = s.unit"
    " WHERE a.outcome IN ('attended', 'late', 'left_early')"
    " AND COALESCE(a.minutes_attended, u.minutes) * 4 >= u.minutes * 3 GROUP BY a.enrolment"
)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def loaded_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The demonstration in a database of each engine, loaded once for all that only look."""
    clock.use(FixedClock(NOW))
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("demo") / "tracker.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        aside(lambda: asyncio.run(_load_into(f"sqlite:///{path}")))
        yield f"sqlite:///{path}"
        return
    server, template = (request.getfixturevalue(f"postgres_{what}") for what in ("url", "template"))
    name = f"demo_{uuid4().hex[:12]}"
    aside(lambda: asyncio.run(execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")))
    aside(lambda: asyncio.run(_load_into(database_of(server, name))))
    yield database_of(server, name)
    aside(lambda: asyncio.run(execute(server, f"DROP DATABASE {name} WITH (FORCE)")))


async def _load_into(url: str) -> None:
    async with database.connected(url):
        await load()


@pytest.fixture
async def loaded(loaded_url: str) -> AsyncIterator[None]:
    async with database.connected(loaded_url):
        yield


async def load(*, seed: int = 7, large: bool = False) -> tuple[demo.SignIn, ...]:
    return await demo.load(seed=seed, large=large, progress=lambda *_: None, key=b"k" * 32)


async def count(sql: str, *values: Any) -> int:
    rows = await database.run(f"SELECT count(*) AS n FROM {sql}", *values)
    return int(rows[0]["n"])


async def broken_invariants() -> dict[str, int]:
    """How many rows break each promise of the demonstration."""
    now = clock.now()
    open_ones = "status IN (" + ", ".join(f"'{status}'" for status in OPEN_ENROLMENTS) + ")"
    enrolments = (
        "enrolments e JOIN cohorts c ON c.id = e.cohort"
        " JOIN programme_versions v ON v.id = c.programme_version"
        f" LEFT JOIN ({CREDITED}) k ON k.enrolment = e.id"
    )
    first = (
        "(SELECT MIN(s.starts_at) FROM attendances a JOIN sessions s ON s.id = a.session"
        " WHERE a.enrolment = e.id AND a.outcome IN ('attended', 'late', 'left_early'))"
    )
    marks = (
        "attendances a JOIN sessions s ON s.id = a.session JOIN enrolments e ON e.id = a.enrolment"
    )
    held = "sessions WHERE status = 'held' AND (register_version < 1 OR register_saved_at IS NULL"
    return {
        "places taken": await count(
            "cohorts c WHERE places_taken <>"
            f" (SELECT count(*) FROM enrolments WHERE cohort = c.id AND {open_ones})"
        ),
        "completed without the units (C4)": await count(
            f"{enrolments} WHERE e.status = 'completed' AND COALESCE(k.units, 0) < v.min_units"
        ),
        "ended with the units, not completed": await count(
            f"{enrolments} WHERE e.status IN ('exited', 'completed_partial')"
            " AND k.units >= v.min_units"
        ),
        "two open enrolments": await count(
            "(SELECT participant FROM enrolments WHERE "
            f"{open_ones} GROUP BY participant HAVING count(*) > 1) AS twice"
        ),
        "started without coming, or the reverse (C3)": await count(
            f"enrolments e WHERE (started_on IS NULL) <> ({first} IS NULL)"
        ),
        "a mark outside the enrolment or before the session": await count(
            f"{marks} WHERE e.cohort <> s.cohort OR s.starts_at > {{}} OR s.status <> 'held'", now
        ),
        "held without a saved register": await count(
            f"{held} OR register_saved_by IS NULL OR starts_at > {{}})", now
        ),
        "saved and not held": await count(
            "sessions WHERE status <> 'held' AND register_version <> 0"
        ),
        "held, past and nobody marked": await count(
            "sessions s WHERE status = 'held' AND enrolment IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM attendances a WHERE a.session = s.id AND a.enrolment = s.enrolment)"
        ),
        "a referral that says otherwise": await count(
            "enrolments e JOIN referrals r ON r.id = e.referral WHERE NOT ("
            "(e.status = 'completed' AND r.status = 'programme_complete')"
            " OR (e.status = 'completed_partial' AND r.status = 'programme_complete')"
            " OR (e.status = 'active' AND r.status = 'on_programme')"
            " OR (e.status = 'enrolled' AND r.status = 'scheduled')"
            " OR (e.status = 'exited' AND r.status IN ('withdrawn', 'deselected')))"
        ),
        "a person on the other side": await count(
            "enrolments e JOIN cohorts c ON c.id = e.cohort"
            " JOIN participants p ON p.id = e.participant WHERE p.side <> c.side"
        ),
        "a number that is not for drama": await count(
            "safe_contacts WHERE number NOT LIKE '+447700900___'"
        ),
        "a number of two people": await count(
            "(SELECT number FROM safe_contacts WHERE number IS NOT NULL"
            " GROUP BY number HAVING count(*) > 1) AS shared"
        ),
    }


def test_everybodys_password_is_one_that_the_service_accepts() -> None:
    faults = [password_fault(demo.PASSWORD, about=(one.email, one.name)) for one in demo.SIGN_INS]

    assert not any(faults)


@pytest.mark.usefixtures("loaded")
async def test_the_voluntary_programme_has_490_referrals_and_116_completions() -> None:
    """S19."""
    programme = "programmes p ON p.name = 'Choosing Change (voluntary)'"
    assert await count(f"referrals r JOIN {programme} AND p.id = r.programme") == 490
    completed = await count(
        "enrolments e JOIN cohorts c ON c.id = e.cohort"
        f" JOIN programme_versions v ON v.id = c.programme_version JOIN {programme}"
        " AND p.id = v.programme WHERE e.status = 'completed'"
    )
    assert completed == 116


@pytest.mark.usefixtures("loaded")
async def test_the_completion_report_says_116_of_490() -> None:
    """S19 as R1: 23.7 %."""
    report = await completion(Question(), scope=SYSTEM.scope)

    keys = [column.key for column in report.columns]
    rows = {row[0]: dict(zip(keys, row, strict=True)) for row in report.rows}
    rate = rows["Choosing Change (voluntary)"]["r1"]
    assert rate == Rate(116, 490)
    assert rate.percent == "23.7"
    assert report.data_quality == ()


@pytest.mark.usefixtures("loaded")
async def test_every_progress_agrees_with_its_status() -> None:
    """C4, by the room's own rule rather than by a count."""
    wrong = [
        (member.status, member.progress.standing)
        for row in await database.run("SELECT id FROM cohorts")
        for member in await members(row["id"], scope=SYSTEM.scope)
        if (member.status is EnrolmentStatus.COMPLETED)
        != (member.progress.standing is Standing.COMPLETE)
    ]
    assert not wrong


@pytest.mark.usefixtures("loaded")
async def test_the_freedom_programme_is_that_of_s1() -> None:
    rows = await database.run(
        "SELECT v.group_model, v.min_units, v.cost_pence, count(*) AS units,"
        " SUM(u.minutes) AS minutes FROM programmes p"
        " JOIN programme_versions v ON v.programme = p.id"
        " JOIN units u ON u.programme_version = v.id"
        " WHERE p.type = 'freedom' AND p.side = 'survivor'"
        " GROUP BY v.group_model, v.min_units, v.cost_pence"
    )
    assert [dict(row) for row in rows] == [
        {
            "group_model": "rolling",
            "min_units": 9,
            "cost_pence": 700_000,
            "units": 12,
            "minutes": 24 * 60,
        }
    ]


@pytest.mark.usefixtures("loaded")
async def test_funding_reproduces_s1_s19_s27_and_s29() -> None:
    contracts = await database.run(
        "SELECT f.starts_on FROM funding_agreements f JOIN programmes g ON g.id = f.programme"
        " WHERE g.type = 'freedom'"
    )
    since = contracts[0]["starts_on"]
    year = Question(since, since.replace(year=since.year + 1) - timedelta(days=1))

    costs = await funding(replace(year, group_by=("programme",)), scope=SYSTEM.scope)
    stated = await funding(Question(group_by=("document",)), scope=SYSTEM.scope)
    (claim,) = (await completion(Question(), scope=SYSTEM.scope)).claims

    freedom = next(row for row in costs.rows if row[0] == "Freedom Programme")
    assert (freedom[1], freedom[4], freedom[7]) == (700_000, Decimal("72.0"), 9_722)
    assert {(row[5], row[6], row[7]) for row in stated.rows} == {
        (700_000, 700_000, 0),
        (142_838_300, 142_838_800, -500),
        (93_462_700, 94_151_100, -688_400),
        (3_600_000, 3_600_000, 0),
        (18_000_000, 18_000_000, 0),
    }
    assert claim.claimed == Rate(116, 490, at_most=True)
    assert (claim.claimed.percent, claim.recomputed) == ("23.7", Rate(116, 490))


@pytest.mark.usefixtures("loaded")
async def test_every_count_and_status_agrees_with_the_rows() -> None:
    assert not {what: n for what, n in (await broken_invariants()).items() if n}


@pytest.mark.usefixtures("db")
async def test_the_large_demonstration_is_as_large_as_asked_and_agrees_with_its_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(programmes.demo.large, "COHORTS", 90)
    monkeypatch.setattr(programmes.demo.large, "PARTICIPANTS", 1_400)
    monkeypatch.setattr(training.demo.load, "LARGE_STAFF", 510)

    await load(large=True)

    assert await count("cohorts") == 90
    assert await count("participants") == 1_400
    assert await count("staff") == 510
    late = "(SELECT staff FROM training_records GROUP BY staff HAVING count(*) = 10) AS full_set"
    assert await count(late) >= 350
    assert not {what: n for what, n in (await broken_invariants()).items() if n}


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "present", ["2026-06-10 13:00", "2026-12-25 13:00", "2027-03-28 08:20", "2028-02-29 19:00"]
)
async def test_each_side_has_a_register_to_mark_today(now: FixedClock, present: str) -> None:
    """An ordinary day, a bank holiday, the Sunday of the change of clocks, a leap day."""
    now.instant = at(present)
    await load()

    midnight = clock.instant_of(clock.today(), "00:00")
    rows = await database.run(
        "SELECT c.side, c.places_taken, s.register_version, s.status FROM sessions s"
        " JOIN cohorts c ON c.id = s.cohort WHERE s.starts_at >= {} AND s.starts_at <= {}"
        " AND s.enrolment IS NULL ORDER BY c.side",
        midnight,
        clock.now(),
    )

    found = [(r["side"], r["places_taken"], r["register_version"], r["status"]) for r in rows]
    assert found == [("perpetrator", 12, 0, "scheduled"), ("survivor", 11, 0, "scheduled")]


@pytest.mark.usefixtures("loaded")
async def test_no_session_is_on_a_bank_holiday() -> None:
    rows = await database.run("SELECT starts_at FROM sessions")
    days = {clock.london(row["starts_at"]).date() for row in rows}

    assert not [day for day in days if is_bank_holiday(day, NATION)]


@pytest.mark.usefixtures("loaded")
async def test_there_is_a_text_in_every_state_with_the_moves_that_led_there() -> None:
    rows = await database.run("SELECT DISTINCT state FROM messages")
    assert {row["state"] for row in rows} == set(MessageState)
    assert not await count(
        "messages m WHERE state <> (SELECT e.new_state FROM message_events e"
        " WHERE e.message = m.id ORDER BY e.id DESC LIMIT 1)"
    )
    assert not await count("message_events WHERE at > {}", clock.now())


@pytest.mark.usefixtures("loaded")
async def test_people_wait_on_both_sides_and_contacts_are_of_every_kind() -> None:
    waiting = await database.run(
        "SELECT DISTINCT p.side FROM referrals r JOIN participants p ON p.id = r.participant"
        " WHERE r.status = 'awaiting_allocation' AND NOT EXISTS"
        " (SELECT 1 FROM enrolments e WHERE e.referral = r.id)"
    )
    kinds = await database.run("SELECT DISTINCT sms FROM safe_contacts WHERE number IS NOT NULL")
    expired = clock.today() - timedelta(days=180)

    assert {row["side"] for row in waiting} == set(Side)
    assert {row["sms"] for row in kinds} == {"safe", "not_safe", "unknown"}
    assert await count("safe_contacts WHERE sms = 'safe' AND confirmed_on < {}", expired)
    assert await count("sessions WHERE status = 'cancelled' AND cancelled_reason <> ''")
    assert await count("sessions WHERE enrolment IS NOT NULL AND starts_at > {}", clock.now())


@pytest.mark.usefixtures("loaded")
async def test_everybody_who_signs_in_can_and_has_something_to_see() -> None:
    for one in demo.SIGN_INS:
        cookie = await sign_in.sign_in(one.email, one.password, address=one.email, key=b"k" * 32)
        actor = await sign_in.actor_of_cookie(cookie)
        assert actor.scope.areas or one.role is None, one.email


@pytest.mark.usefixtures("loaded")
async def test_the_facilitator_can_mark_todays_register_of_twelve() -> None:
    cookie = await sign_in.sign_in(
        "perpetrator.facilitator@example.org", demo.PASSWORD, address="b", key=b"k" * 32
    )
    actor = await sign_in.actor_of_cookie(cookie)
    rows = await database.run(
        "SELECT s.id FROM sessions s JOIN cohorts c ON c.id = s.cohort WHERE c.side = {}"
        " AND s.starts_at >= {} AND s.starts_at <= {} AND s.enrolment IS NULL",
        Side.PERPETRATOR.value,
        clock.instant_of(clock.today(), "00:00"),
        clock.now(),
    )
    found = await register(rows[0]["id"], scope=actor.scope)
    entries = tuple(Entry(row.enrolment_id, AttendanceOutcome.ATTENDED) for row in found.rows)

    version = await registers.save(rows[0]["id"], Submission(0, entries), by=actor)

    assert (len(entries), version) == (12, 1)


@pytest.mark.usefixtures("loaded")
async def test_a_facilitator_of_one_side_sees_that_side_alone() -> None:
    """D1."""
    cookie = await sign_in.sign_in(
        "survivor.facilitator@example.org", demo.PASSWORD, address="a", key=b"k" * 32
    )
    scope = (await sign_in.actor_of_cookie(cookie)).scope

    assert scope.sides() == {Side.SURVIVOR}
    assert scope.has(Permission.MARK_REGISTERS)


@pytest.mark.usefixtures("loaded")
async def test_staff_stand_in_every_way_with_their_training() -> None:
    today = clock.today()
    soon, recent = today - timedelta(days=36 * 30), today - timedelta(days=300)

    assert await count("staff") == 160
    assert await count("posts WHERE ended_on < {}", today)
    assert await count("exemptions WHERE from_on <= {} AND to_on >= {}", today, today)
    assert await count("training_records WHERE completed_on < {}", soon)
    assert await count("training_records WHERE completed_on > {}", recent)
    assert await count("training_records WHERE completed_on > {}", today) == 0
    assert await count("courses") == 14
    assert await count("courses WHERE retired_on <= {}", today) == 1
    assert await count("posts WHERE line_manager IS NOT NULL") > 100
    assert await count("posts WHERE follows IS NOT NULL") == 3
    assert await count("staff WHERE account IS NOT NULL") == 2
    assert await count("leaver_proposals") == 2
    assert await count("training_records WHERE withdrawn_at IS NOT NULL") == 1
    outcomes = await database.run("SELECT DISTINCT outcome FROM bookings")
    assert {row["outcome"] for row in outcomes} == set(BookingOutcome)
    taken = "SELECT COUNT(*) FROM bookings b WHERE b.event = e.id AND b.outcome IN"
    having = "('booked', 'attended_full', 'left_early', 'no_show')"
    assert not await count(f"training_events e WHERE places_taken <> ({taken} {having})")
    assert not await wrong_holdings(scope=SYSTEM.scope)


@pytest.mark.usefixtures("loaded")
async def test_a_database_in_use_is_refused_and_left_as_it_was() -> None:
    with pytest.raises(demo.NotEmptyError):
        await load()

    assert await count("organisations") == 4


def test_the_command_prints_the_sign_ins_once_and_then_refuses(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", database_url)
    results = []

    aside(lambda: results.append(CliRunner().invoke(cli.tracker, ["demo", "--seed", "3"])))
    aside(lambda: results.append(CliRunner().invoke(cli.tracker, ["demo"])))

    first, second = results
    assert first.exit_code == 0, first.output
    assert isinstance(second.exception, demo.NotEmptyError)


@pytest.mark.usefixtures("loaded")
async def test_s22_answers_are_invented_for_all_and_fit_the_groups() -> None:
    answered = await count("equality_profiles")
    people = await count("participants")
    asked = {answer: await count("equality_profiles WHERE religion = {}", answer)
             for answer in ("not_asked", "prefer_not_to_say", "no_religion")}  # fmt: skip
    misfits = await count(
        "enrolments e JOIN cohorts c ON c.id = e.cohort JOIN equality_profiles q"
        " ON q.participant = e.participant WHERE q.sex NOT IN ('not_asked', c.group_sex)"
    )
    others = await count(
        "equality_profiles q JOIN participants p ON p.id = q.participant"
        " WHERE p.side = 'perpetrator' AND q.sex = 'female'"
    )

    assert 0 < people - answered < people / 10
    assert min(asked.values()) > 0
    assert (misfits, others > 0) == (0, True)
