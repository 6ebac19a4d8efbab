"""Fills in pages as a browser does."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from httpx import AsyncClient, Response

from tests.factories import Person


def sign_in(client: AsyncClient, person: Person) -> None:
    """Make the client the browser of this person."""
    client.cookies.clear()
    for name, value in person.cookies.items():
        client.cookies.set(name, value)


async def form_token(client: AsyncClient, path: str = "/participants") -> str:
    """The token of the forms of this browser."""
    page = (await client.get(path)).text
    return page.split('name="_csrf_token" value="')[1].split('"')[0]


async def send(client: AsyncClient, path: str, /, **typed: Any) -> Response:
    """Send a form with its token; a name's ``__`` stands for the dash of a date's box."""
    values = {name.replace("__", "-"): value for name, value in typed.items()}
    values["_csrf_token"] = await form_token(client)
    return await client.post(path, data=values)


def day(field: str, text: str) -> dict[str, str]:
    """The three boxes of a date field, from ``2026-06-10``."""
    year, month, number = text.split("-")
    return {f"{field}-day": str(int(number)), f"{field}-month": str(int(month)),
            f"{field}-year": year}  # fmt: skip


def title(response: Response) -> str:
    """What the browser's tab says."""
    return unescape(re.findall(r"<title[^>]*>(.*?)</title>", response.text, re.DOTALL)[0]).strip()


def text(response: Response) -> str:
    """The page's text with single spaces, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def summary(response: Response) -> list[tuple[str, str]]:
    """The field and the message of each link of the error summary."""
    found = re.findall(r"govuk-error-summary__list.*?</ul>", response.text, re.DOTALL)
    links = re.findall(r'href="#([^"]*)"[^>]*>(.*?)</a>', found[0], re.DOTALL) if found else []
    return [(field, unescape(message).strip()) for field, message in links]


def saved_version(response: Response) -> str:
    """The version that the form sends back."""
    return str(re.findall(r'name="version" value="(\d+)"', response.text)[0])


class _Fields(HTMLParser):
    """Collects what a browser would send of the page's main form."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = False
        self._area = ""
        self._select = ""
        self._chosen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._inside = given.get("action") != "/sign-out"
        if tag == "input" and self._inside:
            ticked = given.get("type") not in {"radio", "checkbox"} or "checked" in given
            if ticked:
                self.fields[name] = given.get("value", "")
        elif tag == "textarea" and self._inside:
            self._area, self.fields[name] = name, ""
        elif tag == "select" and self._inside:
            self._select, self.fields[name] = name, ""
        elif tag == "option" and "selected" in given:
            self._chosen = "value" not in given
            if self._select and not self._chosen:
                self.fields[self._select] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select
        self._chosen = False if tag == "option" else self._chosen

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data
        elif self._chosen:
            self.fields[self._select] = data.strip()


def fields_of(response: Response) -> dict[str, str]:
    """What a browser sends back of a page's form when nobody touches it."""
    parser = _Fields()
    parser.feed(response.text)
    return parser.fields
