"""A keep-alive HTTP client with nothing in it that would slow what is measured."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Load:
    """What came of a number of requests: seconds of each, and how often which status."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    elapsed: float = 0.0

    def note(self, status: int, seconds: float) -> None:
        """Count one answer."""
        self.seconds.append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1

    @property
    def failures(self) -> int:
        """Answer how many answers were 500 or more."""
        return sum(count for status, count in self.statuses.items() if status >= 500)  # noqa: PLR2004 - HTTP

    @property
    def refusals(self) -> int:
        """Answer how many answers were neither good nor a failure."""
        return sum(self.statuses.values()) - self.failures - self.statuses.get(200, 0)


class Connection:
    """One keep-alive connection to the server on loopback."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"

    async def open(self) -> "Connection":
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()

    async def send(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Send one request and answer its status and content."""
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\n{self._head}Content-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        self._writer.write(head.encode() + content)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        lengths = [line for line in answer if line.lower().startswith("content-length:")]
        length = int(lengths[0].partition(":")[2]) if lengths else 0
        return int(answer[0].split(" ")[1]), await self._reader.readexactly(length)


async def put_all(
    port: int, token: str, work: Iterator[tuple[str, Any]], *, clients: int, for_seconds: float
) -> Load:
    """Send PUTs from several clients for a while, or until there is no work left."""
    load = Load()
    ends = time.perf_counter() + for_seconds

    async def client() -> None:
        connection = await Connection(port, token).open()
        try:
            for path, body in work:
                began = time.perf_counter()
                status, _ = await connection.send("PUT", path, body)
                load.note(status, time.perf_counter() - began)
                if time.perf_counter() >= ends:
                    return
        finally:
            await connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    load.elapsed = time.perf_counter() - began
    return load


async def get_again(port: int, token: str, path: str, *, for_seconds: float) -> Load:
    """Send the same GET one after another for a while."""
    load = Load()
    connection = await Connection(port, token).open()
    ends = time.perf_counter() + for_seconds
    while time.perf_counter() < ends or not load.seconds:
        began = time.perf_counter()
        status, _ = await connection.send("GET", path)
        load.note(status, time.perf_counter() - began)
    await connection.close()
    return load
