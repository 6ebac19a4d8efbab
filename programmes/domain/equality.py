"""What people are asked for equality monitoring, and how the answers are grouped (2.6, S22).

Sources: Equality Act 2010, sections 4 and 149; the census of England and Wales of 2021.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

PREFER_NOT_TO_SAY = "prefer_not_to_say"
NOT_ASKED = "not_asked"


class Sex(StrEnum):
    """What sex the person is."""

    FEMALE = "female"
    MALE = "male"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_ASKED = "not_asked"


class GenderIdentity(StrEnum):
    """Whether the person's gender identity is the sex that they were registered with at birth."""

    SAME = "same_as_registered"
    DIFFERENT = "different_from_registered"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_ASKED = "not_asked"


class Ethnicity(StrEnum):
    """The 19 ethnic groups of England and Wales."""

    WHITE_BRITISH = "white_british"
    WHITE_IRISH = "white_irish"
    WHITE_GYPSY_OR_TRAVELLER = "white_gypsy_or_irish_traveller"
    WHITE_ROMA = "white_roma"
    WHITE_OTHER = "white_other"
    MIXED_WHITE_AND_BLACK_CARIBBEAN = "mixed_white_and_black_caribbean"
    MIXED_WHITE_AND_BLACK_AFRICAN = "mixed_white_and_black_african"
    MIXED_WHITE_AND_ASIAN = "mixed_white_and_asian"
    MIXED_OTHER = "mixed_other"
    ASIAN_INDIAN = "asian_indian"
    ASIAN_PAKISTANI = "asian_pakistani"
    ASIAN_BANGLADESHI = "asian_bangladeshi"
    ASIAN_CHINESE = "asian_chinese"
    ASIAN_OTHER = "asian_other"
    BLACK_CARIBBEAN = "black_caribbean"
    BLACK_AFRICAN = "black_african"
    BLACK_OTHER = "black_other"
    OTHER_ARAB = "other_arab"
    OTHER = "other_any"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_ASKED = "not_asked"


class EthnicityGroup(StrEnum):
    """The five groups into which the 19 fall."""

    WHITE = "white"
    MIXED = "mixed"
    ASIAN = "asian"
    BLACK = "black"
    OTHER = "other"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_ASKED = "not_asked"


class SexualOrientation(StrEnum):
    """Which sexual orientation describes the person best."""

    STRAIGHT = "straight"
    GAY_OR_LESBIAN = "gay_or_lesbian"
    BISEXUAL = "bisexual"
    OTHER = "other"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_ASKED = "not_asked"


class Religion(StrEnum):
    """The person's religion, as the census asks it."""

    NONE = "no_religion"
    CHRISTIAN = "christian"
    BUDDHIST = "buddhist"
    HINDU = "hindu"
    JEWISH = "jewish"
    MUSLIM = "muslim"
    SIKH = "sikh"
    OTHER = "other"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_ASKED = "not_asked"


class Disability(StrEnum):
    """How far a condition of 12 months or longer limits what the person can do day to day."""

    LIMITED_A_LOT = "limited_a_lot"
    LIMITED_A_LITTLE = "limited_a_little"
    NOT_LIMITED = "not_limited"
    NO_CONDITION = "no_condition"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_ASKED = "not_asked"


class MaritalStatus(StrEnum):
    """Whether the person is, or was, married or in a civil partnership."""

    NEVER_MARRIED = "never_married"
    MARRIED = "married"
    CIVIL_PARTNERSHIP = "civil_partnership"
    SEPARATED = "separated"
    DIVORCED = "divorced_or_dissolved"
    WIDOWED = "widowed_or_surviving"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_ASKED = "not_asked"


class Pregnancy(StrEnum):
    """Whether the person is pregnant, or gave birth in the last 26 weeks."""

    PREGNANT = "pregnant"
    RECENT_BIRTH = "birth_in_last_26_weeks"
    NEITHER = "neither"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NOT_ASKED = "not_asked"


class AgeBand(StrEnum):
    """Age in years on a day."""

    UNDER_16 = "under_16"
    FROM_16 = "16_to_17"
    FROM_18 = "18_to_24"
    FROM_25 = "25_to_34"
    FROM_35 = "35_to_44"
    FROM_45 = "45_to_54"
    FROM_55 = "55_to_64"
    FROM_65 = "65_and_over"
    NOT_RECORDED = "not_recorded"


QUESTIONS: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "sex": Sex,
        "gender_identity": GenderIdentity,
        "ethnicity": Ethnicity,
        "sexual_orientation": SexualOrientation,
        "religion": Religion,
        "disability": Disability,
        "marital_status": MaritalStatus,
        "pregnancy": Pregnancy,
    }
)
"""What is asked, in the order in which it is asked, with the answers that there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What somebody answered; where nobody asked, that."""

    sex: Sex = Sex.NOT_ASKED
    gender_identity: GenderIdentity = GenderIdentity.NOT_ASKED
    ethnicity: Ethnicity = Ethnicity.NOT_ASKED
    sexual_orientation: SexualOrientation = SexualOrientation.NOT_ASKED
    religion: Religion = Religion.NOT_ASKED
    disability: Disability = Disability.NOT_ASKED
    marital_status: MaritalStatus = MaritalStatus.NOT_ASKED
    pregnancy: Pregnancy = Pregnancy.NOT_ASKED

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Answers":
        """Answer them out of their codes, by question."""
        return cls(
            sex=Sex(values["sex"]),
            gender_identity=GenderIdentity(values["gender_identity"]),
            ethnicity=Ethnicity(values["ethnicity"]),
            sexual_orientation=SexualOrientation(values["sexual_orientation"]),
            religion=Religion(values["religion"]),
            disability=Disability(values["disability"]),
            marital_status=MaritalStatus(values["marital_status"]),
            pregnancy=Pregnancy(values["pregnancy"]),
        )


BANDS: tuple[tuple[int, AgeBand], ...] = (
    (65, AgeBand.FROM_65), (55, AgeBand.FROM_55), (45, AgeBand.FROM_45), (35, AgeBand.FROM_35),
    (25, AgeBand.FROM_25), (18, AgeBand.FROM_18), (16, AgeBand.FROM_16), (0, AgeBand.UNDER_16),
)  # fmt: skip
"""The lowest age of each band, the oldest first."""

FROM_JUSTICE: Mapping[str, Ethnicity] = MappingProxyType(
    {
        "W1": Ethnicity.WHITE_BRITISH,
        "W2": Ethnicity.WHITE_IRISH,
        "W9": Ethnicity.WHITE_OTHER,
        "M1": Ethnicity.MIXED_WHITE_AND_BLACK_CARIBBEAN,
        "M2": Ethnicity.MIXED_WHITE_AND_BLACK_AFRICAN,
        "M3": Ethnicity.MIXED_WHITE_AND_ASIAN,
        "M9": Ethnicity.MIXED_OTHER,
        "A1": Ethnicity.ASIAN_INDIAN,
        "A2": Ethnicity.ASIAN_PAKISTANI,
        "A3": Ethnicity.ASIAN_BANGLADESHI,
        "A9": Ethnicity.ASIAN_OTHER,
        "B1": Ethnicity.BLACK_CARIBBEAN,
        "B2": Ethnicity.BLACK_AFRICAN,
        "B9": Ethnicity.BLACK_OTHER,
        "O1": Ethnicity.ASIAN_CHINESE,
        "O9": Ethnicity.OTHER,
        "NS": Ethnicity.NOT_ASKED,
    }
)
"""What justice partners' 16+1 codes mean here; there is no way back, and none for the rest.

``NS`` (not stated) does not say that the person was asked and refused, so it can still be asked.
"""


def ethnicity_group(ethnicity: Ethnicity) -> EthnicityGroup:
    """Answer which of the five groups an ethnic group is in."""
    if ethnicity in (Ethnicity.PREFER_NOT_TO_SAY, Ethnicity.NOT_ASKED):
        return EthnicityGroup(ethnicity.value)
    return EthnicityGroup(ethnicity.value.partition("_")[0])


def age_on(born_on: date, day: date) -> int:
    """Answer somebody's age in years; born on 29 February they turn on 1 March where there is none.

    Below 0 for whoever was born later.
    """
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def age_band(born_on: date | None, day: date) -> AgeBand:
    """Answer the band of somebody's age on a day; an unknown or later birth is not recorded."""
    age = -1 if born_on is None else age_on(born_on, day)
    return next((band for lowest, band in BANDS if age >= lowest), AgeBand.NOT_RECORDED)
