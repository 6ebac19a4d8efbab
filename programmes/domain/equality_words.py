"""The questions and answers of equality monitoring in words, for pages and reports alike."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from programmes.domain.equality import (
    NOT_ASKED,
    PREFER_NOT_TO_SAY,
    AgeBand,
    Disability,
    Ethnicity,
    EthnicityGroup,
    GenderIdentity,
    MaritalStatus,
    Pregnancy,
    Religion,
    Sex,
    SexualOrientation,
)

QUESTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "sex": "Sex",
        "gender_identity": "Gender identity",
        "ethnicity": "Ethnic group",
        "sexual_orientation": "Sexual orientation",
        "religion": "Religion",
        "disability": "Health and disability",
        "marital_status": "Marriage or civil partnership",
        "pregnancy": "Pregnancy",
    }
)

_E, _G = Ethnicity, EthnicityGroup
_WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Sex: {Sex.FEMALE: "Female", Sex.MALE: "Male"},
    GenderIdentity: {
        GenderIdentity.SAME: "Same as the sex registered at birth",
        GenderIdentity.DIFFERENT: "Different from the sex registered at birth",
    },
    Ethnicity: {
        _E.WHITE_BRITISH: "White: English, Welsh, Scottish, Northern Irish or British",
        _E.WHITE_IRISH: "White: Irish",
        _E.WHITE_GYPSY_OR_TRAVELLER: "White: Gypsy or Irish Traveller",
        _E.WHITE_ROMA: "White: Roma",
        _E.WHITE_OTHER: "White: any other",
        _E.MIXED_WHITE_AND_BLACK_CARIBBEAN: "Mixed: White and Black Caribbean",
        _E.MIXED_WHITE_AND_BLACK_AFRICAN: "Mixed: White and Black African",
        _E.MIXED_WHITE_AND_ASIAN: "Mixed: White and Asian",
        _E.MIXED_OTHER: "Mixed: any other",
        _E.ASIAN_INDIAN: "Asian or Asian British: Indian",
        _E.ASIAN_PAKISTANI: "Asian or Asian British: Pakistani",
        _E.ASIAN_BANGLADESHI: "Asian or Asian British: Bangladeshi",
        _E.ASIAN_CHINESE: "Asian or Asian British: Chinese",
        _E.ASIAN_OTHER: "Asian or Asian British: any other",
        _E.BLACK_CARIBBEAN: "Black or Black British: Caribbean",
        _E.BLACK_AFRICAN: "Black or Black British: African",
        _E.BLACK_OTHER: "Black or Black British: any other",
        _E.OTHER_ARAB: "Other: Arab",
        _E.OTHER: "Other: any other",
    },
    EthnicityGroup: {
        _G.WHITE: "White",
        _G.MIXED: "Mixed or multiple",
        _G.ASIAN: "Asian or Asian British",
        _G.BLACK: "Black or Black British",
        _G.OTHER: "Other",
    },
    SexualOrientation: {
        SexualOrientation.STRAIGHT: "Straight or heterosexual",
        SexualOrientation.GAY_OR_LESBIAN: "Gay or lesbian",
        SexualOrientation.BISEXUAL: "Bisexual",
        SexualOrientation.OTHER: "Other",
    },
    Religion: {
        Religion.NONE: "No religion",
        Religion.CHRISTIAN: "Christian",
        Religion.BUDDHIST: "Buddhist",
        Religion.HINDU: "Hindu",
        Religion.JEWISH: "Jewish",
        Religion.MUSLIM: "Muslim",
        Religion.SIKH: "Sikh",
        Religion.OTHER: "Any other religion",
    },
    Disability: {
        Disability.LIMITED_A_LOT: "A condition that limits them a lot",
        Disability.LIMITED_A_LITTLE: "A condition that limits them a little",
        Disability.NOT_LIMITED: "A condition that does not limit them",
        Disability.NO_CONDITION: "No condition",
    },
    MaritalStatus: {
        MaritalStatus.NEVER_MARRIED: "Never married or in a civil partnership",
        MaritalStatus.MARRIED: "Married",
        MaritalStatus.CIVIL_PARTNERSHIP: "In a civil partnership",
        MaritalStatus.SEPARATED: "Separated",
        MaritalStatus.DIVORCED: "Divorced, or civil partnership dissolved",
        MaritalStatus.WIDOWED: "Widowed, or surviving civil partner",
    },
    Pregnancy: {
        Pregnancy.PREGNANT: "Pregnant",
        Pregnancy.RECENT_BIRTH: "Gave birth in the last 26 weeks",
        Pregnancy.NEITHER: "Neither",
    },
    AgeBand: {
        AgeBand.UNDER_16: "Under 16",
        AgeBand.FROM_16: "16 to 17",
        AgeBand.FROM_18: "18 to 24",
        AgeBand.FROM_25: "25 to 34",
        AgeBand.FROM_35: "35 to 44",
        AgeBand.FROM_45: "45 to 54",
        AgeBand.FROM_55: "55 to 64",
        AgeBand.FROM_65: "65 and over",
        AgeBand.NOT_RECORDED: "Not recorded",
    },
}
_ALWAYS: Mapping[str, str] = {PREFER_NOT_TO_SAY: "Prefer not to say", NOT_ASKED: "Not asked"}


def answer_words(answer: StrEnum) -> str:
    """Answer one of the answers, or an age band, in words."""
    known = _WORDS[type(answer)]
    return known[answer] if answer in known else _ALWAYS[answer.value]
