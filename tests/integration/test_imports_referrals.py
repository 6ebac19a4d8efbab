"""Referrals out of a spreadsheet: created once, changed where they say more, never taken back."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock, database
from core.columns import RowError
from core.errors import ForbiddenError, InvalidInputError
from core.imports import ImportRefusedError, Plan, Result, run
from core.scope import SYSTEM, Side
from core.spreadsheets import Sheet
from programmes.domain.importing.referrals import OTHER_HINT
from programmes.domain.terms import ReferralStatus
from programmes.queries.counters import wrong_counters
from programmes.services.imports.referrals import ReferralImporter
from programmes.tables import Cohort, Enrolment, Participant, Referral, ReferralMove
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_programme,
    make_referral,
)

HEADER = (
    "reference", "side", "programme", "source", "received_on", "self_referred", "assessed_on",
    "assessment_outcome", "cohort_code", "started_on", "exited_on", "exit_reason", "completed_on",
)  # fmt: skip


def sheet(*rows: dict[str, str], header: Sequence[str] = HEADER) -> Sheet:
    return Sheet((tuple(header), *(tuple(row.get(name, "") for name in header) for row in rows)))


def line(reference: str = "R-1", **said: str) -> dict[str, str]:
    base = {"side": "survivor", "programme": "Freedom", "received_on": "2026-04-01"}
    return {**base, "reference": reference, **said}


async def a_group(side: Side = Side.SURVIVOR, **how: Any) -> tuple[Person, MadeCohort]:
    """A manager, and cohort F1 of the programme Freedom that began on 6 May 2026."""
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide(side.value))
    programme = await make_programme(
        organisation_id=person.organisation_id, side=side, name="Freedom"
    )
    cohort = await make_cohort(programme=programme, code="F1", **how)
    return person, cohort


async def bring(person: Person, *rows: dict[str, str], **how: Any) -> Result:
    return await run(ReferralImporter(), sheet(*rows), by=person.actor, **how)


async def events() -> list[str]:
    rows = await database.run("SELECT action FROM audit_events ORDER BY id")
    return [row["action"] for row in rows]


async def moves() -> list[tuple[str, date]]:
    rows = await ReferralMove.select().order_by(ReferralMove.id)
    return [(row["to_status"], row["moved_on"]) for row in rows]


def said(result: Result) -> list[tuple[int, str, str]]:
    return [(error.row, error.field, error.message) for error in result.errors]


def counts(result: Result) -> tuple[int, int, int, int, int]:
    return result.rows, result.created, result.updated, result.unchanged, result.refused


async def test_a_whole_history_is_written_as_the_file_dates_it(db: None) -> None:
    person, _ = await a_group()

    result = await bring(
        person,
        line(
            source="GP", assessed_on="14/04/2026", assessment_outcome="Suitable", cohort_code="f1",
            started_on="2026-05-06", completed_on="2026-06-09",
        ),
    )  # fmt: skip

    assert counts(result) == (1, 1, 0, 0, 0)
    assert await moves() == [
        ("received", date(2026, 4, 1)),
        ("awaiting_assessment", date(2026, 4, 1)),
        ("awaiting_allocation", date(2026, 4, 14)),
        ("scheduled", date(2026, 5, 6)),
        ("on_programme", date(2026, 5, 6)),
        ("programme_complete", date(2026, 6, 9)),
    ]
    referral = (await Referral.select())[0]
    enrolment = (await Enrolment.select())[0]
    assert (referral["source"], referral["suitable"]) == ("health", True)
    assert referral["status"] == "programme_complete"
    assert (enrolment["status"], enrolment["ended_on"]) == ("completed", date(2026, 6, 9))
    assert enrolment["started_on"] is None, "what its marks say, and there are none yet"
    assert (await Cohort.select())[0]["places_taken"] == 0
    assert await events() == ["referral_imported", "spreadsheet_imported"]


async def test_a_second_import_changes_nothing(db: None) -> None:
    person, _ = await a_group()
    rows = [
        line("R-1", source="self", self_referred="yes"),
        line("R-2", cohort_code="F1", started_on="2026-05-06"),
        line("R-3", cohort_code="F1", exited_on="2026-04-20", exit_reason="moved away"),
        line("R-4", assessed_on="2026-04-09", assessment_outcome="declined"),
        line("R-5", assessed_on="2026-04-09"),
        line("R-6", exited_on="2026-05-01"),
    ]
    assert counts(await bring(person, *rows)) == (6, 6, 0, 0, 0)
    before = await database.run("SELECT id, version, status FROM referrals ORDER BY id")
    written = len(await events())

    again = await bring(person, *rows)

    assert counts(again) == (6, 0, 0, 6, 0)
    assert await database.run("SELECT id, version, status FROM referrals ORDER BY id") == before
    assert (await events())[written:] == ["spreadsheet_imported"]
    assert await wrong_counters(scope=SYSTEM.scope) == ()


async def test_what_the_file_says_later_moves_the_referral_on(db: None) -> None:
    person, _ = await a_group()
    await bring(person, line())
    assessed = line(assessed_on="2026-04-09", assessment_outcome="suitable")
    started = {**assessed, "cohort_code": "F1", "started_on": "2026-05-06"}
    left = {**started, "exited_on": "2026-06-01", "exit_reason": "health"}

    for row in (assessed, started, left):
        assert counts(await bring(person, row)) == (1, 0, 1, 0, 0)

    assert [status for status, _ in await moves()] == [
        "received", "awaiting_assessment", "awaiting_allocation", "scheduled", "on_programme",
        "withdrawn",
    ]  # fmt: skip
    enrolment = (await Enrolment.select())[0]
    assert (enrolment["status"], enrolment["exit_reason"]) == ("exited", "health")
    assert (await Cohort.select())[0]["places_taken"] == 0


async def test_an_older_file_takes_nothing_back(db: None) -> None:
    person, _ = await a_group()
    first = line(cohort_code="F1", started_on="2026-05-06")
    await bring(person, first)
    await bring(person, {**first, "completed_on": "2026-06-09"})

    assert counts(await bring(person, first)) == (1, 0, 0, 1, 0)
    assert counts(await bring(person, line())) == (1, 0, 0, 1, 0)
    assert (await Referral.select())[0]["status"] == "programme_complete"


async def test_a_dry_run_checks_everything_and_writes_nothing(db: None) -> None:
    person, _ = await a_group(capacity=1)
    rows = [line("R-1", cohort_code="F1"), line("R-2", cohort_code="F1"), line("R-3", side="both")]

    result = await bring(person, *rows, dry_run=True)

    assert counts(result) == (3, 1, 0, 0, 2)
    assert await Participant.count() == 0
    assert await events() == []
    assert said(result) == [
        (3, "cohort_code", "The cohort has no places left"),
        (4, "side", "“both” is not known here. Write perpetrator or survivor"),
    ]


async def test_a_dry_run_counts_places_over_all_its_batches(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, _ = await a_group(capacity=2)
    monkeypatch.setattr("programmes.services.imports.referrals._AT_ONCE", 1)
    rows = [line(f"R-{number}", cohort_code="F1") for number in range(3)]

    tried = await bring(person, *rows, dry_run=True)

    assert counts(tried) == counts(await bring(person, *rows)) == (3, 2, 0, 0, 1)


async def test_strict_imports_all_or_none(db: None) -> None:
    person, _ = await a_group()

    with pytest.raises(ImportRefusedError) as refused:
        await bring(person, line("R-1"), line("R-2", received_on="03/04/26"), strict=True)

    assert refused.value.result.errors == (
        RowError(3, "received_on", "Write the day like 2026-04-03 or 03/04/2026, the year in full"),
    )
    assert await Participant.count() == 0
    assert await events() == []
    assert counts(await bring(person, line("R-1"), strict=True)) == (1, 1, 0, 0, 0)


async def test_other_sides_and_organisations_are_not_found(db: None) -> None:
    """D1: a row of theirs reads like one of nobody's."""
    person, _ = await a_group()
    await make_programme(name="Elsewhere")
    men = await make_programme(
        organisation_id=person.organisation_id, side=Side.PERPETRATOR, name="Change"
    )
    await make_cohort(programme=men, code="M1")

    result = await bring(
        person,
        line("R-1", programme="Elsewhere"),
        line("R-2", programme="Change", side="perpetrator"),
        line("R-3", programme="Change"),
        line("R-4", cohort_code="M1"),
        line("R-5", programme="No such"),
    )

    assert [error[1:] for error in said(result)] == [
        ("programme", "Not found"),
        ("programme", "Not found"),
        ("programme", "Not found"),
        ("cohort_code", "Not found"),
        ("programme", "Not found"),
    ]
    assert await Participant.count() == 0


async def test_nobody_imports_without_the_permission(db: None) -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)

    with pytest.raises(ForbiddenError):
        await bring(facilitator, line())


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        ({"received_on": ""}, "received_on", "Is empty"),
        ({"received_on": "2027-01-01"}, "received_on", "Lies in the future"),
        ({"received_on": "=A1"}, "received_on", "Holds a formula. Put its value there"),
        ({"source": "a neighbour"}, "source", f"“a neighbour” is not known here. {OTHER_HINT}"),
        ({"source": "police", "self_referred": "yes"}, "self_referred", "Contradicts the source"),
        ({"assessed_on": "2026-03-01"}, "assessed_on",
         "Is before 2026-04-01, which this row has for an earlier step"),
        ({"assessment_outcome": "suitable"}, "assessed_on",
         "Is empty, but the assessment has an outcome"),
        ({"assessed_on": "2026-04-02", "assessment_outcome": "not suitable", "cohort_code": "F1"},
         "cohort_code", "The assessment left no way into a group"),
        ({"assessed_on": "2026-04-02", "assessment_outcome": "declined", "exited_on": "2026-05-01"},
         "exited_on", "The referral ended with its assessment"),
        ({"cohort_code": "F1", "started_on": "2026-05-06", "exited_on": "2026-06-01",
          "completed_on": "2026-06-01"},
         "exited_on", "Somebody who completed has not left before the end"),
        ({"exit_reason": "health"}, "exited_on", "Is empty, but there is a reason for leaving"),
        ({"exit_reason": "breached", "exited_on": "2026-06-01"}, "exit_reason",
         "Does not fit this side"),
        ({"cohort_code": "F1", "completed_on": "2026-06-01"}, "started_on",
         "Is empty, but the person completed"),
        ({"started_on": "2026-05-06"}, "cohort_code", "Is empty, but the person started"),
        ({"cohort_code": "F1", "started_on": "2026-05-01"}, "started_on",
         "The cohort starts on 2026-05-06"),
        ({"cohort_code": "F9"}, "cohort_code", "Not found"),
    ],
)  # fmt: skip
async def test_a_wrong_row_says_what_is_wrong_and_the_rest_goes_in(
    db: None, row: dict[str, str], field: str, message: str
) -> None:
    person, _ = await a_group()

    result = await bring(person, line("R-1", **row), line("R-2"))

    assert said(result) == [(2, field, message)]
    assert counts(result) == (2, 1, 0, 0, 1)


async def test_a_cohort_of_another_programme_is_refused(db: None) -> None:
    person, _ = await a_group()
    await make_programme(organisation_id=person.organisation_id, name="Recovery")

    result = await bring(person, line(programme="Recovery", cohort_code="F1"))

    assert said(result) == [(2, "cohort_code", "Is a cohort of another programme")]


async def test_the_same_referral_twice_in_a_file_is_refused_the_second_time(db: None) -> None:
    person, _ = await a_group()

    result = await bring(person, line("R-1"), line("R-1", source="police"))

    assert said(result) == [(3, "reference", "Row 2 is the same referral")]
    assert (await Referral.select())[0]["source"] == "not_recorded"


async def test_one_person_may_be_referred_to_two_programmes_and_has_one_place(db: None) -> None:
    person, _ = await a_group()
    other = await make_programme(organisation_id=person.organisation_id, name="Recovery")
    await make_cohort(programme=other, code="R1")

    result = await bring(
        person,
        line("R-1", cohort_code="F1"),
        line("R-1", programme="Recovery", cohort_code="R1"),
        line("R-2", cohort_code="F1"),
        line("R-2", programme="recovery"),
    )

    assert said(result) == [(3, "cohort_code", "Has a place in a group already")]
    assert (await Participant.count(), await Referral.count()) == (2, 3)
    assert await wrong_counters(scope=SYSTEM.scope) == ()


async def test_an_open_referral_of_the_same_person_is_not_doubled(db: None) -> None:
    person, cohort = await a_group()
    known = await make_participant(organisation_id=person.organisation_id)
    await Participant.update({Participant.reference: "R-1"}).where(Participant.id == known)
    await make_referral(participant_id=known, programme_id=cohort.programme.id)

    result = await bring(person, line("R-1"))

    assert said(result) == [(2, "reference", "Has an open referral to this programme already")]


async def test_a_restricted_person_is_not_found(db: None) -> None:
    """D7: the reference is taken, and that is all that shows."""
    person, _ = await a_group()
    known = await make_participant(organisation_id=person.organisation_id)
    await Participant.update({Participant.reference: "R-1"}).where(Participant.id == known)
    await database.run(
        "INSERT INTO restrictions (id, participant, reason, restricted_at) VALUES ({}, {}, {}, {})",
        UUID(int=1), known, "A colleague", clock.now(),
    )  # fmt: skip

    assert said(await bring(person, line("R-1"))) == [(2, "reference", "Not found")]
    assert await Referral.count() == 0


async def test_people_who_must_not_meet_do_not_join_by_an_import(db: None) -> None:
    """D6: also not when both come in the same file; the safety lead finds the conflict."""
    person, _ = await a_group()
    ids = []
    for reference in ("R-1", "R-2"):
        known = await make_participant(organisation_id=person.organisation_id)
        await Participant.update({Participant.reference: reference}).where(Participant.id == known)
        ids.append(known)
    first, second = sorted(ids)
    await database.run(
        "INSERT INTO non_associations (id, person, other, reason, recorded_at)"
        " VALUES ({}, {}, {}, {}, {})",
        UUID(int=1), first, second, "", clock.now(),
    )  # fmt: skip
    rows = [line("R-1", cohort_code="F1"), line("R-2", cohort_code="F1")]

    tried = await bring(person, *rows, dry_run=True)
    result = await bring(person, *rows)

    refusal = "This person cannot join this group. Ask your safety lead."
    assert said(tried) == said(result) == [(3, "cohort_code", refusal)]
    assert [row["kind"] for row in await database.run("SELECT kind FROM conflicts")] == [
        "non_association"
    ]


async def test_on_the_perpetrators_side_a_start_waits_for_the_partner_offer(db: None) -> None:
    """D8: nobody is on the programme before the offer is recorded; whoever has left was."""
    person, _ = await a_group(Side.PERPETRATOR)
    started = {"side": "perpetrator", "cohort_code": "F1", "started_on": "2026-05-06"}

    await bring(person, line("P-1", **started), line("P-2", **started, completed_on="2026-06-01"))

    rows = await database.run("SELECT reference, status FROM referrals ORDER BY reference")
    assert [(row["reference"], row["status"]) for row in rows] == [
        ("P-1", "scheduled"),
        ("P-2", "programme_complete"),
    ]


async def test_leaving_early_and_reasons_decide_the_status(db: None) -> None:
    person, _ = await a_group(Side.PERPETRATOR)
    started = {"side": "perpetrator", "cohort_code": "F1", "started_on": "2026-05-06"}

    await bring(
        person,
        line("P-1", **started, exited_on="2026-06-01", exit_reason="breached"),
        line("P-2", side="perpetrator", cohort_code="F1", exited_on="2026-04-03"),
    )

    rows = await database.run(
        "SELECT r.status, e.joined_on, e.ended_on, e.exit_reason FROM referrals r"
        " JOIN enrolments e ON e.referral = r.id ORDER BY r.reference"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("breach_non_attendance", date(2026, 5, 6), date(2026, 6, 1), "breached"),
        ("withdrawn", date(2026, 4, 3), date(2026, 4, 3), "not_recorded"),
    ]


async def test_days_do_not_leave_marks_outside_a_place(db: None) -> None:
    person, cohort = await a_group()
    row = line(cohort_code="F1", started_on="2026-05-06")
    await bring(person, row)
    enrolment_id = (await Enrolment.select())[0]["id"]
    await make_mark(session_id=cohort.session_ids[3], enrolment_id=enrolment_id)

    late = await bring(person, {**row, "started_on": "2026-05-27"})
    early = await bring(person, {**row, "completed_on": "2026-05-13"})
    fine = await bring(person, {**row, "started_on": "2026-05-13"})

    assert said(late) == [(2, "started_on", "There are marks before this day")]
    assert said(early) == [(2, "completed_on", "There are marks after this day")]
    assert counts(fine) == (1, 0, 1, 0, 0)
    assert (await Enrolment.select())[0]["joined_on"] == date(2026, 5, 13)


async def test_an_ending_is_corrected_but_not_turned_into_another(db: None) -> None:
    person, _ = await a_group()
    row = line(cohort_code="F1", started_on="2026-05-06")
    await bring(person, {**row, "exited_on": "2026-06-01"})

    changed = await bring(person, {**row, "exited_on": "2026-06-02", "exit_reason": "health"})
    turned = await bring(person, {**row, "completed_on": "2026-06-02"})

    assert counts(changed) == (1, 0, 1, 0, 0)
    assert said(turned) == [(2, "completed_on", "The place is exited there. Change it there")]
    enrolment = (await Enrolment.select())[0]
    assert (enrolment["ended_on"], enrolment["exit_reason"]) == (date(2026, 6, 2), "health")


async def test_a_place_given_by_hand_is_taken_up(db: None) -> None:
    person, cohort = await a_group()
    known = await make_participant(organisation_id=person.organisation_id)
    await Participant.update({Participant.reference: "R-1"}).where(Participant.id == known)
    await bring(person, line("R-1"))
    await make_enrolment(cohort_id=cohort.id, participant_id=known)

    result = await bring(person, line("R-1", cohort_code="F1"))

    assert counts(result) == (1, 0, 1, 0, 0)
    referral = (await Referral.select())[0]
    assert (await Enrolment.select())[0]["referral"] == referral["id"]


async def test_a_referral_on_hold_gets_no_place_and_can_still_end(db: None) -> None:
    person, _ = await a_group()
    await bring(person, line("R-1"))
    await Referral.update({Referral.status: "on_hold"}).where(Referral.reference == "R-1")

    place = await bring(person, line("R-1", cohort_code="F1"))
    ended = await bring(person, line("R-1", exited_on="2026-06-01"))

    assert said(place) == [(2, "cohort_code", "The referral is on hold now")]
    assert counts(ended) == (1, 0, 1, 0, 0)
    assert (await Referral.select())[0]["status"] == "withdrawn"


async def test_a_missing_column_is_refused_and_named(db: None) -> None:
    person, _ = await a_group()

    with pytest.raises(InvalidInputError, match="no column for side and programme"):
        await run(
            ReferralImporter(),
            sheet(line(), header=["reference", "received_on"]),
            by=person.actor,
        )


async def test_a_programme_of_several_organisations_is_asked_for(db: None) -> None:
    await a_group()
    await make_programme(name="Freedom")

    result = await run(ReferralImporter(), sheet(line()), by=SYSTEM)

    assert said(result) == [
        (2, "programme", "Several organisations have it. Say for which one you import")
    ]


async def test_somebody_with_a_place_elsewhere_gets_no_second_one(db: None) -> None:
    person, cohort = await a_group()
    await bring(person, line("R-1", cohort_code="F1"), line("R-2"))
    await make_cohort(programme=cohort.programme, code="F2", capacity=1, enrolled=1)
    known = (await Participant.select().where(Participant.reference == "R-2"))[0]["id"]
    elsewhere = await make_cohort(organisation_id=person.organisation_id)
    await make_enrolment(cohort_id=elsewhere.id, participant_id=known)

    result = await bring(
        person, line("R-1", cohort_code="F2"), line("R-2", cohort_code="F1")
    )  # fmt: skip

    assert said(result) == [
        (2, "cohort_code", "The referral is scheduled now"),
        (3, "cohort_code", "Has a place in a group already"),
    ]


async def test_the_place_of_another_referral_is_left_alone(db: None) -> None:
    person, cohort = await a_group()
    await bring(person, line("R-1"))
    known = (await Participant.select())[0]["id"]
    other = await make_referral(
        participant_id=known, programme_id=cohort.programme.id, status=ReferralStatus.WITHDRAWN
    )
    await make_enrolment(cohort_id=cohort.id, participant_id=known, referral_id=other)

    result = await bring(person, line("R-1", cohort_code="F1"))

    assert said(result) == [(2, "cohort_code", "The place there is of another referral")]


async def test_a_start_that_comes_later_moves_the_referral_on(db: None) -> None:
    person, _ = await a_group()
    await bring(person, line("R-1", cohort_code="F1"))

    result = await bring(person, line("R-1", cohort_code="F1", started_on="2026-05-13"))

    assert counts(result) == (1, 0, 1, 0, 0)
    assert (await moves())[-1] == ("on_programme", date(2026, 5, 13))
    assert (await Enrolment.select())[0]["joined_on"] == date(2026, 5, 13)


async def test_leaving_before_the_day_of_joining_moves_that_day(db: None) -> None:
    person, _ = await a_group()
    await bring(person, line("R-1", cohort_code="F1"))

    result = await bring(person, line("R-1", cohort_code="F1", exited_on="2026-04-20"))

    assert counts(result) == (1, 0, 1, 0, 0)
    enrolment = (await Enrolment.select())[0]
    assert (enrolment["joined_on"], enrolment["ended_on"]) == (date(2026, 4, 20),) * 2
    assert await wrong_counters(scope=SYSTEM.scope) == ()


@pytest.mark.parametrize(
    ("status", "row", "field"),
    [
        ("on_hold", {"cohort_code": "F1", "exited_on": "2026-06-01"}, None),
        ("breach_non_attendance", {"cohort_code": "F1", "started_on": "2026-05-06",
                                   "completed_on": "2026-06-01"}, "completed_on"),
        ("on_programme", {"exited_on": "2026-06-01"}, None),
    ],
)  # fmt: skip
async def test_an_ending_follows_only_where_a_move_leads_there(
    db: None, status: str, row: dict[str, str], field: str | None
) -> None:
    """2.2: no move is made up."""
    person, _ = await a_group()
    await bring(person, line("R-1", cohort_code="F1"))
    await Referral.update({Referral.status: status}).where(Referral.reference == "R-1")

    result = await bring(person, line("R-1", **row))

    assert [error.field for error in result.errors] == ([field] if field else [])
    assert (await Referral.select())[0]["status"] == (status if field else "withdrawn")


async def test_an_ending_without_a_place_needs_a_way_out_too(db: None) -> None:
    person, _ = await a_group()
    await bring(person, line("R-1"))
    await Referral.update({Referral.status: "deselected"}).where(Referral.reference == "R-1")
    closed = await bring(person, line("R-1", exited_on="2026-06-01"))

    assert counts(closed) == (1, 0, 0, 1, 0)


async def test_an_assessment_that_was_missed_leaves_the_referral_waiting(db: None) -> None:
    person, _ = await a_group()

    await bring(person, line("R-1", assessed_on="2026-04-09", assessment_outcome="DNA"))

    referral = (await Referral.select())[0]
    assert (referral["status"], referral["assessed_on"], referral["suitable"]) == (
        "awaiting_assessment", None, None,
    )  # fmt: skip


async def test_a_full_group_takes_nobody_who_was_referred_before(db: None) -> None:
    person, _ = await a_group(capacity=1)
    await bring(person, line("R-1"), line("R-2", cohort_code="F1"))

    full = await bring(person, line("R-1", cohort_code="F1"))
    swapped = await bring(
        person,
        line("R-2", cohort_code="F1", exited_on="2026-06-01"),
        line("R-1", cohort_code="F1"),
    )

    assert said(full) == [(2, "cohort_code", "The cohort has no places left")]
    assert counts(swapped) == (2, 0, 2, 0, 0)
    assert await wrong_counters(scope=SYSTEM.scope) == ()


class Overtaken(ReferralImporter):
    """Somebody else saves the referral between the comparison and the writing, once."""

    times = 1

    async def plan(self, batch: Any, *, by: Any, dry_run: bool) -> Plan:
        plan = await super().plan(batch, by=by, dry_run=dry_run)
        if Overtaken.times:
            Overtaken.times -= 1
            await Referral.update({Referral.version: Referral.version + 1}, force=True)
        return plan


async def test_a_referral_that_somebody_else_saved_meanwhile_is_looked_at_again(db: None) -> None:
    person, _ = await a_group()
    await bring(person, line("R-1"))

    result = await run(Overtaken(), sheet(line("R-1", source="police")), by=person.actor)

    assert (result.updated, Overtaken.times) == (1, 0)
    assert (await Referral.select())[0]["source"] == "police"
