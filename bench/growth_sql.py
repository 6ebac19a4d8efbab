"""The figures of some reports as they would be told were nothing kept: from the marks alone."""

_COMING = "('attended', 'late', 'left_early')"
_OF_COHORTS = (
    " FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
    " JOIN programme_versions v ON v.id = c.programme_version"
)
OF_CASES = (
    "SELECT r.programme, COUNT(*) AS referred, COUNT(r.assessed_on) AS assessed,"  # noqa: S608
    " SUM(CASE WHEN r.suitable THEN 1 ELSE 0 END) AS suitable,"
    " SUM(CASE WHEN m.units > 0 THEN 1 ELSE 0 END) AS started,"
    " SUM(CASE WHEN e.status = 'completed' AND m.units >= v.min_units THEN 1 ELSE 0 END)"
    " AS completed FROM referrals r LEFT JOIN enrolments e ON e.referral = r.id"
    " LEFT JOIN cohorts c ON c.id = e.cohort"
    " LEFT JOIN programme_versions v ON v.id = c.programme_version"
    " LEFT JOIN (SELECT a.enrolment, COUNT(DISTINCT s.unit) AS units FROM attendances a"
    f" JOIN sessions s ON s.id = a.session WHERE a.outcome IN {_COMING} AND s.status = 'held'"
    " GROUP BY a.enrolment) m ON m.enrolment = e.id GROUP BY r.programme"
)
"""Starts and completions, from the units that each place was marked at."""
OF_MARKS = (
    f"SELECT v.programme, SUM(m.marked) AS marked, SUM(m.attended) AS attended{_OF_COHORTS}"  # noqa: S608
    " JOIN (SELECT a.enrolment, COUNT(*) AS marked,"
    f" SUM(CASE WHEN a.outcome IN {_COMING} THEN 1 ELSE 0 END) AS attended FROM attendances a"
    " JOIN sessions s ON s.id = a.session WHERE s.status = 'held' GROUP BY a.enrolment) m"
    " ON m.enrolment = e.id GROUP BY v.programme"
)
OF_SESSIONS = (
    "SELECT v.programme, SUM(x.expected) AS expected, COUNT(m.enrolment) AS places,"  # noqa: S608
    f" SUM(m.marked) AS marked, SUM(m.attended) AS attended, SUM(m.minutes) AS minutes{_OF_COHORTS}"
    " JOIN (SELECT p.id, COUNT(*) AS expected FROM enrolments p JOIN sessions s"
    " ON s.cohort = p.cohort WHERE s.status = 'held' AND DATE(s.starts_at) >= p.joined_on"
    " AND (p.ended_on IS NULL OR DATE(s.starts_at) <= p.ended_on) GROUP BY p.id) x ON x.id = e.id"
    " LEFT JOIN (SELECT b.enrolment, SUM(b.marked) AS marked, SUM(b.attended) AS attended,"
    " SUM(b.minutes) AS minutes FROM (SELECT a.enrolment, s.unit, COUNT(*) AS marked,"
    f" SUM(CASE WHEN a.outcome IN {_COMING} THEN 1 ELSE 0 END) AS attended,"
    f" MAX(CASE WHEN a.outcome IN {_COMING} THEN s.minutes END) AS minutes FROM attendances a"
    " JOIN sessions s ON s.id = a.session WHERE s.status = 'held' GROUP BY a.enrolment, s.unit) b"
    " GROUP BY b.enrolment) m ON m.enrolment = e.id GROUP BY v.programme"
)
"""With who was to come, and each unit of a place once."""
OF_MEMBERS = (
    "SELECT t.cohort, t.size, COUNT(*) AS sessions FROM (SELECT s.id, s.cohort,"
    " COUNT(e.id) AS size FROM sessions s LEFT JOIN enrolments e ON e.cohort = s.cohort"
    " AND e.joined_on <= DATE(s.starts_at)"
    " AND (e.ended_on IS NULL OR e.ended_on >= DATE(s.starts_at))"
    " WHERE s.status = 'held' GROUP BY s.id, s.cohort) t GROUP BY t.cohort, t.size"
)
OF_LASTING = (
    "SELECT n.programme, n.session, COUNT(*) AS at_risk, SUM(CASE WHEN n.session <= n.came"  # noqa: S608
    " THEN 1 ELSE 0 END) AS retained FROM (SELECT v.programme, m.session, MAX(CASE WHEN"
    f" m.outcome IN {_COMING} THEN m.session ELSE 0 END) OVER (PARTITION BY e.id) AS came"
    f"{_OF_COHORTS} JOIN (SELECT a.enrolment, a.outcome, ROW_NUMBER() OVER"
    " (PARTITION BY a.enrolment ORDER BY s.starts_at) AS session FROM attendances a"
    " JOIN sessions s ON s.id = a.session WHERE s.status = 'held') m ON m.enrolment = e.id"
    " WHERE e.started_on IS NOT NULL) n GROUP BY n.programme, n.session"
)
OF_UNITS = (
    "SELECT v.programme, SUM(m.missed) AS missed, SUM(m.made_up) AS made_up"  # noqa: S608
    f"{_OF_COHORTS} JOIN (SELECT b.enrolment, SUM(CASE WHEN b.in_group = 0 THEN 1 ELSE 0 END)"
    " AS missed, SUM(CASE WHEN b.in_group = 0 AND b.apart > 0 THEN 1 ELSE 0 END) AS made_up"
    " FROM (SELECT a.enrolment, s.unit, SUM(CASE WHEN a.outcome IN"
    f" {_COMING} AND NOT s.is_catch_up THEN 1 ELSE 0 END) AS in_group, SUM(CASE WHEN a.outcome IN"
    f" {_COMING} AND s.is_catch_up THEN 1 ELSE 0 END) AS apart FROM attendances a"
    " JOIN sessions s ON s.id = a.session WHERE s.status = 'held' GROUP BY a.enrolment, s.unit) b"
    " GROUP BY b.enrolment) m ON m.enrolment = e.id GROUP BY v.programme"
)
