"""A register that was saved is there after the server was killed, and so is its version."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core import clock
from tests.browser.conftest import wait_for

ROOT = Path(__file__).parents[2]
TRACKER = [sys.executable, "-c", "from api.cli import tracker; tracker()"]


class Service:
    """``tracker serve`` on a SQLite file, as somebody runs it, on the machine's own clock."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            **os.environ,
            "TRACKER_DATABASE_URL": f"sqlite:///{folder}/tracker.db",
            "TRACKER_SECRET_KEY": "k" * 32,
            "TRACKER_DEMO": "1",
            "TRACKER_SCHEDULER": "off",
        }
        self.server: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own command
            [*TRACKER, *arguments], cwd=ROOT, env=self.environment, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def start(self) -> str:
        self.server = subprocess.Popen(  # noqa: S603 - our own command
            [*TRACKER, "serve", "--port", str(self.port)], cwd=ROOT, env=self.environment
        )
        return wait_for(f"http://127.0.0.1:{self.port}", self.server)

    def kill(self) -> None:
        """End the server at once, as a power cut does."""
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGKILL)
            self.server.wait(timeout=20)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    found = Service(tmp_path)
    yield found
    found.kill()


def test_a_saved_register_survives_kill_9_of_the_server(service: Service) -> None:
    service.run("migrate")
    service.run("demo")
    token = service.run("token", "create", "perpetrator.facilitator@example.org").split()[-1]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=service.start(), headers=headers) as http:
        day = f"{clock.london(clock.SystemClock().now()):%Y-%m-%d}"
        sessions = http.get(f"/api/v1/sessions?from={day}&to={day}").json()["items"]
        (today,) = [one for one in sessions if not one["is_catchup"]]
        path = f"/api/v1/sessions/{today['id']}/register"
        people = [row["enrolment_id"] for row in http.get(path).json()["rows"]]
        marks = [{"enrolment_id": one, "outcome": "attended"} for one in people]

        saved = http.put(path, json={"version": 0, "marks": marks, "covered": "Unit 10"})
        service.kill()

    assert (saved.status_code, saved.json()) == (200, {"version": 1})
    with httpx.Client(base_url=service.start(), headers=headers) as http:
        found = http.get(path).json()
        again = http.put(path, json={"version": 0, "marks": marks, "covered": "Unit 10"})
    assert len(people) == 12
    assert [row["mark"]["outcome"] for row in found["rows"]] == ["attended"] * 12
    assert (found["version"], found["covered"], again.json()) == (1, "Unit 10", {"version": 1})
