"""Makes people whose training lapses, and mail gateways that keep what they took."""

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from messaging.gateways.mail import Delivery, Mail
from tests.factories import make_organisation
from tests.factories_training import make_course, make_record, make_requirement, make_staff
from training.tables import TrainingNotice

TODAY = date(2026, 6, 10)
"""A Wednesday; training completed on this day of 2023 lapses on it."""
IN_90_DAYS = date(2023, 9, 8)
IN_30_DAYS = date(2023, 7, 10)
YESTERDAY = date(2023, 6, 9)


@dataclass
class Team:
    """An organisation, and the course that all its staff must hold for 36 months."""

    organisation_id: UUID
    course_id: UUID
    requirement_id: UUID

    async def colleague(self, completed_on: date | None = None, **other: Any) -> UUID:
        """Somebody of the team; without a completion long overdue."""
        staff_id = await make_staff(organisation_id=self.organisation_id, **other)
        if completed_on:
            await make_record(staff_id, self.course_id, completed_on=completed_on)
        return staff_id


async def make_team(**requirement: Any) -> Team:
    organisation_id, course_id = await make_organisation(), await make_course()
    requirement_id = await make_requirement(
        course_id, organisation_ids=[organisation_id], **requirement
    )
    return Team(organisation_id, course_id, requirement_id)


@dataclass
class Ledger:
    """A mail server that answers the same to everything, and keeps what it took.

    ``UNKNOWN`` takes the e-mail too; ``dies`` lets the sender be killed after it was taken.
    """

    delivery: Delivery = Delivery.SENT
    dies: bool = False
    taken: list[Mail] = field(default_factory=list)

    async def send(self, mail: Mail) -> Delivery:
        await asyncio.sleep(0)
        if self.delivery in {Delivery.SENT, Delivery.UNKNOWN}:
            self.taken.append(mail)
        if self.dies:
            raise asyncio.CancelledError
        return self.delivery

    async def fault(self) -> str:
        return ""

    async def close(self) -> None:
        pass


async def notices(**wanted: str) -> list[dict[str, Any]]:
    """All notices with these values, the first one first."""
    rows = await TrainingNotice.select().order_by(TrainingNotice.id)
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]
