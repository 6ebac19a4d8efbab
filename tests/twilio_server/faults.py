"""The faults of messaging.md 5.4, by name: whether the text is taken, and what the client sees."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.twilio_server.wire import Answer, Manner

_HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"


def refused(status: int, code: int, message: str = "Refused", **headers: str) -> Answer:
    """An answer in the shape of Twilio's errors."""
    return Answer(
        status,
        {
            "code": code, "message": message, "status": status,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
        },
        {name.replace("_", "-"): value for name, value in headers.items()},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: ``answer`` is ``None`` where the ordinary one is sent in another manner."""

    takes: bool
    answer: Answer | None = None
    manner: Manner = Manner.WHOLE


TAKEN: Mapping[str, Fault] = {
    "taken_then_503": Fault(takes=True, answer=refused(503, 20503)),
    "taken_then_500": Fault(takes=True, answer=refused(500, 20500)),
    "taken_then_html_502": Fault(takes=True, answer=Answer(502, _HTML, kind="text/html")),
    "taken_then_reset": Fault(takes=True, manner=Manner.RESET),
    "taken_then_silence": Fault(takes=True, manner=Manner.SILENCE),
    "taken_then_truncated": Fault(takes=True, manner=Manner.TRUNCATED),
    "taken_then_no_json": Fault(takes=True, answer=Answer(201, '{"sid": "SM', is_wrong=True)),
    "taken_then_no_sid": Fault(takes=True, answer=Answer(201, {"status": "queued"}, is_wrong=True)),
    "taken_then_redirect": Fault(
        takes=True, answer=Answer(307, "", {"Location": "/2010-04-01/elsewhere"})
    ),
}
"""One text is on its way, and the client cannot know it."""

NOT_TAKEN_UNKNOWN: Mapping[str, Fault] = {
    "503": Fault(takes=False, answer=refused(503, 20503)),
    "html_502": Fault(takes=False, answer=Answer(502, _HTML, kind="text/html")),
    "reset": Fault(takes=False, manner=Manner.RESET),
    "silence": Fault(takes=False, manner=Manner.SILENCE),
    "redirect": Fault(takes=False, answer=Answer(307, "", {"Location": "/2010-04-01/elsewhere"})),
}
"""Nothing was taken, and the client cannot know that either."""

REFUSED: Mapping[str, Fault] = {
    "429": Fault(takes=False, answer=refused(429, 20429, Retry_After="7")),
    "21611": Fault(takes=False, answer=refused(429, 21611)),
    "401": Fault(takes=False, answer=refused(401, 20003)),
    "403": Fault(takes=False, answer=refused(403, 20003)),
    "30002": Fault(takes=False, answer=refused(403, 30002)),
    "21606": Fault(takes=False, answer=refused(400, 21606)),
    "63038": Fault(takes=False, answer=refused(429, 63038)),
    "21211": Fault(takes=False, answer=refused(400, 21211)),
    "21614": Fault(takes=False, answer=refused(400, 21614)),
    "21612": Fault(takes=False, answer=refused(400, 21612)),
    "21408": Fault(takes=False, answer=refused(403, 21408)),
    "21610": Fault(takes=False, answer=refused(400, 21610)),
    "21617": Fault(takes=False, answer=refused(400, 21617)),
    "html_400": Fault(takes=False, answer=Answer(400, "<html></html>", kind="text/html")),
}
"""Nothing was taken, and the answer says so."""

FAULTS: Mapping[str, Fault] = {**TAKEN, **NOT_TAKEN_UNKNOWN, **REFUSED}


@dataclass(slots=True)
class Plan:
    """Which of the coming texts go wrong: the next ones, those to a number, or by chance."""

    next_ones: list[str] = field(default_factory=list)
    to: dict[str, str] = field(default_factory=dict)
    always: str = ""
    chances: dict[str, float] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - not a secret

    def take(self, to: str) -> Fault | None:
        """What befalls the next text to a number; ``None`` for nothing."""
        if self.next_ones:
            return FAULTS[self.next_ones.pop(0)]
        name = self.to.get(to) or self.always
        if name:
            return FAULTS[name]
        drawn = self.chance.random() if self.chances else 1.0
        for name, share in self.chances.items():
            drawn -= share
            if drawn < 0:
                return FAULTS[name]
        return None
