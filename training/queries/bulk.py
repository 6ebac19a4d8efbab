"""Counts together everybody whose one post is kept (``staff.position``): three statements.

Nobody is exempt here, and whoever changed roles is asked from that day on: for whom that is wrong,
``figures`` puts it right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from piccolo.querystring import QueryString

from core import clock, database
from training.domain.compliance import Figures, Grouping
from training.domain.requirements import Due, Filter, Rule
from training.domain.validity import earliest_valid
from training.queries.holders import holders

CELL_COLUMNS: Mapping[Grouping, str] = {
    Grouping.ORGANISATION: "organisation",
    Grouping.TEAM: "team",
    Grouping.SECTOR: "sector",
    Grouping.STAFF_GROUP: "staff_group",
}
Cell = tuple[object, ...]
"""What a figure is about: the values of the columns that it is grouped by."""

_TRUE, _FALSE = QueryString("1 = 1"), QueryString("1 = 0")
_HEADS = (
    "SELECT s.position, COUNT(*) AS people FROM staff s WHERE s.position IS NOT NULL AND {}"
    " GROUP BY s.position"
)
_ASKED = (
    "SELECT {} AS rule{}, SUM(g.people) AS people FROM {} g JOIN positions p ON p.id = g.position"
    " WHERE {}{}"
)
_HELD = (
    "SELECT {} AS rule{}, SUM(g.people) AS people, SUM(g.valid) AS valid,"
    " SUM(g.lasting) AS lasting FROM (SELECT h.position, COUNT(*) AS people,"
    " SUM(CASE WHEN h.standing >= 1 THEN 1 ELSE 0 END) AS valid,"
    " SUM(CASE WHEN h.standing = 2 THEN 1 ELSE 0 END) AS lasting FROM ({}) h"
    " WHERE h.position IN (SELECT p.id FROM positions p WHERE {}) AND {} GROUP BY h.position) g"
    " JOIN positions p ON p.id = g.position{}"
)
_GRACE = (
    "SELECT {} AS rule{}, COUNT(*) AS people,"
    " SUM(CASE WHEN g.standing IS NULL THEN 1 ELSE 0 END) AS never,"
    " SUM(CASE WHEN g.standing = 0 THEN 1 ELSE 0 END) AS lapsed"
    " FROM (SELECT s.position, (SELECT MAX(h.standing) FROM ({}) h) AS standing FROM staff s"
    " WHERE s.position IN (SELECT p.id FROM positions p WHERE {}) AND {}) g"
    " JOIN positions p ON p.id = g.position{}"
)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What to count: which rules on which day, by what, of positions that ``within`` keeps."""

    day: date
    rules: Sequence[Rule]
    groupings: Sequence[Grouping]
    within: QueryString

    async def figures(self) -> dict[tuple[int, Cell], Figures]:
        """Answer the figures of each rule, by its place, and cell."""
        asked = [(at, rule) for at, rule in enumerate(self.rules) if rule.is_effective_on(self.day)]
        if not asked:
            return {}
        heads = await self._run(
            [self._asked(at, rule) for at, rule in asked],
            QueryString("WITH heads AS MATERIALIZED ({}) ", QueryString(_HEADS, self._since())),
        )
        held = await self._run([self._held(at, rule) for at, rule in asked])
        graces = [(at, rule, grace(rule.due, rule.effective_from, self.day)) for at, rule in asked]
        late = await self._run(
            [self._grace(at, rule, days) for at, rule, days in graces if days is not _FALSE]
        )
        return {key: _figures(heads[key], held.get(key), late.get(key)) for key in heads}

    async def _run(
        self, statements: Sequence[QueryString], before: QueryString | None = None
    ) -> dict[tuple[int, Cell], database.Row]:
        if not statements:
            return {}
        union = QueryString(" UNION ALL ".join(["{}"] * len(statements)), *statements)
        names = [CELL_COLUMNS[grouping] for grouping in self.groupings]
        rows = await database.run(QueryString("{}{}", before or QueryString(""), union))
        return {
            (row["rule"], tuple(row[name] for name in names)): row for row in rows if row["people"]
        }

    def _asked(self, at: int, rule: Rule) -> QueryString:
        heads = QueryString("heads")
        if (appointed := _appointed(rule.filter)) is not _TRUE:
            both = QueryString("{} AND {}", self._since(), appointed)
            heads = QueryString("({})", QueryString(_HEADS, both))
        return self._filled(_ASKED, at, heads, self._positions(rule))

    def _held(self, at: int, rule: Rule) -> QueryString:
        found = holders(rule, self.day, kept=self._is_kept)
        appointed = _appointed(rule.filter)
        if appointed is not _TRUE:
            appointed = QueryString("h.staff IN (SELECT s.id FROM staff s WHERE {})", appointed)
        return self._filled(_HELD, at, found, self._positions(rule), appointed)

    def _grace(self, at: int, rule: Rule, days: QueryString) -> QueryString:
        theirs = holders(rule, self.day, kept=self._is_kept, whose=QueryString("s.id"))
        asked = QueryString("{} AND {} AND {}", self._since(), _appointed(rule.filter), days)
        return self._filled(_GRACE, at, theirs, self._positions(rule), asked)

    def _filled(self, sql: str, at: int, *parts: QueryString) -> QueryString:
        columns = "".join(f", p.{CELL_COLUMNS[grouping]}" for grouping in self.groupings)
        grouped = f" GROUP BY {columns.removeprefix(', ')}" if columns else ""
        return QueryString(
            sql, QueryString(str(at)), QueryString(columns), *parts, QueryString(grouped)
        )

    @property
    def _is_kept(self) -> bool:
        return self.day >= clock.today()

    def _since(self) -> QueryString:
        if self._is_kept:
            return _TRUE
        return QueryString("s.in_position_since <= {}", self.day)

    def _positions(self, rule: Rule) -> QueryString:
        return QueryString("{} AND {}", self.within, _admitted(rule.filter))


def _figures(heads: database.Row, held: database.Row | None, late: database.Row | None) -> Figures:
    required = int(heads["people"])
    people, valid, lasting = (
        (int(held["people"]), int(held["valid"]), int(held["lasting"])) if held else (0, 0, 0)
    )
    never, lapsed = (int(late["never"]), int(late["lapsed"])) if late else (0, 0)
    return Figures(
        compliant=lasting,
        expiring_soon=valid - lasting,
        in_grace=never + lapsed,
        overdue_never=required - people - never,
        expired=people - valid - lapsed,
    )


def _admitted(wanted: Filter) -> QueryString:
    """Answer the SQL on ``positions p`` of ``Filter.admits``."""
    parts = [_TRUE]
    for column, values in (
        ("sector", wanted.sectors),
        ("staff_group", wanted.staff_groups),
        ("organisation", wanted.organisation_ids),
    ):
        if values:
            listed = database.in_list(sorted(values, key=str))
            parts.append(QueryString(f"p.{column} IN {{}}", listed))
    if wanted.roles:
        parts.append(
            QueryString("p.folded_role IN {}", database.in_list(sorted(wanted.folded_roles())))
        )
    if wanted.is_people_manager is not None:
        parts.append(QueryString("p.is_people_manager = {}", wanted.is_people_manager))
    if wanted.min_fte is not None:
        parts.append(QueryString("p.fte >= {}", wanted.min_fte))
    return database.all_of(parts)


def _appointed(wanted: Filter) -> QueryString:
    """Answer the SQL on ``staff s`` of ``Filter.admits_appointment``."""
    parts = []
    if wanted.started_from:
        parts.append(QueryString("s.appointed_on >= {}", wanted.started_from))
    if wanted.started_before:
        parts.append(QueryString("s.appointed_on < {}", wanted.started_before))
    return database.all_of(parts) if parts else _TRUE


def grace(due: Due, effective_from: date, day: date) -> QueryString:
    """Answer the SQL on ``staff s`` of who is not yet due: ``day`` <= max(due, effective from)."""
    if day <= effective_from:
        return _TRUE
    rest = _not_yet(due, day)
    if due.transition_on is None or due.transition_due_on is None:
        return rest
    before = _TRUE if day <= due.transition_due_on else _FALSE
    if before is _FALSE and rest is _FALSE:
        return _FALSE
    return QueryString(
        "CASE WHEN s.appointed_on < {} THEN {} ELSE {} END", due.transition_on, before, rest
    )


def _not_yet(due: Due, day: date) -> QueryString:
    if due.on is not None:
        return _TRUE if day <= due.on else _FALSE
    if due.within_months is not None:
        first = earliest_valid(day, due.within_months)
    else:
        first = day - timedelta(days=due.within_days or 0)
    return QueryString("s.in_position_since >= {}", first)
