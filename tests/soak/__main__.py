"""``python -m tests.soak``: the long run, on an engine of one's choice."""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress

from core import database, log
from migrations import run as migrations
from tests.postgres import postgres_server
from tests.soak.run import Outcome, Soak


def main() -> None:
    """Run, print what came of it as the last line, and exit 1 unless all is well."""
    options = argparse.ArgumentParser(prog="soak", description=__doc__)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--messages", type=int, default=5000)
    options.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--seed", type=int, default=1, help="the same seed kills alike")
    chosen = options.parse_args()
    log.configure(json=True)
    with tempfile.TemporaryDirectory(prefix="soak") as name:
        folder = Path(name)
        with _database(chosen.engine, folder) as url:
            migrations.upgrade(url)
            outcome = asyncio.run(_run(url, folder, chosen))
        if not outcome.is_good:
            print((folder / "worker.log").read_text("utf-8", errors="replace")[-4000:])
    if outcome.unsettled:
        print(f"{outcome.unsettled} texts came to no end")
    print(outcome)
    raise SystemExit(0 if outcome.is_good else 1)


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder}/soak.db"
        return
    with postgres_server() as url:
        yield url


async def _run(url: str, folder: Path, chosen: argparse.Namespace) -> Outcome:
    with Progress() as progress:
        task = progress.add_task("Kills", total=chosen.kills)
        async with database.connected(url):
            return await Soak(url, folder, seed=chosen.seed).run(
                messages=chosen.messages,
                kills=chosen.kills,
                tell=lambda kills, _: progress.update(task, completed=kills),
            )


if __name__ == "__main__":
    main()
