"""The discreet check: what is found however it is disguised, and what is not (M4, M6, M11, G11)."""

import pytest

from messaging.domain.denied import MARKETING, REPLYING, TELLING
from messaging.domain.lint import Finding, FindingKind, findings

M4 = (
    "domestic", "abuse", "violence", "victim", "survivor", "perpetrator", "refuge", "MARAC", "IDVA",
    "court", "probation", "police", "Freedom", "Women's Aid", "offence", "programme",
)  # fmt: skip
WELSH = (
    "domestig", "cam-drin", "trais", "drais", "dioddefwr", "ddioddefwr", "goroeswr", "oroeswr",
    "cyflawnwr", "nghyflawnwr", "lloches", "loches", "llys", "lys", "prawf", "phrawf", "heddlu",
    "rhyddid", "Cymorth i Ferched", "trosedd", "nhrosedd", "rhaglen", "raglen",
)  # fmt: skip


def _kinds(text: str) -> list[FindingKind]:
    return [one.kind for one in findings(text)]


@pytest.mark.parametrize("word", M4)
def test_m4_no_denied_word_passes_in_any_case_accent_or_spacing(word: str) -> None:
    disguises = (
        word, word.upper(), " ".join(word), word.replace("e", "\u00e9").replace("o", "\u00f8"),
        "-".join(word), "\u200b".join(word), "\u0301".join(word), word.replace("i", "I\u0307"),
    )  # fmt: skip

    for one in disguises:
        assert FindingKind.WORD in _kinds(f"See you {one} soon"), one


@pytest.mark.parametrize(
    "word",
    ["p\u043elice", "\u0441\u043eurt", "\u0421OURT", "\u0420OLICE", "v\u03b9ctim", "\u0391buse"],
)
def test_m4_letters_of_other_alphabets_hide_no_word(word: str) -> None:
    """In a language beyond GSM nothing else keeps them out."""
    assert _kinds(f"Eich apwyntiad {word} am 10:00") == [FindingKind.WORD]


@pytest.mark.parametrize("word", WELSH)
def test_m4_the_welsh_words_are_denied_too_in_their_mutated_forms(word: str) -> None:
    assert _kinds(f"Eich apwyntiad {word.upper()} am 10:00") == [FindingKind.WORD]


@pytest.mark.parametrize("word", sorted({*TELLING.whole, *REPLYING.whole, *MARKETING.whole}))
def test_g11_every_word_of_the_list_is_found(word: str) -> None:
    assert [one.words for one in findings(f"See you {word} soon")] == [word]


@pytest.mark.parametrize(
    "text",
    [
        "It will be as a courtesy", "You did valid work", "Tamara calls you", "Take a bus early",
        "Bring a syllabus", "He is free, domestos", "She is said vast", "Pol, iced tea",
        "Maracas at 10:00", "The fundamental idea", "Repl", "Analysis of an oxlip",
        "I'w newid, ffoniwch ni", "Call 07700 900123 or 0161 496 0000 to change it",
    ],
)  # fmt: skip
def test_g11_words_that_only_look_like_it_are_no_find(text: str) -> None:
    assert findings(text) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Look at https://example.org/x", FindingKind.LINK),
        ("See www.example", FindingKind.LINK),
        ("Go to example.co.uk now", FindingKind.LINK),
        ("Go to example.shop/book", FindingKind.LINK),
        ("Come to M32 0TH", FindingKind.POSTCODE),
        ("Come to sw1a1aa", FindingKind.POSTCODE),
        ("Reply 1", FindingKind.REPLY),
        ("R e p l y 1", FindingKind.REPLY),
        ("Atebwch 1", FindingKind.REPLY),
    ],
)
def test_g11_links_postcodes_and_questions_are_found(text: str, kind: FindingKind) -> None:
    assert _kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    ["Please donate", "Answer our survey", "A raffle on Friday", "Special offer", "Rhoddion"],
)
def test_m11_what_advertises_is_found(text: str) -> None:
    assert _kinds(text) == [FindingKind.MARKETING]


def test_m4_names_of_organisations_and_programmes_are_found_however_they_are_spaced() -> None:
    names = ["Bridge & Hope", "Caring Fathers", "Us"]

    found = findings("BridgeHope and caring-fathers call us", names=names)

    assert found == (
        Finding(FindingKind.NAME, "BridgeHope", 0, 10),
        Finding(FindingKind.NAME, "caring-fathers", 15, 29),
    )


def test_a_finding_says_which_words_and_where() -> None:
    text = "Your co-urt day"

    (found,) = findings(text)

    assert (found.words, text[found.starts : found.ends]) == ("co-urt", "co-urt")
    assert found.key == findings("At COURT")[0].key
