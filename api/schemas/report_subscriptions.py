"""Payloads of report subscriptions."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Out
from core.periods import Every
from core.reports import Basis, Question
from core.subscription_rows import Made, Subscription
from core.subscriptions import LONGEST_NAME, NewSubscription
from jobs.reports import usual_basis


class SubscriptionIn(In, frozen=True, kw_only=True):
    """What is asked of a report for each month or quarter; fields as in running it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
    slug: str
    every: Every
    basis: Basis | None = None
    group_by: list[str] = []
    programme_id: UUID | None = None
    organisation_id: UUID | None = None
    cohort_id: UUID | None = None

    def details(self) -> NewSubscription:
        """Answer what the service takes."""
        question = Question(
            basis=self.basis or usual_basis(self.slug),
            group_by=tuple(self.group_by),
            programme_id=self.programme_id,
            organisation_id=self.organisation_id,
            cohort_id=self.cohort_id,
        )
        return NewSubscription(self.name, self.slug, self.every, question)


class SubscriptionOut(Out, frozen=True, kw_only=True):
    """A subscription of yours."""

    id: UUID
    name: str
    slug: str
    every: str
    basis: str
    group_by: list[str]
    programme_id: UUID | None
    organisation_id: UUID | None
    cohort_id: UUID | None
    created_at: datetime

    @classmethod
    def of(cls, one: Subscription) -> "SubscriptionOut":
        """Shape a subscription."""
        asked = one.question
        return cls(
            id=one.id, name=one.name, slug=one.slug, every=one.every, basis=asked.basis,
            group_by=list(asked.group_by), programme_id=asked.programme_id,
            organisation_id=asked.organisation_id, cohort_id=asked.cohort_id,
            created_at=one.created_at,
        )  # fmt: skip


class MadeReportOut(Out, frozen=True, kw_only=True):
    """A report that was made, or with ``refusal`` why none was."""

    id: UUID
    since: date = msgspec.field(name="from")
    until: date = msgspec.field(name="to")
    made_at: datetime
    refusal: str | None

    @classmethod
    def of(cls, made: Made) -> "MadeReportOut":
        """Shape what was made."""
        return cls(
            id=made.id, since=made.since, until=made.until, made_at=made.made_at,
            refusal=made.refusal or None,
        )  # fmt: skip
