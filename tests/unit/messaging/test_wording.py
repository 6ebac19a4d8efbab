"""What texts say: complete, of known length, in the person's language (M5, G11 to G13)."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import instant_of
from core.languages import LANGUAGES
from messaging.domain.defaults import DEFAULTS, default_name
from messaging.domain.languages import CHOICES, day_in, is_language, language_name
from messaging.domain.lint import FindingKind
from messaging.domain.reasons import Reason
from messaging.domain.segments import Encoding, outside_gsm, pack
from messaging.domain.terms import RuleKind
from messaging.domain.wording import (
    DEFAULT_BODIES,
    Terms,
    compose,
    fault,
    findings,
    mistakes,
    samples,
)

STARTS = instant_of(date(2026, 4, 14), "10:00")
REMINDER = RuleKind.SESSION_REMINDER


def test_m5_the_default_text_says_the_day_and_the_time_and_nothing_else() -> None:
    text = compose(DEFAULT_BODIES["en"], STARTS)

    assert text == "Reminder: your appointment is on Tue 14 Apr at 10:00. To change it call us."
    assert fault(text) is None


@pytest.mark.parametrize("language", ["en", "cy"])
def test_m5_every_wording_of_an_installation_is_discreet_gsm_7_and_one_part(language: str) -> None:
    for default in DEFAULTS:
        body = default.bodies[language]
        found = findings(body, language)

        assert mistakes(body, language, default.kind) == ()
        assert outside_gsm("".join(samples(body, language))) == ""
        assert {pack(text).segments for text in samples(body, language)} == {1}
        assert {one.kind for one in found} <= {FindingKind.REPLY}
        assert bool(found) is ("asks" in default.name)


def test_every_kind_of_rule_has_a_wording_to_begin_with() -> None:
    assert {default_name(kind) for kind in RuleKind} <= {default.name for default in DEFAULTS}


def test_m11_every_kind_of_text_is_a_service_message_about_an_appointment() -> None:
    assert {kind.value for kind in RuleKind} == {
        "session_reminder", "change", "cancellation", "training_expiry",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "On Tue 14 Apr at 10:00"), ("cy", "On Maw 14 Ebr at 10:00"),
        ("pl", "On wt. 14 kwi at 10:00"), ("ar", "On الثلاثاء 14 أبريل at 10:00"),
        ("xx", "On Tue 14 Apr at 10:00"),
    ],
)  # fmt: skip
def test_days_are_written_in_the_language_of_the_text(language: str, text: str) -> None:
    assert compose("On {{ day }} at {{ time }}", STARTS, language) == text


def test_days_in_english_and_welsh_are_gsm_7_all_year() -> None:
    days = [date(2026, month, day) for month in range(1, 13) for day in range(1, 8)]

    assert outside_gsm("".join(day_in(code, day) for code in ("en", "cy") for day in days)) == ""


@pytest.mark.parametrize("code", ["", "e", "EN", "en_GB", "english", "zz", "é1", "../"])
def test_what_is_no_language_is_known_as_such(code: str) -> None:
    assert is_language(code) is False
    assert language_name(code) == code


def test_languages_have_names() -> None:
    assert [language_name(code) for code in ("en", "cy", "ur")] == ["English", "Welsh", "Urdu"]
    assert all(is_language(code) for code, _ in CHOICES)
    assert len(CHOICES) == len(LANGUAGES)


@pytest.mark.parametrize(
    "body",
    [
        "Hello {{ name }}", "{{ day.__class__.__mro__ }}", "{{ day", "{{ 1 / 0 }}", "{{ day + 1 }}",
        "{% for x in range(10**9) %}{% endfor %}", "{{ 9 ** 9 ** 9 }}", "{{ 'a' * 10**9 }}",
        "{{ " + "(" * 290 + "day" + ")" * 290 + " }}", "{{ day|upper }}", "a" * 601, None,
    ],
)  # fmt: skip
def test_g12_a_template_that_names_what_there_is_not_gives_no_text(body: str | None) -> None:
    """It is read, never run, to find out: ``9 ** 9 ** 9`` would not end."""
    assert compose(body, STARTS) is None


@pytest.mark.parametrize(
    "text", ["Hello None", "Hello {{ name }}", "Hello undefined", "", "   ", None]
)
def test_g12_a_text_with_a_gap_is_held(text: str | None) -> None:
    assert fault(text) is Reason.WORDING


def test_g13_160_places_fit_and_161_do_not() -> None:
    assert fault("a" * 160) is None
    assert fault("a" * 161) is Reason.TOO_LONG
    assert fault("€" * 81) is Reason.TOO_LONG


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Don\u2019t be late", "\u201c\u2019\u201d right: write ' instead"),
        ("Caf\u00e2", "\u201c\u00e2\u201d right: write a instead"),
        ("See you \u2013 soon", "\u201c\u2013\u201d right: write - instead"),
        ("See you \u263a", "\u201c\u263a\u201d right: leave it out"),
        ("Till\u00a0then", "\u201c\u00a0\u201d right: write a space instead"),
    ],
)
def test_g13_characters_outside_gsm_7_are_refused_in_english_with_what_to_write(
    text: str, advice: str
) -> None:
    assert fault(text) is Reason.WORDING
    assert mistakes(text, "en", REMINDER) == (f"Not every phone gets {advice}",)


def test_g13_other_languages_may_use_their_letters_and_are_counted_in_ucs_2() -> None:
    assert fault("Dewch \u00e2 chi", Terms("cy")) is None
    assert fault("\u0436" * 70, Terms("ru")) is None
    assert fault("\u0436" * 71, Terms("ru")) is Reason.TOO_LONG


def test_g13_the_day_that_makes_a_text_longest_decides_whether_it_is_kept() -> None:
    """``Wed 3 Sept`` has 160 places, ``Sat 5 Dec`` 159; in Polish a ``ś`` leaves only 70."""
    fits = "a" * 148 + " {{ day }}"
    too_long = "a" * 149 + " {{ day }}"
    polish = "a" * 61 + " {{ day }}"

    assert mistakes(fits, "en", REMINDER) == ()
    assert mistakes(too_long, "en", REMINDER) == (
        (
            "This is 161 characters long on some days and would go out as 2 texts;"
            " shorten it to one text of 160"
        ),
    )
    assert pack(compose(polish, STARTS, "pl") or "").encoding is Encoding.GSM_7
    assert mistakes(polish, "pl", REMINDER)[0].endswith("shorten it to one text of 70")


@pytest.mark.parametrize(
    ("body", "kind", "mistake"),
    [
        (" ", REMINDER, "Enter what the text says"),
        ("{# nothing #}", REMINDER, "Enter what the text says"),
        ("a" * 601, REMINDER, "The text must be 600 characters or fewer"),
        (
            "Hello {{ name }}", REMINDER,
            "The text cannot name name; it can name {{ day }} and {{ time }}",
        ),
        (
            "At {{ time }}", RuleKind.TRAINING_EXPIRY,
            "The text cannot name time; it can name {{ day }}",
        ),
        (
            "{% if day %}x{% endif %}", REMINDER,
            "The text has brackets that cannot be read; it can name {{ day }} and {{ time }}",
        ),
        (
            "} None", REMINDER,
            "The text must hold no { or }, \u201cNone\u201d or \u201cundefined\u201d",
        ),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_kept_is_told_why(
    body: str, kind: RuleKind, mistake: str
) -> None:
    assert mistakes(body, "en", kind) == (mistake,)


def test_g11_what_somebody_allowed_passes_and_nothing_else() -> None:
    allowed = frozenset({"word:court"})

    assert fault("Meet at Court Road") is Reason.WORDING
    assert fault("Meet at Court Road", Terms(allowed=allowed)) is None
    assert fault("Meet at court, police", Terms(allowed=allowed)) is Reason.WORDING


def test_m6_only_a_rule_that_may_ask_says_reply() -> None:
    assert fault("Reply 1 if you are coming") is Reason.WORDING
    assert fault("Reply 1 if you are coming", Terms(may_ask=True)) is None


def test_g11_a_template_is_checked_with_what_is_put_in() -> None:
    """The day completes the name: nothing in the template alone gives it away."""
    found = findings("Come on {{ day }}", "en", names=["On Tue 21"])

    assert [(one.kind, one.words) for one in found] == [(FindingKind.NAME, "on Tue 21")]


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(["en", "cy", "pl"]), st.sampled_from(RuleKind))
def test_whatever_is_typed_gets_an_answer(body: str, language: str, kind: RuleKind) -> None:
    """What has no mistakes can be sent, or waits for somebody to allow it."""
    if mistakes(body, language, kind):
        return
    text = compose(body, datetime.fromisoformat("2026-05-20T20:30+01:00"), language)

    found = frozenset(one.key for one in findings(body, language))
    assert fault(text, Terms(language, allowed=found)) is None
