"""What `make run` does after it has installed: a demonstration service that keeps its data."""

from pathlib import Path

import pytest

from api import demo
from api.commands.demo import make_demo_ready
from api.commands.readiness import with_database
from core import database
from core.settings import Settings


async def _sign_in_count() -> int:
    return len(await database.run("SELECT id FROM accounts"))


def test_the_first_start_loads_the_demonstration_and_the_next_keeps_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = Settings(
        database_url=f"sqlite:///{tmp_path}/var/tracker.db",
        public_url="http://127.0.0.1:8000",
        secret_key="k" * 32,
        demo=True,
    )

    make_demo_ready(chosen)
    first, people = capsys.readouterr().out, with_database(chosen, _sign_in_count)
    make_demo_ready(chosen)
    second = capsys.readouterr().out

    assert people >= len(demo.SIGN_INS)
    assert with_database(chosen, _sign_in_count) == people
    for printed in (first, second):
        assert demo.PASSWORD in printed
        assert all(printed.count(one.email) == 1 for one in demo.SIGN_INS)
