"""Which referrers have not been told of news (S16, standards 27 and 28)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core import clock, database
from core.scope import Permission, Scope
from programmes.bank_holidays import is_bank_holiday
from programmes.domain.terms import CLOSED_REFERRALS, Nation, ReferralSource, ReferralStatus
from programmes.domain.working_days import working_day_after
from programmes.queries import visibility
from programmes.queries.progress import first_name_and_initial

WITHIN_WORKING_DAYS = 5
"""So soon after an assessment or an end its referrer is told."""

CHASED_FOR = timedelta(days=365)
"""Older news is history: nobody is asked to tell it any more."""

_ENDS = sorted(
    {
        *CLOSED_REFERRALS, ReferralStatus.BREACH_NON_ATTENDANCE, ReferralStatus.RETURN_TO_COURT,
        ReferralStatus.RECALL,
    }
)  # fmt: skip
_NOT_TOLD = (ReferralSource.SELF.value, ReferralSource.FAMILY_OR_FRIEND.value)
"""Who referred themselves knows; what became of somebody is not for relatives or friends."""


@dataclass(frozen=True, slots=True)
class NewsView:
    """A referral whose referrer has not been told what became of it on ``news_on``.

    ``name`` is the person's first name and initial.
    """

    referral_id: UUID
    participant_id: UUID
    name: str
    programme_name: str
    referrer_agency: str
    status: ReferralStatus
    news_on: date
    due_on: date


_NEWS = """
SELECT f.* FROM (
  SELECT q.*, CASE WHEN q.ended_on IS NULL OR q.assessed_on > q.ended_on
                   THEN q.assessed_on ELSE q.ended_on END AS news_on
  FROM (
    SELECT r.id, r.participant, p.given_name, p.family_name, p.preferred_name,
           g.name AS programme_name, r.referrer_agency, r.status, r.assessed_on,
           (SELECT MAX(m.moved_on) FROM referral_moves m
            WHERE m.referral = r.id AND m.to_status IN {}) AS ended_on,
           (SELECT MAX(t.told_on) FROM referrer_updates t WHERE t.referral = r.id) AS told_on
    FROM referrals r JOIN participants p ON p.id = r.participant
    JOIN programmes g ON g.id = r.programme
    WHERE r.source NOT IN {} AND {}
  ) q
) f
WHERE f.news_on >= {} AND f.news_on <= {} AND (f.told_on IS NULL OR f.told_on < f.news_on)
ORDER BY f.news_on, f.id LIMIT 500
"""


async def untold(*, scope: Scope) -> tuple[NewsView, ...]:
    """Answer whose referrer is to be told, oldest news first, of those whom the scope may change.

    News is an assessment's outcome or an end; it is chased once it is five working days old.
    """
    today = clock.today()
    rows = await database.run(
        _NEWS,
        database.in_list(_ENDS),
        database.in_list(_NOT_TOLD),
        visibility.participants(scope, Permission.MANAGE_PEOPLE),
        today - CHASED_FOR,
        today,
    )
    found = [_news(row) for row in rows]
    return tuple(item for item in found if item.due_on <= today)


def _news(row: database.Row) -> NewsView:
    news_on = _day(row["news_on"])
    return NewsView(
        referral_id=row["id"],
        participant_id=row["participant"],
        name=first_name_and_initial(row),
        programme_name=row["programme_name"],
        referrer_agency=row["referrer_agency"],
        status=ReferralStatus(row["status"]),
        news_on=news_on,
        due_on=working_day_after(news_on, WITHIN_WORKING_DAYS, is_holiday=_is_holiday()),
    )


def _is_holiday() -> Callable[[date], bool]:
    return lambda day: is_bank_holiday(day, Nation.ENGLAND_AND_WALES)


def _day(value: date | str) -> date:
    """Answer a day out of an expression, which SQLite answers as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
