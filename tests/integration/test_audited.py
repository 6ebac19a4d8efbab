"""The guard that runs after every test finds a personal value in an audit event."""

from typing import Any

import pytest

from core import audit, database
from core.audit import Subject
from core.ids import new_id
from core.scope import SYSTEM
from tests.audited import personal_values_in_events
from tests.factories_programmes import make_participant


@pytest.mark.parametrize(
    "kept",
    [
        {"after": {"family_name": "Featherstone"}},
        {"before": {"people": [{"name": "Featherstone"}]}},
        {"reason": "Featherstone"},
        {"after": {"born_on": "1990-02-28"}},
    ],
)
async def test_d13_a_personal_value_in_an_event_is_found(
    database_url: str, kept: dict[str, Any]
) -> None:
    async with database.connected(database_url):
        await make_participant(family_name="Featherstone")
        await database.run("UPDATE participants SET born_on = '1990-02-28'")
        await audit.record(
            "tried", by=SYSTEM, subject_type=Subject.PARTICIPANT, subject=new_id(), **kept
        )

        (found,) = await personal_values_in_events()

    assert found.startswith("tried: participants.")


async def test_codes_ids_and_names_of_fields_may_be_told(database_url: str) -> None:
    async with database.connected(database_url):
        person = await make_participant(family_name="Featherstone")
        await audit.record(
            "tried", by=SYSTEM, subject_type=Subject.PARTICIPANT, subject=person,
            after={"changed": ["family_name"], "status": "withdrawn", "other": person},
        )  # fmt: skip

        assert await personal_values_in_events() == []
