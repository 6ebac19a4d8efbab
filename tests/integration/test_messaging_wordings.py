"""Wordings between the template and the phone: what is held, in which language, and who is told."""

import json
from datetime import date

import pytest

from accounts.domain.roles import GrantSide, Role
from core.clock import instant_of
from core.errors import (
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    RuleBrokenError,
    StaleVersionError,
)
from core.scope import SYSTEM, Side
from core.tables import AuditEvent
from jobs import reminders, wordings
from messaging.domain.terms import RuleKind
from messaging.queries.rules import rule
from messaging.queries.templates import templates_for
from messaging.services import rule_writes, templates
from messaging.services.rule_writes import NewRule, RuleChange
from messaging.services.rules import active_rules
from messaging.services.templates import Draft, add_template, default_template
from messaging.tables import Message, MessageTemplate, MessagingAlert, ReminderRule
from tests.conftest import SETTINGS
from tests.factories import at, make_organisation, make_person
from tests.factories_messaging import (
    DAY_BEFORE,
    Group,
    change_contact,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
    states_of,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway

pytestmark = pytest.mark.usefixtures("db")

STARTS = instant_of(date(2026, 6, 12), "18:30")


async def a_group(side: Side = Side.SURVIVOR) -> Group:
    """A group with a session on Friday, and a rule that is on."""
    group = await make_group(side)
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    return group


async def say(body: str, *, language: str = "en", findings: tuple[str, ...] = ()) -> None:
    """Change what the session reminder says, as somebody with the database's key would."""
    stored = [{"kind": "word", "words": one, "key": f"word:{one}"} for one in findings]
    await MessageTemplate.update(
        {MessageTemplate.body: body, MessageTemplate.findings: json.dumps(stored)}
    ).where(MessageTemplate.name == "Session reminder", MessageTemplate.language == language)


async def test_g11_a_wording_that_tells_too_much_holds_its_texts(now: FixedClock) -> None:
    group = await a_group()
    await make_member(group)
    await say("Court on {{ day }}")

    await reminders.plan(SETTINGS)

    assert await states_of(group) == [("held", "wording")]


async def test_g11_what_a_second_person_allowed_goes_out(now: FixedClock) -> None:
    author = await make_person(Role.ADMINISTRATOR, everywhere=True)
    colleague = await make_person(Role.ADMINISTRATOR, everywhere=True)
    group = await make_group()
    await make_meeting(group, at("2026-06-12 18:30"))
    await make_member(group)
    draft = Draft("Street", "en", RuleKind.SESSION_REMINDER, "Court Road, {{ day }} {{ time }}")
    template = await add_template(draft, names=(), by=author.actor)
    new = NewRule(
        "R", group.side, group.organisation_id, None, RuleKind.SESSION_REMINDER, DAY_BEFORE,
        template, active=True,
    )  # fmt: skip
    with pytest.raises(InvalidInputError, match="must allow"):
        await rule_writes.add_rule(new, by=SYSTEM)
    await templates.allow_template(template, reason="A street", version=1, by=colleague.actor)
    await rule_writes.add_rule(new, by=SYSTEM)

    await reminders.plan(SETTINGS)
    now.instant = at("2026-06-11 10:00")
    gateway = LedgerGateway()
    await reminders.dispatch(SETTINGS, gateway)

    assert [left.message.body for left in gateway.ledger] == ["Court Road, Fri 12 Jun 18:30"]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        (
            "cy",
            "Nodyn atgoffa: mae eich apwyntiad ar Gwen 12 Meh am 18:30. I'w newid, ffoniwch ni.",
        ),
        ("pl", "Reminder: your appointment is on Fri 12 Jun at 18:30. To change it call us."),
    ],
)
async def test_each_person_reads_their_own_language_where_there_is_a_wording(
    now: FixedClock, language: str, body: str
) -> None:
    group = await a_group()
    person, _ = await make_member(group)
    await change_contact(person, language=language)
    await reminders.plan(SETTINGS)
    now.instant = at("2026-06-11 10:00")
    gateway = LedgerGateway()

    await reminders.dispatch(SETTINGS, gateway)

    assert [left.message.body for left in gateway.ledger] == [body]


async def test_a_wording_that_waits_is_passed_over_for_the_rules_own(now: FixedClock) -> None:
    group = await a_group()
    await say("Llys {{ day }}", language="cy", findings=("llys",))
    (found,) = await active_rules()

    assert (found.words("cy", STARTS) or "").startswith("Reminder")
    assert found.terms("cy").language == "en"
    await say("Court {{ day }}", findings=("court",))
    (found,) = await active_rules()
    assert found.words("en", STARTS) is None
    assert found.terms("en").allowed == frozenset()
    assert group.side is found.side


async def test_one_bad_wording_stops_no_other_and_is_told_once(now: FixedClock) -> None:
    """A rule whose wording cannot be rendered holds its own texts; all others go on."""
    bad, good = await a_group(), await make_group(Side.PERPETRATOR)
    other = Draft("Plain", "en", RuleKind.SESSION_REMINDER, "See you on {{ day }}")
    template = await add_template(other, names=(), by=SYSTEM)
    await rule_writes.add_rule(
        NewRule(
            "R", good.side, good.organisation_id, None, RuleKind.SESSION_REMINDER, DAY_BEFORE,
            template, active=True,
        ),
        by=SYSTEM,
    )  # fmt: skip
    await make_meeting(good, at("2026-06-12 18:30"))
    await make_member(bad)
    await make_member(good)
    await say("{{ name }} {% broken")

    await reminders.plan(SETTINGS)
    await reminders.plan(SETTINGS)

    alerts = await MessagingAlert.select()
    assert await states_of(bad) == [("held", "wording")]
    assert await states_of(good) == [("planned", "")]
    assert [(row["kind"], row["times"]) for row in alerts] == [("template_broken", 1)]


async def test_m4_a_name_that_is_given_later_makes_a_wording_wait_again(now: FixedClock) -> None:
    group = await a_group()
    await make_member(group)
    await reminders.plan(SETTINGS)
    before = await states_of(group)

    await make_organisation("Your Appointment")
    changed = await wordings.check()
    await reminders.plan(SETTINGS)

    events = await AuditEvent.select().where(AuditEvent.action == "message_template_rechecked")
    assert before == [("planned", "")]
    assert changed == 1
    assert await states_of(group) == [("held", "wording")]
    assert {event["actor"] for event in events} == {None}
    assert len(events) == 4


async def test_m5_m10_what_is_kept_of_a_text_is_a_day_and_a_time_alone(now: FixedClock) -> None:
    """Nothing but these can get into a text: no name, no partner contact, no venue."""
    group = await a_group(Side.PERPETRATOR)
    await make_member(group)

    await reminders.plan(SETTINGS)

    (row,) = await messages_of(group)
    assert json.loads(row["variables"]) == {"day": "Fri 12 Jun", "time": "18:30"}


async def test_m10_no_event_of_partner_contact_is_a_kind_of_text() -> None:
    """A rule is about a session or about training: there is no other kind to add."""
    about = {kind.value for kind in RuleKind}

    assert about == {"session_reminder", "change", "cancellation", "training_expiry"}
    assert {column._meta.name for column in ReminderRule.all_columns()}.isdisjoint(
        {"partner", "link", "offer", "referral"}
    )


async def test_m6_a_rule_asks_only_where_its_sender_can_be_answered() -> None:
    group = await make_group()
    asking = Draft("Ask", "en", RuleKind.SESSION_REMINDER, "{{ day }}: reply 1 or 2")
    template = await add_template(asking, names=(), by=SYSTEM)
    new = NewRule(
        "R", group.side, group.organisation_id, None, RuleKind.SESSION_REMINDER, DAY_BEFORE,
        template, active=True, asks=True,
    )  # fmt: skip

    with pytest.raises(InvalidInputError, match="correcting") as refused:
        await rule_writes.add_rule(new, two_way=False, by=SYSTEM)
    rule_id = await rule_writes.add_rule(new, two_way=True, by=SYSTEM)

    (found,) = await active_rules()
    assert [error.field for error in refused.value.errors] == ["asks"]
    assert found.terms("en").may_ask is True
    assert (await rule(rule_id, scope=SYSTEM.scope)).asks is True


@pytest.mark.parametrize("kind", [RuleKind.CANCELLATION, RuleKind.TRAINING_EXPIRY])
async def test_only_reminders_and_changes_ask(kind: RuleKind) -> None:
    side = None if kind is RuleKind.TRAINING_EXPIRY else Side.SURVIVOR
    offset = DAY_BEFORE if side is None else rule_writes.Offset()
    new = NewRule(
        "R", side, await make_organisation(), None, kind, offset, None, active=True, asks=True
    )

    with pytest.raises(InvalidInputError) as refused:
        await rule_writes.add_rule(new, two_way=True, by=SYSTEM)

    assert [error.field for error in refused.value.errors] == ["asks"]


async def test_a_rule_about_training_has_neither_side_nor_programme() -> None:
    group = await make_group()
    new = NewRule(
        "\x07", group.side, group.organisation_id, group.programme_id, RuleKind.TRAINING_EXPIRY,
        DAY_BEFORE, None, active=True,
    )  # fmt: skip

    with pytest.raises(InvalidInputError) as refused:
        await rule_writes.add_rule(new, by=SYSTEM)

    assert [error.field for error in refused.value.errors] == ["name", "side", "programme_id"]


async def test_a_rule_that_is_off_keeps_a_wording_that_no_longer_passes() -> None:
    group = await make_group()
    rule_id = await make_rule(group)
    view = await rule(rule_id, scope=SYSTEM.scope)
    off = RuleChange(view.name, view.offset, view.template_id, active=False, asks=False)
    await rule_writes.change_rule(rule_id, off, version=1, two_way=False, by=SYSTEM)
    await say("Court {{ day }}", findings=("court",))

    renamed = RuleChange("Anew", view.offset, view.template_id, active=False, asks=False)
    version = await rule_writes.change_rule(rule_id, renamed, version=2, two_way=False, by=SYSTEM)
    on = RuleChange("Anew", view.offset, view.template_id, active=True, asks=False)
    with pytest.raises(InvalidInputError, match="must allow"):
        await rule_writes.change_rule(rule_id, on, version=3, two_way=False, by=SYSTEM)
    wrong = RuleChange("", view.offset, view.template_id, active=False, asks=False)
    with pytest.raises(InvalidInputError, match="correcting"):
        await rule_writes.change_rule(rule_id, wrong, version=3, two_way=False, by=SYSTEM)

    assert version == 3


async def test_the_system_allows_nothing_that_it_saved_itself() -> None:
    template = await default_template(RuleKind.SESSION_REMINDER)

    with pytest.raises(RuleBrokenError):
        await templates.allow_template(template, reason="x", version=1, by=SYSTEM)


async def test_rules_of_others_are_not_there_for_whoever_sees_no_texts() -> None:
    group = await make_group()
    rule_id = await make_rule(group)
    nobody = await make_person(Role.COMMISSIONER, GrantSide.SURVIVOR)

    with pytest.raises(NotFoundError):
        await rule(rule_id, scope=nobody.actor.scope)
    assert await Message.count() == 0


async def test_a_stale_change_of_what_nobody_has_written_down_names_nobody() -> None:
    template = await default_template(RuleKind.SESSION_REMINDER)

    with pytest.raises(StaleVersionError, match="Somebody else saved this"):
        await templates.change_template(template, "x", version=9, names=(), by=SYSTEM)


async def test_without_a_rule_that_is_on_there_is_nothing_to_send_or_to_tell() -> None:
    await default_template(RuleKind.SESSION_REMINDER)
    await say("{{ name }}")

    assert await active_rules() == ()
    assert await wordings.check() == 0


async def test_whoever_has_nothing_to_do_with_texts_reads_no_wordings() -> None:
    nobody = await make_person(Role.COMMISSIONER, GrantSide.SURVIVOR)

    with pytest.raises(ForbiddenError):
        await templates_for(RuleKind.CHANGE, scope=nobody.actor.scope)
