"""How measures changed from the first report to the latest, counted for whoever started (C11)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from piccolo.querystring import QueryString

from core import database
from core.reports import Question
from core.scope import Scope, Side
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource, Timepoint
from programmes.domain.outcomes import IN_ORDER, PairedChange
from programmes.domain.terms import ProgrammeType
from programmes.queries import visibility
from programmes.queries.cases import asked_for, require_cohort, require_programme
from programmes.queries.groupings import DIMENSIONS, FURTHER, Grouping, add, told_apart

GROUPINGS = (
    Grouping.PROGRAMME.value, Grouping.COHORT.value, Grouping.ORGANISATION.value,
    Grouping.QUARTER.value,
)  # fmt: skip


_SOURCES = tuple(OutcomeSource)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measure as one of its sources reports it; measures of one name and meaning are one."""

    name: str
    code: str
    scale: MeasureScale
    direction: Direction
    source: OutcomeSource

    @property
    def place(self) -> tuple[object, ...]:
        """Answer where it stands: by name, what people say of themselves before what others do."""
        return (self.name.casefold(), self.code, _SOURCES.index(self.source))


@dataclass(frozen=True, slots=True)
class Changes:
    """What one source reported of one measure in a group.

    ``both_yes`` are those who said yes both times; without ``asked_at_start`` it is asked once.
    """

    indicator: Indicator
    paired: PairedChange
    both_yes: int
    asked_at_start: bool


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    """Whoever started, by the groupings asked for, with what was reported of them.

    ``sees_partners`` is whether the reader may read what each of their partners reports (D4).
    """

    side: Side
    type: ProgrammeType
    labels: tuple[object, ...]
    started: int
    sees_partners: bool
    changes: tuple[Changes, ...]


_PLACES = (
    "SELECT e.id, g.side, g.type, g.id AS programme{labels},"
    " CASE WHEN {{}} THEN 0 ELSE 1 END AS hidden FROM enrolments e"
    " JOIN cohorts c ON c.id = e.cohort JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN programmes g ON g.id = v.programme LEFT JOIN referrals r ON r.id = e.referral{joined}"
    " WHERE {{}} AND e.started_on IS NOT NULL AND e.status <> 'transferred'"
    " AND NOT EXISTS (SELECT 1 FROM enrolments n WHERE n.continues = e.id)"
)
"""The last place of everybody who started: a transfer is one start, and has one outcome."""
_STARTED = (
    "WITH places AS ({{}}) SELECT p.side, p.type{labels}, COUNT(*) AS started,"
    " SUM(p.hidden) AS hidden FROM places p GROUP BY p.side, p.type{keys}"
)
_TAKEN = (
    "WITH places AS ({{}}) SELECT p.side, p.type{labels}, {measure},"
    " MIN(CAST(m.sources AS TEXT)) AS sources FROM places p JOIN programme_measures t"
    " ON t.programme = p.programme JOIN measures m ON m.id = t.measure {by_measure}{keys}"
)
_REPORTED = (
    "WITH RECURSIVE places AS ({{}}),"
    " chain (place, id, depth) AS (SELECT p.id, p.id, 0 FROM places p UNION ALL"
    " SELECT k.place, e.continues, k.depth + 1 FROM chain k JOIN enrolments e ON e.id = k.id"
    " WHERE e.continues IS NOT NULL),"
    " said AS (SELECT k.place, o.measure, o.source, o.timepoint, o.value, ROW_NUMBER() OVER"
    " (PARTITION BY k.place, o.measure, o.source, o.timepoint ORDER BY k.depth) AS latest"
    " FROM chain k JOIN outcome_values o ON o.enrolment = k.id),"
    " ordered AS (SELECT s.place, s.measure, s.source, s.timepoint, s.value, ROW_NUMBER() OVER"
    " (PARTITION BY s.place, s.measure, s.source ORDER BY {order} DESC) AS back"
    " FROM said s WHERE s.latest = 1),"
    " pairs AS (SELECT o.place, o.measure, o.source,"
    " MAX(CASE WHEN o.timepoint = 'start' THEN o.value END) AS pre,"
    " MAX(CASE WHEN o.timepoint <> 'start' AND o.back = 1 THEN o.value END) AS post"
    " FROM ordered o GROUP BY o.place, o.measure, o.source)"
    " SELECT p.side, p.type{labels}, {measure}, x.source, {sums} FROM pairs x"
    " JOIN places p ON p.id = x.place JOIN measures m ON m.id = x.measure"
    " {by_measure}, x.source{keys}"
)
"""The first report and the latest after it, of all that a place continues; the latest typed in
counts where two places have one for the same timepoint."""

_WORDS = {
    "measure": (
        "m.name AS measure, m.code, m.scale, m.direction,"
        " MIN(CAST(m.timepoints AS TEXT)) AS timepoints"
    ),
    "by_measure": "GROUP BY p.side, p.type, m.name, m.code, m.scale, m.direction",
    "order": "CASE s.timepoint "
    + " ".join(f"WHEN '{timepoint}' THEN {place}" for place, timepoint in enumerate(IN_ORDER))
    + " END",
}
_CONDITIONS = {
    "n_pre": "x.pre IS NOT NULL",
    "n_post": "x.post IS NOT NULL",
    "n_paired": "x.pre IS NOT NULL AND x.post IS NOT NULL",
    "risen": "x.post > x.pre",
    "same": "x.post = x.pre",
    "fallen": "x.post < x.pre",
    "pre_yes": "x.pre = 1 AND x.post IS NOT NULL",
    "post_yes": "x.post = 1 AND x.pre IS NOT NULL",
    "both_yes": "x.pre = 1 AND x.post = 1",
}
_Found = dict[tuple[Any, ...], dict[str, int]]


async def outcome_changes(
    question: Question, *, group_by: Sequence[str], scope: Scope
) -> tuple[OutcomeGroup, ...]:
    """Answer the changes of whoever started in the period, by side, kind and the groupings.

    Raises:
        NotFoundError: the programme or the cohort asked for is not there, or not visible.
    """
    await require_programme(question.programme_id, scope=scope)
    await require_cohort(question.cohort_id, scope=scope)
    groupings = [Grouping(grouping) for grouping in group_by]
    places = _places(question, groupings, scope)
    started: _Found = {}
    for row in await _run(_STARTED, places, groupings):
        add(started, row, ["started", "hidden"], groupings)
    found = await _indicators(places, groupings)
    names = told_apart(started, groupings)
    return tuple(
        OutcomeGroup(
            Side(key[0]), ProgrammeType(key[1]), names(key[2:]), started[key]["started"],
            sees_partners=not started[key]["hidden"],
            changes=tuple(
                _changes(indicator, found[indicator][key])
                for indicator in sorted(found, key=lambda one: one.place)
                if key in found[indicator]
            ),
        )
        for key in sorted(started)
    )  # fmt: skip


async def _indicators(
    places: QueryString, groupings: Sequence[Grouping]
) -> Mapping[Indicator, _Found]:
    """Answer, for each indicator that is taken or was reported, its counts by group."""
    found: dict[Indicator, _Found] = {}
    for row in await _run(_TAKEN, places, groupings):
        for source in json.loads(row["sources"]):
            of = found.setdefault(_indicator(row, source), {})
            add(of, {**row, "asked": _asked_at_start(row)}, ["asked"], groupings)
    for row in await _run(_REPORTED, places, groupings):
        of = found.setdefault(_indicator(row, row["source"]), {})
        add(of, {**row, "asked": _asked_at_start(row)}, ["asked", *_CONDITIONS], groupings)
    return found


def _places(question: Question, groupings: Sequence[Grouping], scope: Scope) -> QueryString:
    labels = "".join(
        f", {DIMENSIONS[one].key('e.started_on')} AS key_{place},"
        f" {DIMENSIONS[one].name} AS name_{place}"
        for place, one in enumerate(groupings)
    )
    joined = "".join(join for alias, join in FURTHER.items() if alias in labels)
    return QueryString(
        _PLACES.format(labels=labels, joined=joined),
        visibility.partner_reports(scope),
        database.all_of(asked_for("e.started_on", question, scope=scope)),
    )


async def _run(
    statement: str, places: QueryString, groupings: Sequence[Grouping]
) -> list[database.Row]:
    wanted = range(len(groupings))
    return await database.run(
        statement.format(
            labels="".join(f", p.key_{one}, MIN(p.name_{one}) AS name_{one}" for one in wanted),
            keys="".join(f", p.key_{one}" for one in wanted),
            sums=", ".join(
                f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS {key}"
                for key, condition in _CONDITIONS.items()
            ),
            **_WORDS,
        ),
        places,
    )


def _indicator(row: database.Row, source: str) -> Indicator:
    return Indicator(
        row["measure"], row["code"], MeasureScale(row["scale"]), Direction(row["direction"]),
        OutcomeSource(source),
    )  # fmt: skip


def _asked_at_start(row: database.Row) -> int:
    return int(Timepoint.START.value in json.loads(row["timepoints"]))


def _changes(indicator: Indicator, counts: Mapping[str, int]) -> Changes:
    rises = indicator.direction is Direction.HIGHER_IS_BETTER
    better, worse = ("risen", "fallen") if rises else ("fallen", "risen")
    of = {key: counts.get(key, 0) for key in _CONDITIONS}
    return Changes(
        indicator,
        PairedChange(
            n_pre=of["n_pre"], n_post=of["n_post"], n_paired=of["n_paired"],
            improved=of[better], same=of["same"], worse=of[worse],
            pre_yes=of["pre_yes"], post_yes=of["post_yes"],
        ),
        both_yes=of["both_yes"],
        asked_at_start=bool(counts["asked"] or of["n_pre"]),
    )  # fmt: skip
