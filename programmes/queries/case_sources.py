"""Cases together with what is kept of their marks: what reports read instead of the marks."""

from programmes.queries.cases import CASES

_LIVES = (
    " LEFT JOIN (SELECT n.referral, SUM(n.expected) AS expected,"
    " SUM(n.units_missed) AS units_missed, SUM(n.units_made_up) AS units_made_up,"
    " MAX(CASE WHEN n.last_attended > 0 THEN n.earlier + n.last_attended ELSE 0 END)"
    " AS last_attended FROM (SELECT x.referral, k.expected, k.units_missed, k.units_made_up,"
    " k.last_attended, SUM(k.expected) OVER (PARTITION BY x.referral ORDER BY x.id) - k.expected"
    " AS earlier FROM enrolments x JOIN enrolment_counts k ON k.enrolment = x.id"
    " WHERE x.referral IS NOT NULL) n GROUP BY n.referral) w ON w.referral = r.id"
)
_CREDITS = " LEFT JOIN enrolment_counts k ON k.enrolment = e.id"
_CURRICULA = (
    " LEFT JOIN (SELECT u.programme_version, COUNT(*) AS units FROM units u"
    " GROUP BY u.programme_version) t ON t.programme_version = c.programme_version"
)

LIVES = CASES + _CREDITS + _LIVES
"""Each case with ``k``, what its last place has credited, and ``w``, what the marks of all its
places add up to, one place after another."""

LAST_PLACES = CASES + _CREDITS + _CURRICULA
"""Each case with ``k``, what its last place has credited, and ``t``, how many units there are."""
