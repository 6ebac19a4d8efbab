"""Turns a scope into the organisations whose staff it may see."""

from uuid import UUID

from piccolo.querystring import QueryString

from core.scope import Permission, Scope


def organisations_seen(
    *, scope: Scope, permission: Permission = Permission.VIEW_STAFF
) -> frozenset[UUID] | None:
    """Answer the organisations in which the permission holds; ``None`` for all."""
    ids = {area.organisation_id for area in scope.within(permission) if area.side is None}
    return None if None in ids else frozenset(id for id in ids if id)


def staff_in_scope(*, scope: Scope) -> QueryString:
    """Answer the SQL condition on ``staff`` that keeps the rows in the scope."""
    seen = organisations_seen(scope=scope)
    if seen is None:
        return QueryString("1 = 1")
    if not seen:
        return QueryString("1 = 0")
    marks = ", ".join(["{}"] * len(seen))
    return QueryString(f'"staff"."organisation" IN ({marks})', *sorted(seen))


def of_staff_in_scope(*, scope: Scope) -> QueryString:
    """Answer the SQL condition on a table that refers to ``staff`` by a column of that name."""
    if organisations_seen(scope=scope) is None:
        return QueryString("1 = 1")
    return QueryString(
        '"staff" IN (SELECT "staff"."id" FROM "staff" WHERE {})', staff_in_scope(scope=scope)
    )


def touches(organisation_ids: frozenset[UUID], *, scope: Scope) -> bool:
    """Tell whether what is for these organisations, or with none for all, is in the scope."""
    seen = organisations_seen(scope=scope)
    return seen is None or bool(seen and (not organisation_ids or organisation_ids & seen))
