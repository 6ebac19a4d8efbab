"""M7, M8: what somebody meant who texted the service."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.domain.replies import is_risky, kind_of
from messaging.domain.terms import ReplyKind

STOP_WORDS = (
    "STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT", "STOPIWCH",
    "DIWEDD", "PEIDIWCH",
)  # fmt: skip
NOISE = st.text(alphabet=" \n\t.,!?;:-–…*#'\"’()🛑❌😡\u200b\ufe0f", max_size=6)


@pytest.mark.parametrize(
    "body",
    [
        *STOP_WORDS, "stop", "Stop please", "STOP PLEASE!!", "please stop", "s t o p", "S.T.O.P",
        "stop 🛑", "🛑STOP🛑", "\uff33\uff34\uff2f\uff30", "stóp", "Stop all", "opt out",
        "Opt-out of these texts",
        "Stop texting me", "stop contacting my wife", "stop stop stop", "End please",
        "Stopiwch os gwelwch yn dda", "cancel these texts",
    ],
)  # fmt: skip
def test_m7_stop_in_its_forms(body: str) -> None:
    assert kind_of(body) is ReplyKind.STOP


@given(st.sampled_from(STOP_WORDS), NOISE, NOISE, st.data())
def test_m7_stop_in_any_case_and_among_any_signs(
    word: str, before: str, after: str, data: st.DataObject
) -> None:
    cased = "".join(data.draw(st.sampled_from((sign.lower(), sign.upper()))) for sign in word)
    assert kind_of(before + cased + after) is ReplyKind.STOP


@pytest.mark.parametrize(
    "body",
    [
        "", "   ", "Can I cancel Friday", "the end of the week is fine", "bus stop is closed",
        "I cannot stop crying", "cancel Friday", "quitting work early", "stopping by later",
        "ok thanks", "🙂",
    ],
)  # fmt: skip
def test_what_only_holds_such_a_word_is_for_a_person_to_read(body: str) -> None:
    assert kind_of(body) is ReplyKind.OTHER


@pytest.mark.parametrize("body", ["START", "yes", "Yes please!", "UNSTOP", "un stop", "Dechrau"])
def test_m7_start_is_told_from_the_rest(body: str) -> None:
    assert kind_of(body) is ReplyKind.START


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("1", ReplyKind.COMING), (" 1 \n", ReplyKind.COMING), ("2", ReplyKind.CANNOT),
        ("1.", ReplyKind.OTHER), ("12", ReplyKind.OTHER), ("1 2", ReplyKind.OTHER),
        ("one", ReplyKind.OTHER), ("\uff11", ReplyKind.OTHER), ("1 please", ReplyKind.OTHER),
    ],
)  # fmt: skip
def test_only_the_bare_digit_is_an_answer(body: str, kind: ReplyKind) -> None:
    assert kind_of(body) is kind


@given(st.text(max_size=60))
def test_any_text_has_a_kind_and_digits_alone_make_an_answer(body: str) -> None:
    kind = kind_of(body)

    assert (kind in (ReplyKind.COMING, ReplyKind.CANNOT)) == (body.strip() in {"1", "2"})
    assert is_risky(body) in (True, False)


@pytest.mark.parametrize(
    "body",
    [
        "HELP", "please help me", "he’s here", "He is here!!", "call the POLICE", "he will kill me",
        "im scared", "who is this?", "she's reading my texts", "STOP he is here", "999",
        "mae o yma", "heddlu", "mae gen i ofn", "Dw i ddim yn saff",
    ],
)  # fmt: skip
def test_words_of_danger_are_flagged(body: str) -> None:
    assert is_risky(body)


@pytest.mark.parametrize(
    "body", ["", "STOP", "1", "see you there", "running late", "is the hall here", "skilled work"]
)
def test_other_words_are_not_flagged(body: str) -> None:
    assert not is_risky(body)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_word_of_danger_is_flagged_wherever_it_stands(before: str, after: str) -> None:
    assert is_risky(f"{before} police {after}")
