"""HTTP/1.1 on a socket, with the ways in which an answer can fail to arrive."""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class Manner(StrEnum):
    """How an answer reaches the client, or does not."""

    WHOLE = "whole"
    TRUNCATED = "truncated"  # a length is promised, half of it comes
    RESET = "reset"  # the connection breaks without a word
    SILENCE = "silence"  # the connection stays, nothing comes


@dataclass(frozen=True, slots=True)
class Request:
    """One request; names of headers are in small letters."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The form's fields; whatever else the body is, it has none."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            return {}
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; ``content`` is sent as it is, or as JSON; ``is_wrong`` where it means to be."""

    status: int
    content: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = Manner.WHOLE
    kind: str = "application/json"
    is_wrong: bool = False

    @property
    def body(self) -> bytes:
        if isinstance(self.content, str):
            return self.content.encode()
        return json.dumps(self.content).encode()


Respond = Callable[[Request], Awaitable[Answer]]


class Listener:
    """Listens on one port of loopback; it can refuse for a while and come back on the same."""

    def __init__(self, respond: Respond) -> None:
        self.port = 0
        self._respond = respond
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}

    @property
    def connections(self) -> int:
        """How many clients are connected; none means that nothing more can arrive."""
        return len(self._open)

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def refuse(self) -> None:
        """Refuse connections, also those that are open."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._open:
            writer.transport.abort()
        await asyncio.gather(*self._open.values())

    @contextlib.asynccontextmanager
    async def refusing(self) -> AsyncIterator[None]:
        """Refuse connections for the length of a block."""
        await self.refuse()
        try:
            yield
        finally:
            await self.listen()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[writer] = task
        try:
            while await self._serve_one(reader, writer):
                pass
        except (ConnectionError, ValueError, EOFError, asyncio.LimitOverrunError):
            pass  # the client went away, or does not speak HTTP
        finally:
            del self._open[writer]
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await _read(reader)
        answer = await self._respond(request)
        if answer.manner is Manner.SILENCE:
            await reader.read()  # until the client gives up
            return False
        if answer.manner is Manner.RESET:
            _reset(writer)
            return False
        head, body = _head_of(answer), answer.body
        if answer.manner is Manner.TRUNCATED:
            body = body[: len(body) // 2]
        writer.write(head + body)
        await writer.drain()
        return answer.manner is Manner.WHOLE


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, target, headers, body)


def _head_of(answer: Answer) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} Answer"]
    if answer.status != 204:
        lines += [f"Content-Type: {answer.kind}", f"Content-Length: {len(answer.body)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection so that the client reads RST, not an ordinary end."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
