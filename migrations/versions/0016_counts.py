"""What each place's marks add up to, kept beside the place.

Revision ID: 0016
"""

from alembic import op
from sqlalchemy import Column

from migrations.steps import partial_index, references
from migrations.types import BOOLEAN, INTEGER, UUID

revision = "0016"
down_revision = "0015"

_COUNTS = (
    "expected", "marked", "attended", "compliant", "sessions_attended", "units_credited",
    "units_by_group", "units_missed", "units_made_up", "minutes_credited",
)  # fmt: skip
_GATES = ("enough_units", "complete_without_catch_up")
_APART = ("last_attended", "attended_before", "attended_after")
_ATTENDED = "('attended', 'late', 'left_early', 'sent_home_behaviour', 'sent_home_service')"
_COMING = "('attended', 'late', 'left_early')"
_INSIDE = (
    "s.status <> 'cancelled' AND s.starts_at >= p.from_at"
    " AND (p.until_at IS NULL OR s.starts_at < p.until_at)"
)
_EXPECTED = (
    "NOT s.is_catch_up AND CASE WHEN p.pauses THEN NOT EXISTS (SELECT 1 FROM pauses z"
    " WHERE z.enrolment = p.id AND s.starts_at >= {paused_from}"
    " AND (z.to_on IS NULL OR s.starts_at < {paused_until})) ELSE TRUE END"
)
_COUNTED = (
    "a.outcome NOT IN ('not_required', 'sent_home_service')"
    " AND COALESCE(a.absence_reason <> 'stood_down', TRUE)"
)
_COMPLIED = (
    "CASE WHEN a.outcome IN ('absent_not_notified', 'absent_notified')"
    " THEN COALESCE(a.acceptable, a.outcome = 'absent_notified')"
    " WHEN a.outcome = 'sent_home_behaviour' THEN FALSE"
    " ELSE COALESCE(a.acceptable, TRUE) AND COALESCE(a.engaged, TRUE) END"
)
_STAYED = (
    "CASE WHEN a.minutes_attended IS NULL THEN u.minutes - COALESCE(a.minutes_late, 0)"
    " WHEN a.minutes_attended > u.minutes THEN u.minutes ELSE a.minutes_attended END"
)
_PLACES = """
WITH RECURSIVE kept (id) AS (SELECT e.id FROM enrolments e
 UNION SELECT e.id FROM kept CROSS JOIN enrolments e WHERE e.continues = kept.id),
own AS (SELECT e.id, e.cohort, e.continues, c.programme_version AS version, {joined} AS from_at,
 {left} AS until_at, EXISTS (SELECT 1 FROM pauses z WHERE z.enrolment = e.id) AS pauses
 FROM kept CROSS JOIN enrolments e CROSS JOIN cohorts c WHERE e.id = kept.id AND c.id = e.cohort),
chain (enrolment, part) AS (SELECT own.id, own.continues FROM own WHERE own.continues IS NOT NULL
 UNION ALL SELECT chain.enrolment, e.continues FROM chain CROSS JOIN enrolments e
 WHERE e.id = chain.part AND e.continues <> chain.enrolment),
earlier AS (SELECT chain.enrolment, e.id, c.programme_version AS version, {joined} AS from_at,
 {left} AS until_at FROM chain CROSS JOIN enrolments e CROSS JOIN enrolments o CROSS JOIN cohorts c
 WHERE e.id = chain.part AND o.id = chain.enrolment AND c.id = o.cohort),
rules AS (SELECT v.id, COALESCE(v.min_units, (v.min_percent * COUNT(u.id) + 99) / 100) AS units,
 SUM(CASE WHEN u.mandatory THEN 1 ELSE 0 END) AS mandatory,
 COALESCE(v.min_hours, 0) * 60 AS minutes
 FROM programme_versions v LEFT JOIN units u ON u.programme_version = v.id
 WHERE v.id IN (SELECT own.version FROM own) GROUP BY v.id),
"""
_MET = """
met AS (SELECT p.id AS enrolment, u.number, s.starts_at, u.mandatory,
 CASE WHEN {inside} AND {expected} AND {counts} THEN 1 ELSE 0 END AS counted, 1 AS marked,
 CASE WHEN {inside} AND a.outcome IN {attended} THEN 1 ELSE 0 END AS came,
 CASE WHEN {complied} THEN 1 ELSE 0 END AS complied, s.is_catch_up,
 CASE WHEN {inside} AND {creditable} THEN {stayed} END AS credit,
 CASE WHEN a.outcome IN {coming} AND s.starts_at < p.from_at THEN 1 ELSE 0 END AS early,
 CASE WHEN a.outcome IN {coming} AND s.starts_at >= p.until_at THEN 1 ELSE 0 END AS late
 FROM own p CROSS JOIN attendances a CROSS JOIN sessions s CROSS JOIN units u
 WHERE a.enrolment = p.id AND s.id = a.session AND u.id = s.unit
 UNION ALL SELECT p.id, u.number, s.starts_at, u.mandatory, 1, 0, 0, 0, s.is_catch_up, NULL, 0, 0
 FROM own p CROSS JOIN sessions s CROSS JOIN units u WHERE s.cohort = p.cohort AND u.id = s.unit
 AND (s.enrolment IS NULL OR s.enrolment = p.id) AND s.starts_at >= p.from_at
 AND CASE WHEN s.status = 'held' AND (p.until_at IS NULL OR s.starts_at < p.until_at)
 AND {expected} THEN NOT EXISTS
 (SELECT 1 FROM attendances a WHERE a.session = s.id AND a.enrolment = p.id) ELSE FALSE END
 UNION ALL SELECT p.enrolment, u.number, s.starts_at, u.mandatory, 0, 1,
 CASE WHEN {inside} AND a.outcome IN {attended} THEN 1 ELSE 0 END, 0, s.is_catch_up,
 CASE WHEN {inside} AND {creditable} THEN {stayed} END, 0, 0
 FROM earlier p CROSS JOIN attendances a CROSS JOIN sessions s CROSS JOIN units t CROSS JOIN units u
 WHERE a.enrolment = p.id AND s.id = a.session AND t.id = s.unit
 AND u.programme_version = p.version AND u.number = t.number),
latest AS (SELECT m.enrolment, MAX(m.starts_at) AS at FROM met m WHERE m.counted * m.came = 1
 GROUP BY m.enrolment),
"""
_ADDED = """
by_unit AS (SELECT m.enrolment, m.number, SUM(m.counted) AS expected,
 SUM(m.counted * m.marked) AS marked, SUM(m.counted * m.came) AS attended,
 SUM(m.counted * m.marked * m.complied) AS compliant, SUM(m.came) AS sessions_attended,
 SUM(CASE WHEN m.starts_at <= l.at THEN m.counted ELSE 0 END) AS last_attended,
 SUM(m.early) AS early, SUM(m.late) AS late,
 MAX(CASE WHEN m.mandatory THEN 1 ELSE 0 END) AS mandatory, MAX(m.credit) AS minutes,
 MAX(CASE WHEN m.is_catch_up THEN NULL ELSE m.credit END) AS by_group
 FROM met m LEFT JOIN latest l ON l.enrolment = m.enrolment GROUP BY m.enrolment, m.number),
added AS (SELECT b.enrolment, SUM(b.expected) AS expected, SUM(b.marked) AS marked,
 SUM(b.attended) AS attended, SUM(b.compliant) AS compliant,
 SUM(b.sessions_attended) AS sessions_attended, COUNT(b.minutes) AS units,
 COUNT(b.by_group) AS units_by_group,
 SUM(CASE WHEN b.marked > 0 AND b.by_group IS NULL THEN 1 ELSE 0 END) AS missed,
 SUM(CASE WHEN b.marked > 0 AND b.by_group IS NULL AND b.minutes IS NOT NULL THEN 1 ELSE 0 END)
 AS made_up, SUM(b.minutes) AS minutes, SUM(b.by_group) AS minutes_by_group,
 SUM(CASE WHEN b.minutes IS NOT NULL THEN b.mandatory ELSE 0 END) AS mandatory,
 SUM(CASE WHEN b.by_group IS NOT NULL THEN b.mandatory ELSE 0 END) AS mandatory_by_group,
 SUM(b.last_attended) AS last_attended, SUM(b.early) AS early, SUM(b.late) AS late
 FROM by_unit b GROUP BY b.enrolment)
"""
_ALL = """
SELECT k.id AS enrolment, COALESCE(a.expected, 0) AS expected, COALESCE(a.marked, 0) AS marked,
 COALESCE(a.attended, 0) AS attended, COALESCE(a.compliant, 0) AS compliant,
 COALESCE(a.sessions_attended, 0) AS sessions_attended, COALESCE(a.units, 0) AS units_credited,
 COALESCE(a.units_by_group, 0) AS units_by_group, COALESCE(a.missed, 0) AS units_missed,
 COALESCE(a.made_up, 0) AS units_made_up, COALESCE(a.minutes, 0) AS minutes_credited,
 COALESCE(a.units, 0) >= r.units AND COALESCE(a.mandatory, 0) >= r.mandatory
 AND COALESCE(a.minutes, 0) >= r.minutes AS enough_units,
 COALESCE(a.units_by_group, 0) >= r.units AND COALESCE(a.mandatory_by_group, 0) >= r.mandatory
 AND COALESCE(a.minutes_by_group, 0) >= r.minutes AS complete_without_catch_up,
 COALESCE(a.last_attended, 0) AS last_attended, COALESCE(a.early, 0) AS attended_before,
 COALESCE(a.late, 0) AS attended_after
 FROM own k JOIN rules r ON r.id = k.version LEFT JOIN added a ON a.enrolment = k.id WHERE TRUE
"""


def upgrade() -> None:
    op.create_table(
        "enrolment_counts",
        Column("enrolment", UUID, references("enrolments"), primary_key=True, nullable=False),
        *(Column(name, INTEGER, nullable=False) for name in _COUNTS),
        *(Column(name, BOOLEAN, nullable=False) for name in _GATES),
        *(Column(name, INTEGER, nullable=False) for name in _APART),
    )
    for when in ("before", "after"):
        partial_index(
            f"enrolment_counts_{when}_idx", "enrolment_counts", ["enrolment"],
            where=f"attended_{when} > 0",
        )  # fmt: skip
    partial_index(
        "enrolments_continues_idx", "enrolments", ["continues"], where="continues IS NOT NULL"
    )
    partial_index(
        "sessions_unmarked_idx", "sessions", ["starts_at", "id"], where="status = 'scheduled'"
    )
    _fill()


def _fill() -> None:
    """Count the marks that are there."""
    words = {
        "joined": _midnight("e.joined_on"),
        "left": _midnight("e.ended_on", days=1),
        "paused_from": _midnight("z.from_on"),
        "paused_until": _midnight("z.to_on", days=1),
    }
    rules = {
        "inside": _INSIDE,
        "stayed": _STAYED,
        "creditable": f"a.outcome IN {_COMING} AND {_STAYED} * 4 >= u.minutes * 3",
        "expected": _EXPECTED.format(**words),
        "counts": _COUNTED,
        "complied": _COMPLIED,
        "attended": _ATTENDED,
        "coming": _COMING,
    }
    columns = ", ".join(("enrolment", *_COUNTS, *_GATES, *_APART))
    op.get_bind().exec_driver_sql(
        f"INSERT INTO enrolment_counts ({columns})"
        + _PLACES.format(**words)
        + _MET.format(**rules)
        + _ADDED
        + _ALL
    )


def _midnight(column: str, *, days: int = 0) -> str:
    """Answer the SQL of the instant at which a day begins in London."""
    if op.get_bind().dialect.name != "sqlite":
        return f"(({column} + {days})::timestamp AT TIME ZONE 'Europe/London')"
    day = f"date({column}, '+{days} days')"
    march, october = (
        f"date(strftime('%Y', {day}) || '-{month}-25', 'weekday 0')" for month in ("03", "10")
    )
    summer = f"{day} > {march} AND {day} <= {october}"
    return f"datetime({day}, CASE WHEN {summer} THEN '-1 hour' ELSE '+0 hours' END)"


def downgrade() -> None:
    op.drop_index("sessions_unmarked_idx", "sessions")
    op.drop_index("enrolments_continues_idx", "enrolments")
    op.drop_table("enrolment_counts")
