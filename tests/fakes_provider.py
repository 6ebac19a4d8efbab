"""A server that answers as it is told to, and breaks as it is told to; it counts what it took."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

Answering = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """One request that arrived whole."""

    method: str
    target: str
    headers: dict[str, str]
    body: str

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body, keep_blank_values=True)


@dataclass
class Provider:
    """What arrived, and how the next ones are answered."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answer: Answering | None = None
    under_way: set[asyncio.Task[None] | None] = field(default_factory=set, repr=False)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        finally:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.under_way.add(asyncio.current_task())
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *lines = head.strip().split("\r\n")
                method, target, _ = first.split(" ")
                pairs = (line.split(": ", 1) for line in lines)
                headers = {name.lower(): value for name, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.asked.append(Asked(method, target, headers, body.decode()))
                assert self.answer is not None
                await self.answer(self.asked[-1], writer)


def reply(
    status: int, payload: object = None, *, raw: str | None = None, **headers: str
) -> Answering:
    """Answer with JSON, or with raw text."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        body = (json.dumps(payload) if raw is None else raw).encode()
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = "\r\n".join([f"HTTP/1.1 {status} X", *lines, f"Content-Length: {len(body)}"])
        writer.write(head.encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return answer


async def reset(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Take the text, and break the connection."""
    writer.transport.abort()


async def hang_up(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Take the text, and end the connection."""
    writer.close()


async def keep_silent(_: Asked, __: asyncio.StreamWriter) -> None:
    """Take the text, and say nothing."""
    await asyncio.Event().wait()


async def cut_short(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Take the text, and break off in the middle of the answer."""
    writer.write(b'HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"sid": "SM0')
    await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Provider]:
    """Serve on a free port of this machine for the length of a block."""
    provider = Provider()
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0)
    provider.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.close()
        tasks = [task for task in provider.under_way if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
