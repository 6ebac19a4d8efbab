"""What a rule makes of one person and one session."""

from datetime import timedelta

from core import clock
from core.ids import new_id
from core.scope import Side
from messaging.domain.facts import Policy
from messaging.domain.schedule import Offset
from messaging.domain.terms import RuleKind
from messaging.services.drafts import planned
from messaging.services.rules import Rule
from tests.factories_messaging import due


def test_nothing_is_made_for_somebody_who_is_not_expected() -> None:
    long_ago = clock.now() - timedelta(days=30)
    rule = Rule(
        id=new_id(), organisation_id=new_id(), side=Side.SURVIVOR, programme_id=None,
        offset=Offset(hours_before=4), kind=RuleKind.SESSION_REMINDER, active_since=long_ago,
        language="en", wordings={},
    )  # fmt: skip
    policy = Policy(allow_drama=True)
    when = {"now": clock.now(), "since": long_ago}

    expected = planned(rule, due(), policy, **when, is_spent=False)
    absent = planned(rule, due(is_expected=False), policy, **when, is_spent=False)

    assert expected is not None
    assert absent is None
