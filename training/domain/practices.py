"""How far the team of a GP practice is trained: a property of the practice as a whole (S11)."""

from enum import StrEnum

from training.domain.compliance import Figures


class PracticeStatus(StrEnum):
    """Whether all of a practice's required staff are trained, some, or none."""

    FULLY_TRAINED = "fully_trained"
    PARTLY_TRAINED = "partly_trained"
    NOT_TRAINED = "not_trained"
    NOT_REQUIRED = "not_required"


def practice_status(figures: Figures) -> PracticeStatus:
    """Answer how far a team is trained; nobody in scope leaves nothing to say.

    Whoever is not yet due counts as not trained: a team is trained when each of them is.
    """
    if not figures.in_scope:
        return PracticeStatus.NOT_REQUIRED
    if figures.valid == figures.in_scope:
        return PracticeStatus.FULLY_TRAINED
    return PracticeStatus.PARTLY_TRAINED if figures.valid else PracticeStatus.NOT_TRAINED
