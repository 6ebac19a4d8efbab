"""What people answered for equality monitoring."""

from typing import ClassVar

from piccolo.columns import UUID, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from core.database import Index, one_of
from core.ids import new_id
from programmes.domain.equality import (
    NOT_ASKED,
    Disability,
    Ethnicity,
    GenderIdentity,
    MaritalStatus,
    Pregnancy,
    Religion,
    Sex,
    SexualOrientation,
)
from programmes.tables.people import Participant


class EqualityProfile(Table, tablename="equality_profiles"):
    """One person's answers, each of which they may leave (2.6, S22).

    Whoever has no row was asked nothing.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {
            "sex", "gender_identity", "ethnicity", "sexual_orientation", "religion", "disability",
            "marital_status", "pregnancy",
        }
    )  # fmt: skip
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    participant = ForeignKey(Participant, on_delete=OnDelete.restrict, null=False, unique=True)
    sex = Varchar(length=40, choices=Sex, default=NOT_ASKED)
    gender_identity = Varchar(length=40, choices=GenderIdentity, default=NOT_ASKED)
    ethnicity = Varchar(length=40, choices=Ethnicity, default=NOT_ASKED)
    sexual_orientation = Varchar(length=40, choices=SexualOrientation, default=NOT_ASKED)
    religion = Varchar(length=40, choices=Religion, default=NOT_ASKED)
    disability = Varchar(length=40, choices=Disability, default=NOT_ASKED)
    marital_status = Varchar(length=40, choices=MaritalStatus, default=NOT_ASKED)
    pregnancy = Varchar(length=40, choices=Pregnancy, default=NOT_ASKED)
    updated_at = Timestamptz(default=None)
    version = Integer(default=1)

    equality_sex_is_known = Check(one_of("sex", Sex))
    equality_gender_identity_is_known = Check(one_of("gender_identity", GenderIdentity))
    equality_ethnicity_is_known = Check(one_of("ethnicity", Ethnicity))
    equality_sexual_orientation_is_known = Check(one_of("sexual_orientation", SexualOrientation))
    equality_religion_is_known = Check(one_of("religion", Religion))
    equality_disability_is_known = Check(one_of("disability", Disability))
    equality_marital_status_is_known = Check(one_of("marital_status", MaritalStatus))
    equality_pregnancy_is_known = Check(one_of("pregnancy", Pregnancy))
