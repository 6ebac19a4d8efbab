"""Statements: many rows at once, and which constraint an error is the breach of."""

from datetime import UTC, datetime

import pytest
from piccolo.querystring import QueryString

from accounts.domain.roles import GrantSide, Role
from accounts.tables import Account, Grant, Organisation
from core import clock, database
from core.database import DatabaseError
from core.ids import new_id
from tests.factories import make_organisation, make_person

TAKEN = LookupError("taken")


async def test_bulk_insert_keeps_every_value(db: None) -> None:
    made_at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    rows = [(new_id(), f"Organisation {number}", made_at) for number in range(500)]

    async with database.transaction():
        await database.bulk_insert(Organisation, ["id", "name", "created_at"], rows)

    found = await Organisation.select().order_by(Organisation.id)
    assert [(row["id"], row["name"], row["created_at"]) for row in found] == rows


async def test_bulk_insert_outside_a_transaction_is_refused(db: None) -> None:
    with pytest.raises(DatabaseError, match="needs a transaction"):
        await database.bulk_insert(Organisation, ["id"], [(new_id(),)])


async def test_values_list_writes_many_rows_in_one_statement(db: None) -> None:
    rows = [(new_id(), name, clock.now()) for name in ("North", "South")]

    await database.run(
        "INSERT INTO organisations (id, name, created_at) VALUES {}", database.values_list(rows)
    )

    assert await Organisation.count() == 2


async def test_a_taken_unique_column_becomes_the_error_given_for_it(db: None) -> None:
    await make_organisation("Northbank")

    with pytest.raises(LookupError, match="taken"), database.refusing(Organisation, name=TAKEN):
        await make_organisation("Northbank")


async def test_a_taken_unique_constraint_becomes_the_error_given_for_it(db: None) -> None:
    person = await make_person(Role.AUDITOR)
    same = Grant(
        account=person.id, role=Role.AUDITOR, side=GrantSide.NONE,
        organisation=person.organisation_id,
    )  # fmt: skip

    with pytest.raises(LookupError, match="taken"), database.refusing(Grant, grants_once=TAKEN):
        await same.save()


async def test_a_taken_partial_index_becomes_the_error_given_for_it(db: None) -> None:
    person = await make_person(Role.AUDITOR, everywhere=True)
    same = Grant(account=person.id, role=Role.AUDITOR, side=GrantSide.NONE, organisation=None)

    with (
        pytest.raises(LookupError, match="taken"),
        database.refusing(Grant, grants_everywhere_once=TAKEN),
    ):
        await same.save()


async def test_a_failed_check_becomes_the_error_given_for_it(db: None) -> None:
    person = await make_person(Role.AUDITOR)
    wrong = Grant(
        account=person.id, role=Role.FACILITATOR, side=GrantSide.NONE,
        organisation=person.organisation_id,
    )  # fmt: skip

    with (
        pytest.raises(LookupError, match="taken"),
        database.refusing(Grant, case_workers_have_one_side=TAKEN),
    ):
        await wrong.save()


async def test_another_constraints_breach_stays_what_it_is(db: None) -> None:
    await make_organisation("Northbank")

    with (
        pytest.raises(database.INTEGRITY_ERRORS),
        database.refusing(Account, email=TAKEN, name=TAKEN),
    ):
        await make_organisation("Northbank")


async def test_an_error_that_is_no_breach_breaks_nothing(db: None) -> None:
    assert not database.breaks(LookupError("name"), Organisation, "name")


@pytest.mark.parametrize(("wanted", "found"), [(["North", "South"], 2), (["North"], 1), ([], 0)])
async def test_conditions_and_lists_of_values_stand_in_one_statement(
    db: None, wanted: list[str], found: int
) -> None:
    for name in ("North", "South", "West"):
        await make_organisation(name)
    conditions = database.all_of(
        [
            QueryString("name IN {}", database.in_list(wanted)),
            QueryString("name <> {}", "West"),
        ]
    )

    rows = await database.run("SELECT name FROM organisations WHERE {}", conditions)

    assert len(rows) == found


async def test_the_earliest_instant_is_an_instant_on_both_engines(db: None) -> None:
    await make_organisation()

    (row,) = await database.run("SELECT MIN(created_at) AS earliest FROM organisations")

    assert database.as_instant(row["earliest"]) == clock.now()
    assert database.as_instant(None) is None


async def test_values_by_name_are_what_an_update_takes(db: None) -> None:
    organisation_id = await make_organisation("North")

    await Organisation.update(database.assignments({"name": "South"})).where(
        Organisation.id == organisation_id
    )

    assert await Organisation.exists().where(Organisation.name == "South")
