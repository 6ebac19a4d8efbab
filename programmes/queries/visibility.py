"""Which rows a scope may see, as SQL: the one place where sides are kept apart (D1)."""

from collections.abc import Callable
from datetime import timedelta

from piccolo.querystring import QueryString

from core import clock, database
from core.scope import Area, Permission, Scope, Side
from programmes.domain.terms import CLOSED_REFERRALS, OPEN_ENROLMENTS

OPEN = database.in_list(status.value for status in OPEN_ENROLMENTS)
CLOSED = database.in_list(sorted(status.value for status in CLOSED_REFERRALS))

COVER_SEES = timedelta(days=7)
"""Whoever covers a session has its cohort as an own one for this long before and after it."""

_Narrowing = Callable[[Scope], QueryString]


def cohorts(scope: Scope, permission: Permission = Permission.VIEW_CASES) -> QueryString:
    """Answer the condition on ``c`` (cohorts) for rows within the permission's areas."""
    return _any(scope, permission, "c", own=_own_cohort)


def taken(scope: Scope) -> QueryString:
    """Answer the condition on ``s`` and ``c``: sessions that the person takes, as cover or usually.

    Cover counts however far ahead it is, within the sides and organisations of the scope.
    """
    return QueryString(
        "({} AND (EXISTS"
        " (SELECT 1 FROM session_facilitators y WHERE y.session = s.id AND y.account = {})"
        " OR (EXISTS (SELECT 1 FROM cohort_facilitators f WHERE f.cohort = c.id AND f.account = {})"
        " AND NOT EXISTS (SELECT 1 FROM session_facilitators y WHERE y.session = s.id))))",
        _any(scope, Permission.VIEW_CASES, "c"),
        scope.account_id,
        scope.account_id,
    )


def sessions(scope: Scope, permission: Permission = Permission.VIEW_CASES) -> QueryString:
    """Answer the condition on ``c`` and ``s``: sessions of the group, and of people not hidden."""
    return QueryString(
        "({} AND (s.enrolment IS NULL OR EXISTS (SELECT 1 FROM enrolments o"
        " WHERE o.id = s.enrolment AND {})))",
        cohorts(scope, permission),
        named(scope, "o.participant"),
    )


def programmes(scope: Scope, permission: Permission = Permission.VIEW_CASES) -> QueryString:
    """Answer the condition on ``g`` (programmes): side and organisation, own cohorts or not."""
    return _any(scope, permission, "g")


def venues(scope: Scope, permission: Permission = Permission.VIEW_CASES) -> QueryString:
    """Answer the condition on ``v`` (venues): side and organisation."""
    return _any(scope, permission, "v")


def measures(scope: Scope) -> QueryString:
    """Answer the condition on ``m`` (measures): side and organisation."""
    return _any(scope, Permission.VIEW_CASES, "m")


def funding(scope: Scope, permission: Permission, alias: str = "f") -> QueryString:
    """Answer the condition on ``f`` (funding): side, or for both sides, and organisation.

    Money is of no one group, so whoever has own cohorts only is told of none.
    """
    seen = [
        QueryString(
            f"(({alias}.side = {{}} OR {alias}.side IS NULL) AND {{}})",
            str(area.side),
            QueryString(f"{alias}.organisation = {{}}", area.organisation_id)
            if area.organisation_id
            else QueryString("(1 = 1)"),
        )
        for area in scope.within(permission)
        if area.side is not None and not area.own_only
    ]
    return QueryString("(" + " OR ".join(["(1 = 0)", *["{}"] * len(seen)]) + ")", *seen)


def partner_reports(scope: Scope) -> QueryString:
    """Answer the condition on ``e`` and ``c``: places of which partners' reports are read (D4).

    A safety lead reads those of their organisations; a link worker those of perpetrators of
    whom they see an open link.
    """
    return QueryString(
        "(c.side = {} AND ({} OR ({} AND {})))",
        Side.PERPETRATOR.value,
        _any(scope, Permission.KEEP_APART, "c"),
        _any(scope, Permission.MANAGE_LINKS, "c"),
        _linked(links(scope)),
    )


def partner_offers(scope: Scope) -> QueryString:
    """Answer the condition on ``e``, ``c`` and ``o`` (offers): whose partner one is about (D8).

    Beside their own links, link workers find perpetrators without any, whom somebody has to
    ask about first: until the offer is recorded, and those that they recorded.
    """
    return QueryString(
        "({} OR ({} AND NOT {} AND (o.id IS NULL OR o.recorded_by = {})))",
        partner_reports(scope),
        _any(scope, Permission.MANAGE_LINKS, "c"),
        _linked(QueryString("(1 = 1)")),
        scope.account_id,
    )


def _linked(seen: QueryString) -> QueryString:
    """Answer that the person of ``e`` (enrolments) is the perpetrator of an open link like this."""
    return QueryString(
        "EXISTS (SELECT 1 FROM links l JOIN participants p ON p.id = l.survivor"
        " JOIN participants q ON q.id = l.perpetrator"
        " WHERE q.id = e.participant AND l.ended_on IS NULL AND {})",
        seen,
    )


def participants(scope: Scope, permission: Permission = Permission.VIEW_CASES) -> QueryString:
    """Answer the condition on ``p`` (participants).

    Whoever has own cohorts only sees the people in them, and those who wait for a place; a link
    worker those whose worker they are.
    """
    return QueryString(
        "({} AND {})",
        _any(scope, permission, "p", own=_own_or_waiting, caseload=_caseload),
        unrestricted(scope),
    )


def unrestricted(scope: Scope) -> QueryString:
    """Answer the condition on ``p`` (participants) that hides restricted records (D7).

    They exist for those named, and for the service itself. Whoever retention has closed out
    exists for nobody: only their counts do.
    """
    return QueryString("(p.closed_out_at IS NULL AND {})", named(scope, "p.id"))


def named(scope: Scope, column: str) -> QueryString:
    """Answer the condition that the person of a column is not restricted to others (D7)."""
    if scope.account_id is None:
        return QueryString("(1 = 1)")
    return QueryString(
        f"(NOT EXISTS (SELECT 1 FROM restrictions hidden WHERE hidden.participant = {column}"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM restriction_readers reader"
        " WHERE reader.restriction = hidden.id AND reader.account = {})))",
        scope.account_id,
    )


def hidden_places(scope: Scope) -> QueryString:
    """Answer how many places of ``c`` (cohorts) are taken by people hidden from the scope (D7)."""
    if scope.account_id is None:
        return QueryString("0")
    return QueryString(
        "(SELECT COUNT(*) FROM enrolments e WHERE e.cohort = c.id AND e.status IN {} AND NOT {})",
        OPEN,
        named(scope, "e.participant"),
    )


def references(scope: Scope) -> QueryString:
    """Answer the condition on ``p`` (participants): whose references an import finds taken.

    Hidden people are among them; whoever asks must not say more of them than that.
    """
    return _any(scope, Permission.IMPORT_CASES, "p")


def welfare(scope: Scope) -> QueryString:
    """Answer the condition on ``c`` and ``p``: whose welfare checks this person closes (M14).

    They are those of own cohorts, of the side, or of the people whose worker they are.
    """
    return _any(scope, Permission.CHECK_WELFARE, "c", own=_own_cohort, caseload=_caseload)


def links(scope: Scope) -> QueryString:
    """Answer the condition on ``l``, ``p`` and ``q``: links, survivors and perpetrators (D2).

    A safety lead sees those with a party in their organisations; a link worker those that they
    recorded, and those of the survivors whose worker they are.
    """
    seen = [
        _any(scope, Permission.KEEP_APART, "p"),
        _any(scope, Permission.KEEP_APART, "q"),
        QueryString(
            "({} AND (l.recorded_by = {} OR {}))",
            _any(scope, Permission.MANAGE_LINKS, "p"),
            scope.account_id,
            _caseload(scope),
        ),
    ]
    return QueryString(
        "(({} OR {} OR {}) AND {} AND {})",
        *seen,
        unrestricted(scope),
        named(scope, "q.id"),
    )


def linkable(scope: Scope) -> QueryString:
    """Answer the condition on ``q`` (participants): of whom the scope may record links."""
    return _any(scope, Permission.MANAGE_LINKS, "q")


def reported(scope: Scope) -> QueryString:
    """Answer the condition on ``g`` and ``c``: whose referrals a report counts.

    Whoever has own cohorts only is told of the people in them.
    """
    return _any(scope, Permission.VIEW_PROGRAMME_REPORTS, "g", own=_own_cohort)


def _any(
    scope: Scope,
    permission: Permission,
    alias: str,
    *,
    own: _Narrowing | None = None,
    caseload: _Narrowing | None = None,
) -> QueryString:
    areas = [
        area
        for area in scope.within(permission)
        if area.side is not None and (caseload or not area.caseload_only)
    ]
    if not areas:
        return QueryString("(1 = 0)")
    parts = []
    for area in areas:
        narrowing = caseload if area.caseload_only else own if area.own_only else None
        parts.append(_area(area, alias, narrowing(scope) if narrowing else None))
    return QueryString("(" + " OR ".join(["{}"] * len(parts)) + ")", *parts)


def _area(area: Area, alias: str, narrowed: QueryString | None) -> QueryString:
    conditions = [QueryString(f"{alias}.side = {{}}", str(area.side))]
    if area.organisation_id is not None:
        conditions.append(QueryString(f"{alias}.organisation = {{}}", area.organisation_id))
    if narrowed is not None:
        conditions.append(narrowed)
    return QueryString("({})", database.all_of(conditions))


def _own_cohort(scope: Scope) -> QueryString:
    return _facilitates(scope, "c.id")


def _facilitates(scope: Scope, cohort: str) -> QueryString:
    """Answer that somebody facilitates a cohort, or covers a session of it this week or so."""
    now = clock.now()
    return QueryString(
        "(EXISTS (SELECT 1 FROM cohort_facilitators f WHERE f.cohort = {} AND f.account = {})"
        " OR EXISTS (SELECT 1 FROM session_facilitators y JOIN sessions o ON o.id = y.session"
        " WHERE o.cohort = {} AND y.account = {} AND o.starts_at BETWEEN {} AND {}))",
        QueryString(cohort),
        scope.account_id,
        QueryString(cohort),
        scope.account_id,
        now - COVER_SEES,
        now + COVER_SEES,
    )


def _own_or_waiting(scope: Scope) -> QueryString:
    return QueryString(
        "(EXISTS (SELECT 1 FROM enrolments e WHERE e.participant = p.id AND {})"
        " OR NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.participant = p.id)"
        " OR (EXISTS (SELECT 1 FROM referrals r WHERE r.participant = p.id"
        " AND r.status NOT IN {})"
        " AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.participant = p.id"
        " AND e.status IN {})))",
        _facilitates(scope, "e.cohort"),
        CLOSED,
        OPEN,
    )


def _caseload(scope: Scope) -> QueryString:
    return QueryString(
        "EXISTS (SELECT 1 FROM case_workers w WHERE w.participant = p.id AND w.account = {})",
        scope.account_id,
    )
