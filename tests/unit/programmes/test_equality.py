"""2.6: what is asked for equality monitoring, its groups, codes of partners and age bands."""

from datetime import date

import pytest

from programmes.domain.equality import (
    FROM_JUSTICE,
    NOT_ASKED,
    PREFER_NOT_TO_SAY,
    QUESTIONS,
    AgeBand,
    Ethnicity,
    EthnicityGroup,
    age_band,
    ethnicity_group,
)
from programmes.domain.equality_words import QUESTION_WORDS, answer_words


def test_every_question_can_be_left_or_not_asked_and_every_answer_has_words() -> None:
    assert list(QUESTION_WORDS) == list(QUESTIONS)
    for known in (*QUESTIONS.values(), EthnicityGroup):
        assert {PREFER_NOT_TO_SAY, NOT_ASKED} <= {answer.value for answer in known}
        assert len({answer_words(answer) for answer in known}) == len(known)
    assert answer_words(AgeBand.FROM_65) == "65 and over"


def test_the_19_ethnic_groups_are_in_five() -> None:
    groups = [ethnicity_group(ethnicity) for ethnicity in Ethnicity]

    assert [groups.count(group) for group in EthnicityGroup] == [5, 4, 5, 3, 2, 1, 1]


def test_partners_16_plus_1_codes_are_mapped_one_way() -> None:
    assert len(FROM_JUSTICE) == 17
    assert ethnicity_group(FROM_JUSTICE["O1"]) is EthnicityGroup.ASIAN
    assert FROM_JUSTICE["NS"] is Ethnicity.NOT_ASKED
    without = {*Ethnicity} - {*FROM_JUSTICE.values(), Ethnicity.PREFER_NOT_TO_SAY}
    assert without == {
        Ethnicity.WHITE_GYPSY_OR_TRAVELLER, Ethnicity.WHITE_ROMA, Ethnicity.OTHER_ARAB,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("born_on", "band"),
    [
        (date(2010, 6, 11), AgeBand.UNDER_16),
        (date(2010, 6, 10), AgeBand.FROM_16),
        (date(2008, 6, 11), AgeBand.FROM_16),
        (date(2008, 6, 10), AgeBand.FROM_18),
        (date(2001, 6, 10), AgeBand.FROM_25),
        (date(1991, 6, 10), AgeBand.FROM_35),
        (date(1981, 6, 10), AgeBand.FROM_45),
        (date(1971, 6, 10), AgeBand.FROM_55),
        (date(1961, 6, 11), AgeBand.FROM_55),
        (date(1961, 6, 10), AgeBand.FROM_65),
        (date(2026, 6, 11), AgeBand.NOT_RECORDED),
        (None, AgeBand.NOT_RECORDED),
    ],
)
def test_age_bands_begin_on_the_birthday(born_on: date | None, band: AgeBand) -> None:
    assert age_band(born_on, date(2026, 6, 10)) is band


def test_born_on_29_february_they_turn_on_1_march() -> None:
    born_on = date(2008, 2, 29)

    assert age_band(born_on, date(2026, 2, 28)) is AgeBand.FROM_16
    assert age_band(born_on, date(2026, 3, 1)) is AgeBand.FROM_18
