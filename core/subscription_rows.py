"""Subscriptions to reports as their rows tell of them, and of whose areas a report was counted."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core import database
from core.periods import Every
from core.reports import Basis, Question
from core.scope import Area, Permission, Scope, Side


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is asked of a report for each month or quarter."""

    id: UUID
    owner_id: UUID
    name: str
    slug: str
    every: Every
    question: Question
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was made, or with ``refusal`` why none was."""

    id: UUID
    since: date
    until: date
    made_at: datetime
    refusal: str


def sees(scope: Scope, row: database.Row, cohorts: Collection[UUID]) -> bool:
    """Tell whether the scope still holds all areas that a report was counted in (D1).

    ``cohorts`` are those that the scope's reports count now: what was counted in own cohorts alone
    is seen by whoever still has every one of them.
    """
    kept_areas = json.loads(row["areas"])
    counted = {UUID(id) for one in kept_areas for id in one.get("cohorts", ())}
    return counted.issubset(cohorts) and all(
        any(_holds(area, one) for area in scope.within(one.permission))
        for one in _areas(kept_areas)
    )


def _holds(area: Area, one: Area) -> bool:
    return (
        area.covers(side=one.side, organisation_id=one.organisation_id)
        and area.own_only <= one.own_only
        and area.caseload_only <= one.caseload_only
    )


def kept(areas: Iterable[Area], cohorts: Iterable[UUID] = ()) -> str:
    """Answer areas as JSON, of own cohorts alone with ``cohorts``; ``sees`` reads them."""
    counted = {"cohorts": sorted(map(str, cohorts))}
    return json.dumps([{**_area(area), **(counted if area.own_only else {})} for area in areas])


def _area(area: Area) -> dict[str, Any]:
    return {
        "permission": area.permission.value, "side": area.side and area.side.value,
        "organisation": area.organisation_id and str(area.organisation_id),
        "own_only": area.own_only, "caseload_only": area.caseload_only,
    }  # fmt: skip


def _areas(found: Iterable[dict[str, Any]]) -> list[Area]:
    return [
        Area(
            Permission(one["permission"]),
            one["side"] and Side(one["side"]),
            one["organisation"] and UUID(one["organisation"]),
            own_only=one["own_only"],
            caseload_only=one["caseload_only"],
        )
        for one in found
    ]


def asked_of(question: Question) -> dict[str, Any]:
    """Answer what is asked of a report, without its days, as JSON has it."""
    return {
        "basis": question.basis.value,
        "group_by": list(question.group_by),
        "programme_id": question.programme_id and str(question.programme_id),
        "organisation_id": question.organisation_id and str(question.organisation_id),
        "cohort_id": question.cohort_id and str(question.cohort_id),
    }


def _question(asked: dict[str, Any]) -> Question:
    return Question(
        basis=Basis(asked["basis"]),
        group_by=tuple(asked["group_by"]),
        programme_id=asked["programme_id"] and UUID(asked["programme_id"]),
        organisation_id=asked["organisation_id"] and UUID(asked["organisation_id"]),
        cohort_id=asked["cohort_id"] and UUID(asked["cohort_id"]),
    )


def subscription_of(row: database.Row) -> Subscription:
    """Answer the subscription of a row."""
    return Subscription(
        row["id"], row["owner"], row["name"], row["slug"], Every(row["every"]),
        _question(json.loads(row["question"])), row["created_at"],
    )  # fmt: skip


def made_of(row: database.Row) -> Made:
    """Answer what was made, or not, of a row."""
    return Made(row["id"], row["since"], row["until"], row["made_at"], row["refusal"])
