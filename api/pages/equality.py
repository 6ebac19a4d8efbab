"""What people answer for equality monitoring, as a page."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.participants import to_change
from api.pages.rendering import AnyRequest, Page, page
from core import audit
from core.errors import AppError, StaleVersionError
from core.scope import Actor, Permission
from programmes.domain.equality import NOT_ASKED, QUESTIONS, Answers
from programmes.domain.equality_words import QUESTION_WORDS, answer_words
from programmes.queries.equality import EqualityView, answers_of_person
from programmes.queries.participants import ParticipantView
from programmes.services.equality import save_answers
from programmes.services.viewing import viewed

_MANAGE = [requires(Permission.MANAGE_PEOPLE)]
_ASKED_AS: Mapping[str, str] = {
    "sex": "What is their sex?",
    "gender_identity": "Is their gender the same as the sex they were registered with at birth?",
    "ethnicity": "What is their ethnic group?",
    "sexual_orientation": "Which best describes their sexual orientation?",
    "religion": "What is their religion?",
    "disability": "Do they have a condition that limits what they can do?",
    "marital_status": "Are they, or were they, married or in a civil partnership?",
    "pregnancy": "Are they pregnant, or did they give birth in the last 26 weeks?",
}
_HINTS: Mapping[str, str] = {
    "disability": "A condition or illness of body or mind that lasts 12 months or longer.",
}


@get("/participants/{participant_id:uuid}/equality", guards=_MANAGE, include_in_schema=False)
async def equality_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form for a person's answers; the view is audited."""
    person = await to_change(participant_id, actor)
    stored = await answers_of_person(participant_id, scope=actor.scope)
    await viewed(
        audit.Subject.PARTICIPANT, person.id, side=person.side,
        organisation_id=person.organisation_id, by=actor,
    )  # fmt: skip
    typed = {**asdict(stored.answers), "version": str(stored.version)}
    return await _form(request, person, typed)


@post("/participants/{participant_id:uuid}/equality", guards=_MANAGE, include_in_schema=False)
async def save(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record a person's answers."""
    form = Form(await request.form())
    person = await to_change(participant_id, actor)
    try:
        answers = _answers(form)
        version = form.version(lowest=0)
        form.check()
        await save_answers(participant_id, answers, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="sex")
        typed, meanwhile = dict(form.typed), []
        if isinstance(error, StaleVersionError):
            stored = await answers_of_person(participant_id, scope=actor.scope)
            typed["version"] = str(stored.version)
            meanwhile = _in_words(stored)
        return await _form(
            request, person, typed, meanwhile=meanwhile, status=status, errors=errors
        )
    return Redirect(f"/participants/{participant_id}?saved=equality", status_code=303)


def _answers(form: Form) -> Answers:
    chosen = {
        question: form.choice(question, "one of the answers", known)
        for question, known in QUESTIONS.items()
    }
    return Answers.of(chosen)


def _in_words(view: EqualityView) -> list[tuple[str, str]]:
    """Answer what somebody else recorded, question by question, less what was not asked."""
    return [
        (QUESTION_WORDS[question], answer_words(answer))
        for question, answer in asdict(view.answers).items()
        if answer != NOT_ASKED
    ]


async def _form(
    request: AnyRequest, person: ParticipantView, typed: Mapping[str, str], **how: Any
) -> Page:
    questions = [
        {
            "field": question,
            "label": _ASKED_AS[question],
            "hint": _HINTS.get(question, ""),
            "items": options(
                [(answer.value, answer_words(answer)) for answer in _offered(known)],
                typed.get(question, NOT_ASKED),
            ),
        }
        for question, known in QUESTIONS.items()
    ]
    return page(
        request, "participants/equality.html",
        **{"person": person, "typed": typed, "questions": questions, "meanwhile": [], **how},
    )  # fmt: skip


def _offered(known: type[StrEnum]) -> list[StrEnum]:
    """Answer what can be chosen, "Not asked" first: it is what holds until somebody answers."""
    return sorted(known, key=lambda answer: answer != NOT_ASKED)


ROUTES = [equality_page, save]
