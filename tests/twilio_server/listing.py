"""The list of messages: filters, newest first, and pages."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from tests.twilio_server.rules import RefusedError
from tests.twilio_server.texts import Text
from tests.twilio_server.wire import Request

_MOST_PER_PAGE = 1000
_USUAL_PER_PAGE = 50


def page(texts: Sequence[Text], request: Request, now: datetime) -> dict[str, Any]:
    """One page of the texts that a list request asks for."""
    query = request.query
    size = min(_number(query, "PageSize", _USUAL_PER_PAGE), _MOST_PER_PAGE)
    number = _number(query, "Page", 0)
    found = [text for text in reversed(texts) if _fits(text, query)]
    found.sort(key=lambda text: text.created_at, reverse=True)
    first = number * size
    shown = found[first : first + size]
    more = first + size < len(found)
    return {
        "messages": [text.as_json(now) for text in shown],
        "page": number,
        "page_size": size,
        "start": first,
        "end": first + max(0, len(shown) - 1),
        "first_page_uri": _uri(request, size, 0),
        "previous_page_uri": _uri(request, size, number - 1) if number else None,
        "next_page_uri": _uri(request, size, number + 1) if more else None,
        "uri": request.target,
    }


def _fits(text: Text, query: dict[str, str]) -> bool:
    """Tell whether a text is asked for; ``DateSent`` is a GMT day, and none before it was sent."""
    if text.to != query.get("To", text.to) or text.sender != query.get("From", text.sender):
        return False
    day = text.sent_at.date() if text.sent_at else None
    for name, holds in (
        ("DateSent", lambda sent, asked: sent == asked),
        ("DateSent<", lambda sent, asked: sent <= asked),
        ("DateSent>", lambda sent, asked: sent >= asked),
    ):
        if name in query and (day is None or not holds(day, _day(query[name]))):
            return False
    return True


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given[:10])
    except ValueError:
        raise RefusedError(400, 20001, "DateSent is not a date") from None


def _number(query: dict[str, str], name: str, usual: int) -> int:
    given = query.get(name, str(usual))
    smallest = 1 if name == "PageSize" else 0
    if not (given.isascii() and given.isdecimal() and len(given) < 9 and int(given) >= smallest):
        raise RefusedError(400, 20006, f"{name} is not a number")
    return int(given)


def _uri(request: Request, size: int, number: int) -> str:
    kept = {name: value for name, value in request.query.items() if name != "PageToken"}
    return f"{request.path}?{urlencode({**kept, 'PageSize': size, 'Page': number})}"
