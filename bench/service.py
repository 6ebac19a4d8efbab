"""The service under measurement: a real server in a child process, and a database to fill."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import asyncpg

from tests.postgres import postgres_server

SECRET_KEY = "b" * 32
_START_SECONDS = 60
_SERVE = "from api.cli import main; main()"


@contextlib.contextmanager
def serving(database_url: str, environ: Mapping[str, str] | None = None) -> Iterator[int]:
    """Serve the database over loopback in a child process and answer the port."""
    with serving_process(database_url, environ) as (port, _):
        yield port


@contextlib.contextmanager
def serving_process(
    database_url: str, environ: Mapping[str, str] | None = None
) -> Iterator[tuple[int, int]]:
    """Serve the database over loopback and answer the port, and the number of the process."""
    port = _free_port()
    environment = {
        **os.environ,
        "TRACKER_DATABASE_URL": database_url,
        "TRACKER_SECRET_KEY": SECRET_KEY,
        **(environ or {}),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed service has its code compiled
    child = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", _SERVE, "serve", "--port", str(port), "--scheduler", "off"],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_answers(port, child)
        yield port, child.pid
    finally:
        child.terminate()
        child.wait(timeout=20)


def peak_megabytes(process: int) -> float:
    """Answer the most memory that a running process has ever held at once; 0 if not on Linux."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    found = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return found[0] / 1024 if found else 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(port: int, child: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends and child.poll() is None:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2),
        ):
            return
        time.sleep(0.1)
    raise SystemExit("bench: the server did not start")


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Start a PostgreSQL that waits for the disk, as one in earnest does."""
    with postgres_server() as url:
        yield url


async def new_postgres(server_url: str, name: str) -> str:
    """Make an empty database and answer its address."""
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute("ALTER SYSTEM SET fsync = on")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    address, question, query = server_url.partition("?")
    return f"{address.rsplit('/', 1)[0]}/{name}{question}{query}"


def new_sqlite(folder: Path, name: str) -> str:
    """Answer the address of a database file that is not there yet."""
    return f"sqlite:///{folder / name}.db"
