"""Reports with rows of people: a file has all of them page by page, a page only the first."""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import groupby

from core.reports import Question, Row, Section
from core.scope import Scope, Side
from programmes.queries.batches import Batch, batches
from programmes.reports.sections import heading

MOST_SHOWN = 500
"""As many rows are shown at once."""

Lines = Callable[[Batch, Question, Scope], Awaitable[list[Row]]]
"""Answers the rows of some groups."""


async def file_pages(lines: Lines, question: Question, *, scope: Scope) -> AsyncIterator[list[Row]]:
    """Answer every row with the name of its section before it, a page for some groups."""
    for batch in await batches(question, scope=scope):
        named = heading(batch.side, batch.type)
        yield [(named, *row) for row in await lines(batch, question, scope)]


async def first_sections(
    lines: Lines, question: Question, *, scope: Scope
) -> tuple[tuple[Section, ...], bool]:
    """Answer the first rows by sections, and whether there are more."""
    found: list[tuple[Side, str, Row]] = []
    for batch in await batches(question, scope=scope):
        named = heading(batch.side, batch.type)
        found += [(batch.side, named, row) for row in await lines(batch, question, scope)]
        if len(found) > MOST_SHOWN:
            break
    shown = groupby(found[:MOST_SHOWN], key=lambda one: one[:2])
    sections = tuple(
        Section(named, tuple(row for _, _, row in some), side=side.value)
        for (side, named), some in shown
    )
    return sections, len(found) > MOST_SHOWN
