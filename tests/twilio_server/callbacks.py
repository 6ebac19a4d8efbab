"""Signed posts to the application: late, in another order, twice, or never."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from twilio.request_validator import RequestValidator

Post = Callable[[str, Mapping[str, str], Mapping[str, str]], Awaitable[int]]
"""Posts a form to a URL with headers, and answers the status."""


@dataclass(slots=True)
class Posting:
    """How posts go out and go wrong; ``answers`` is what the application answered to each."""

    through: Post | None = None
    delay_seconds: float = 0.0
    loss: float = 0.0
    repeats: int = 0
    shuffle: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(2))  # noqa: S311 - not a secret
    answers: list[int] = field(default_factory=list)


class Callbacks:
    """Signs and posts forms on behalf of the account."""

    def __init__(self, token: str, post: Post | None) -> None:
        self.posting = Posting(through=post)
        self._sign = RequestValidator(token).compute_signature
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(self, url: str, form: Mapping[str, str]) -> list[int]:
        """Post a form now, as often as ``repeats`` says; answer the application's statuses."""
        post, headers = self.posting.through, {"X-Twilio-Signature": self._sign(url, dict(form))}
        answers = [
            await post(url, form, headers)
            for _ in range(1 + self.posting.repeats)
            if post is not None and self.posting.chance.random() >= self.posting.loss
        ]
        self.posting.answers += answers
        return answers

    def begin(self, work: Awaitable[None]) -> None:
        """Do something beside whatever else goes on."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """Wait until nothing is under way; the first thing that went wrong is raised."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def close(self) -> None:
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)


@asynccontextmanager
async def over_the_network() -> AsyncIterator[Post]:
    """Post like Twilio: a connection that fails is tried once more, and then given up."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:

        async def post(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
            for _ in range(2):
                with contextlib.suppress(aiohttp.ClientConnectionError, TimeoutError):
                    async with session.post(url, data=form, headers=headers) as answer:
                        return answer.status
            return 0

        yield post
