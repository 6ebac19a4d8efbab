"""Wordings: added, changed, and allowed by a second person where the check objects (G11)."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import SYSTEM, Actor, Permission
from core.text import is_plain
from messaging.domain import wording
from messaging.domain.defaults import DEFAULTS, default_name
from messaging.domain.languages import ENGLISH, is_language
from messaging.domain.lint import FindingKind
from messaging.domain.terms import RuleKind
from messaging.errors import (
    NothingToAllowError,
    OwnWordingError,
    TemplateNameTakenError,
)
from messaging.queries.templates import noted
from messaging.services.stale import stale_version
from messaging.tables import MessageTemplate

LONGEST_NAME = 80
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A wording to keep."""

    name: str
    language: str
    kind: RuleKind
    body: str


async def ensure_default_templates() -> None:
    """Make the wordings that an installation begins with, once; what was changed stays so."""
    now = clock.now()
    rows = [
        (new_id(), default.name, language, body, now, 1, default.kind.value, "[]", now, "")
        for default in DEFAULTS
        for language, body in default.bodies.items()
    ]
    async with database.transaction():
        await database.run(
            "INSERT INTO message_templates (id, name, language, body, created_at, version,"
            " kind, findings, saved_at, allowed_reason) VALUES {}"
            " ON CONFLICT (name, language) DO NOTHING",
            database.values_list(rows),
        )


async def default_template(kind: RuleKind) -> UUID:
    """Answer the English wording of a kind that every installation has."""
    await ensure_default_templates()
    rows = await MessageTemplate.select(MessageTemplate.id).where(
        MessageTemplate.name == default_name(kind), MessageTemplate.language == ENGLISH
    )
    found: UUID = rows[0]["id"]
    return found


async def add_template(draft: Draft, *, names: Collection[str], by: Actor) -> UUID:
    """Add a wording and answer its id; with findings it is not used before somebody allows it.

    ``names`` are those of organisations, programmes and places, which no text may say.

    Raises:
        InvalidInputError: with every field that cannot be accepted.
        TemplateNameTakenError: the installation has this wording in this language.
    """
    by.require(Permission.MANAGE_TEMPLATES)
    _refuse(draft, [await _kind_fault(draft)])
    now = clock.now()
    row = MessageTemplate(
        id=new_id(), name=draft.name.strip(), language=draft.language, kind=draft.kind,
        body=_tidy(draft.body), findings=_findings(draft, names), saved_by=by.account_id,
        saved_at=now, created_at=now,
    )  # fmt: skip
    async with database.transaction():
        with database.refusing(
            MessageTemplate, template_name_once_per_language=TemplateNameTakenError()
        ):
            await row.save()
        await _note("message_template_added", row.id, by)
    return row.id


async def change_template(
    template_id: UUID, body: str, *, version: int, names: Collection[str], by: Actor
) -> int:
    """Change what a wording says and answer its new version; what was allowed is so no longer.

    Raises:
        InvalidInputError: with every field that cannot be accepted.
        NotFoundError: there is none with this id.
        StaleVersionError: somebody saved it in the meantime.
    """
    by.require(Permission.MANAGE_TEMPLATES)
    stored = await _stored(template_id)
    draft = Draft(stored.name, stored.language, RuleKind(stored.kind), body)
    _refuse(draft)
    async with database.transaction():
        changed = await (
            MessageTemplate.update(
                {
                    MessageTemplate.body: _tidy(body),
                    MessageTemplate.findings: _findings(draft, names),
                    MessageTemplate.saved_by: by.account_id,
                    MessageTemplate.saved_at: clock.now(),
                    MessageTemplate.allowed_by: None,
                    MessageTemplate.allowed_at: None,
                    MessageTemplate.allowed_reason: "",
                    MessageTemplate.version: version + 1,
                }
            )
            .where(MessageTemplate.id == template_id, MessageTemplate.version == version)
            .returning(MessageTemplate.id)
        )
        if changed:
            await _note("message_template_changed", template_id, by, changed=["body"])
    if not changed:
        raise await stale_version(template_id, by=by)
    return version + 1


async def allow_template(template_id: UUID, *, reason: str, version: int, by: Actor) -> int:
    """Take the findings of a wording upon oneself, and answer its new version (G11).

    Raises:
        InvalidInputError: no reason is given.
        NotFoundError: there is none with this id.
        NothingToAllowError: nothing was found in it, or it is allowed already.
        OwnWordingError: whoever saved it does not allow it.
        StaleVersionError: it says something else by now.
    """
    by.require(Permission.MANAGE_TEMPLATES)
    if not 0 < len(reason.strip()) <= LONGEST_REASON or not is_plain(reason):
        raise InvalidInputError.of("reason", f"Say why, in at most {LONGEST_REASON} characters")
    stored = await _stored(template_id)
    if stored.saved_by == by.account_id:
        raise OwnWordingError
    if stored.version == version and (not noted(stored.findings) or stored.allowed_by):
        raise NothingToAllowError
    async with database.transaction():
        allowed = await (
            MessageTemplate.update(
                {
                    MessageTemplate.allowed_by: by.account_id,
                    MessageTemplate.allowed_at: clock.now(),
                    MessageTemplate.allowed_reason: reason.strip(),
                    MessageTemplate.version: version + 1,
                }
            )
            .where(MessageTemplate.id == template_id, MessageTemplate.version == version)
            .returning(MessageTemplate.id)
        )
        if allowed:
            await _note("message_template_allowed", template_id, by, reason=reason.strip())
    if not allowed:
        raise await stale_version(template_id, by=by)
    return version + 1


async def recheck(*, names: Collection[str]) -> int:
    """Check every wording again with the names of today; answer in how many something is new.

    Such a wording waits for a second person again: a name may have been given since it was saved.
    """
    count = 0
    for row in await MessageTemplate.objects():
        draft = Draft(row.name, row.language, RuleKind(row.kind), row.body)
        findings = _findings(draft, names)
        known = {one.key for one in noted(row.findings)}
        if {one.key for one in noted(findings)} <= known:
            continue
        async with database.transaction():
            found = await (
                MessageTemplate.update(
                    {
                        MessageTemplate.findings: findings,
                        MessageTemplate.allowed_by: None,
                        MessageTemplate.allowed_at: None,
                        MessageTemplate.allowed_reason: "",
                        MessageTemplate.version: row.version + 1,
                    }
                )
                .where(MessageTemplate.id == row.id, MessageTemplate.version == row.version)
                .returning(MessageTemplate.id)
            )
            for one in found:
                await _note("message_template_rechecked", one["id"], SYSTEM, changed=["findings"])
        count += len(found)
    return count


async def _stored(template_id: UUID) -> MessageTemplate:
    row = await MessageTemplate.objects().get(MessageTemplate.id == template_id)
    if row is None:
        raise NotFoundError
    return row


async def _kind_fault(draft: Draft) -> FieldError | None:
    """Answer that the same wording in another language is about something else, or ``None``."""
    others = await MessageTemplate.exists().where(
        MessageTemplate.name == draft.name.strip(), MessageTemplate.kind != draft.kind
    )
    message = "The wording of this name in another language is about something else"
    return FieldError("kind", message) if others else None


def _refuse(draft: Draft, others: Sequence[FieldError | None] = ()) -> None:
    faults = [fault for fault in others if fault is not None]
    if not 0 < len(draft.name.strip()) <= LONGEST_NAME or not is_plain(draft.name):
        faults.append(FieldError("name", f"Enter a name of at most {LONGEST_NAME} characters"))
    if not is_language(draft.language):
        faults.append(FieldError("language", "Select a language"))
    if not is_plain(draft.body, lines=True):
        faults.append(FieldError("body", "Enter text without control characters"))
    else:
        said = wording.mistakes(_tidy(draft.body), draft.language, draft.kind)
        faults.extend(FieldError("body", one) for one in said)
    if faults:
        raise InvalidInputError("Some of the details need correcting", errors=faults)


def _tidy(body: str) -> str:
    return body.replace("\r\n", "\n").strip()


def _findings(draft: Draft, names: Collection[str]) -> str:
    """Answer what a second person must allow, as it is stored; a question is the rule's matter."""
    found = wording.findings(_tidy(draft.body), draft.language, names=names)
    return json.dumps(
        [
            {"kind": one.kind.value, "words": one.words, "key": one.key}
            for one in found
            if one.kind is not FindingKind.REPLY
        ]
    )


async def _note(
    action: str, template_id: UUID, by: Actor, *, changed: list[str] | None = None, reason: str = ""
) -> None:
    await audit.record(
        action,
        by=by,
        subject_type=audit.Subject.MESSAGE_TEMPLATE,
        subject=template_id,
        after={"changed": changed} if changed else None,
        reason=reason,
    )
