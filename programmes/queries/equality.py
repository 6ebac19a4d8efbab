"""What people answered for equality monitoring, and how reports group by it (2.6, S22)."""

from dataclasses import asdict, dataclass
from uuid import UUID

from core import database
from core.scope import Scope
from programmes.domain.equality import NOT_ASKED, QUESTIONS, Answers
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class EqualityView:
    """What is recorded of a person's answers; ``version`` 0 where nothing is."""

    answers: Answers
    version: int

    @property
    def asked(self) -> int:
        """Answer how many of the questions were asked."""
        return sum(answer != NOT_ASKED for answer in asdict(self.answers).values())


NOTHING_ASKED = EqualityView(Answers(), 0)
"""What holds for a person who was asked nothing."""


async def answers_of_person(participant_id: UUID, *, scope: Scope) -> EqualityView:
    """Answer what a visible person answered."""
    rows = await database.run(
        f"SELECT {', '.join(f'q.{question}' for question in QUESTIONS)}, q.version"  # noqa: S608 - our own names
        " FROM equality_profiles q JOIN participants p ON p.id = q.participant"
        " WHERE p.id = {} AND {}",
        participant_id,
        visibility.participants(scope),
    )
    if not rows:
        return NOTHING_ASKED
    return EqualityView(Answers.of(rows[0]), rows[0]["version"])
