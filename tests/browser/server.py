"""The whole service as browsers see it, with the demonstration in it and a clock that stands still.

``python -m tests.browser.server DATABASE_FILE PORT``
"""

import asyncio
import sys
from datetime import UTC, datetime

import uvicorn

from api import demo
from api.app import create_app
from core import clock, database, log
from core.settings import Settings
from jobs import training_notices
from messaging.gateways.console import ConsoleGateway
from migrations import run as migrations
from tests.fakes import FixedClock

NOW = datetime(2026, 6, 10, 19, 30, tzinfo=UTC)
"""A Wednesday, 20:30 in London: every session of the day has begun."""


def main(path: str, port: int) -> None:
    url = f"sqlite:///{path}"
    still = FixedClock(NOW)
    clock.use(still)
    log.configure(json=True)
    migrations.upgrade(url)
    asyncio.run(load(url))
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


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
