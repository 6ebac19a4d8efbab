"""The whole service as browsers see it, with the demonstration in it and a clock that stands still.

``python -m tests.browser.server DATABASE_FILE`` makes the database;
``python -m tests.browser.server DATABASE_FILE PORT`` serves it.
"""

import asyncio
import sys
from datetime import UTC, datetime

import uvicorn

from accounts.domain.roles import GrantSide, Role
from accounts.services.hashing import hash_password
from api import demo
from api.app import create_app
from core import clock, database, log
from core.reports import Question
from core.scope import Side
from core.settings import Settings
from jobs import publication, training_notices
from jobs.publication import Terms
from messaging.gateways.console import ConsoleGateway
from migrations import run as migrations
from tests.factories import make_person
from tests.factories_programmes import make_participant, make_programme, make_referral
from tests.fakes import FixedClock

NOW = datetime(2026, 6, 10, 19, 30, tzinfo=UTC)
"""A Wednesday, 20:30 in London: every session of the day has begun."""


def make(path: str) -> None:
    url = f"sqlite:///{path}"
    clock.use(FixedClock(NOW))
    log.configure(json=True)
    migrations.upgrade(url)
    asyncio.run(load(url))


def serve(path: str, port: int) -> None:
    url = f"sqlite:///{path}"
    still = FixedClock(NOW)
    log.configure(json=True)
    settings = Settings(
        database_url=url, public_url=f"http://127.0.0.1:{port}", secret_key="k" * 32,
        scheduler="off", demo=True,
    )  # fmt: skip
    app = create_app(settings, still, ConsoleGateway())
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


async def load(url: str) -> None:
    async with database.connected(url):
        await demo.load(seed=1, large=False, progress=lambda *_: None)
        await training_notices.plan()
        await publish_and_refer_one_more()


async def publish_and_refer_one_more() -> None:
    """A small service whose figures were published just before somebody else was referred.

    Its manager is refused to publish them again: the two numbers differ by one person.
    """
    manager = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, email="small.manager@example.org",
        password_hash=await hash_password(demo.PASSWORD),
    )  # fmt: skip
    programme = await make_programme(
        organisation_id=manager.organisation_id, side=Side.SURVIVOR, name="Mornings"
    )
    for number in range(13):
        if number == 12:
            await publication.publish(
                "completion", Question(), note="", terms=Terms(5), by=manager.actor
            )
        participant_id = await make_participant(organisation_id=manager.organisation_id)
        await make_referral(participant_id=participant_id, programme_id=programme.id)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2])) if len(sys.argv) > 2 else make(sys.argv[1])
