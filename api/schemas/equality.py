"""Payloads of what people answer for equality monitoring."""

from dataclasses import fields

from api.schemas.base import In, Out
from programmes.domain.equality import (
    Answers,
    Disability,
    Ethnicity,
    GenderIdentity,
    MaritalStatus,
    Pregnancy,
    Religion,
    Sex,
    SexualOrientation,
)
from programmes.queries.equality import EqualityView


class EqualityIn(In, frozen=True, kw_only=True):
    """A person's answers, in place of what was recorded before."""

    version: int
    sex: Sex = Sex.NOT_ASKED
    gender_identity: GenderIdentity = GenderIdentity.NOT_ASKED
    ethnicity: Ethnicity = Ethnicity.NOT_ASKED
    sexual_orientation: SexualOrientation = SexualOrientation.NOT_ASKED
    religion: Religion = Religion.NOT_ASKED
    disability: Disability = Disability.NOT_ASKED
    marital_status: MaritalStatus = MaritalStatus.NOT_ASKED
    pregnancy: Pregnancy = Pregnancy.NOT_ASKED

    def answers(self) -> Answers:
        """Answer it as the service takes it."""
        return Answers(**{field.name: getattr(self, field.name) for field in fields(Answers)})


class EqualityOut(Out, frozen=True, kw_only=True):
    """A person's answers; ``version`` 0 where nothing is recorded."""

    sex: Sex
    gender_identity: GenderIdentity
    ethnicity: Ethnicity
    sexual_orientation: SexualOrientation
    religion: Religion
    disability: Disability
    marital_status: MaritalStatus
    pregnancy: Pregnancy
    version: int

    @classmethod
    def of(cls, view: EqualityView) -> "EqualityOut":
        """Shape answers."""
        found = {field.name: getattr(view.answers, field.name) for field in fields(Answers)}
        return cls(**found, version=view.version)
