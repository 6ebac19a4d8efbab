"""A tiny SMTP server on this machine that takes, refuses or hangs up as a test tells it to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message

from core.mail_settings import SmtpSettings

HANG_UP = ""


@dataclass
class SmtpServer:
    """What it took, and its answer to a command where that is not the usual one.

    ``answers`` go by the command's first word; ``.`` is the end of an e-mail. An e-mail is taken
    as its end arrives, whatever the answer to that: ``HANG_UP`` after it leaves the client
    not knowing.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, Message]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def settings(self) -> SmtpSettings:
        return SmtpSettings("127.0.0.1", self.port, "training@example.org", "none")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(b"220 test\r\n")
            to = ""
            while line := (await reader.readline()).decode().strip():
                word = line.split()[0].upper()
                self.said.append(word)
                if word == "RCPT":
                    to = line.partition("<")[2].rstrip(">")
                if word == "DATA" and self._answer("DATA").startswith("354"):
                    writer.write(b"354 go on\r\n")
                    await self._take(to, reader)
                    word = "."
                if not (answer := self._answer(word)):
                    break
                writer.write(f"{answer}\r\n".encode())
                await writer.drain()
        writer.close()

    async def _take(self, to: str, reader: asyncio.StreamReader) -> None:
        lines = []
        while (line := (await reader.readline()).decode()) != ".\r\n":
            lines.append(line.removeprefix("."))
        self.taken.append((to, message_from_string("".join(lines))))

    def _answer(self, word: str) -> str:
        usual = {"DATA": "354 go on", "EHLO": "250 test"}.get(word, "250 ok")
        return self.answers.get(word, usual)


@contextlib.asynccontextmanager
async def smtp_server() -> AsyncIterator[SmtpServer]:
    fake = SmtpServer()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
