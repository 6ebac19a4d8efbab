"""Accounts, their grants, and organisations, for administrators."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts import queries
from accounts.domain.roles import Grant, GrantSide, Role
from accounts.services import directory
from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, words
from core.errors import (
    AppError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RuleBrokenError,
)
from core.pagination import Cursor
from core.scope import Actor, Permission, Scope
from core.settings import Settings

_ADMINISTRATORS = [requires(Permission.MANAGE_ACCOUNTS)]
_REFUSALS = (InvalidInputError, ConflictError, RuleBrokenError)
_EVERYWHERE = "all"
_SIDES = {
    GrantSide.PERPETRATOR: "Perpetrator",
    GrantSide.SURVIVOR: "Survivor",
    GrantSide.BOTH: "Both",
    GrantSide.NONE: "None: no cases",
}


@get("/accounts", guards=_ADMINISTRATORS, include_in_schema=False)
async def accounts_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show accounts and what each may do."""
    return await _list(request, actor, cursor)


async def _list(
    request: AnyRequest,
    actor: Actor,
    cursor: Cursor,
    *,
    typed: Mapping[str, str] | None = None,
    refused: AppError | None = None,
) -> Page:
    found = await queries.accounts(scope=actor.scope, cursor=cursor)
    names = await _names(actor.scope)
    return page(
        request, "accounts.html", typed=typed or {}, next=found.next,
        everywhere=_everywhere(actor.scope),
        rows=[
            {"account": item, "grants": [_grant_words(held, names) for held in item.grants]}
            for item in found.items
        ],
        **_said(refused, field="name"),
    )  # fmt: skip


@post("/accounts/organisations", guards=_ADMINISTRATORS, include_in_schema=False)
async def add_organisation(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add an organisation."""
    form = Form(await request.form())
    try:
        name = form.text("name", "the organisation's name")
        form.check()
        await directory.add_organisation(name, by=actor)
    except _REFUSALS as error:
        return await _list(request, actor, Cursor(), typed=form.typed, refused=error)
    return Redirect("/accounts?saved=organisation", status_code=303)


@get("/accounts/new", guards=_ADMINISTRATORS, include_in_schema=False)
async def new_account_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to add an account."""
    return await _new_account(request, actor, {})


@post("/accounts/new", guards=_ADMINISTRATORS, include_in_schema=False)
async def new_account(
    request: AnyRequest, actor: NamedDependency[Actor], settings: NamedDependency[Settings]
) -> Page:
    """Add an account and show its one-time link, this once."""
    form = Form(await request.form())
    try:
        email = form.text("email", "the e-mail address", longest=254)
        name = form.text("name", "the name")
        grant = _grant(form)
        form.check()
        _, token = await directory.add_account(email, name, by=actor, grant=grant)
    except _REFUSALS as error:
        return await _new_account(request, actor, form.typed, error)
    return _link_page(request, settings, token, heading="Account added")


async def _new_account(
    request: AnyRequest,
    actor: Actor,
    typed: Mapping[str, str],
    refused: AppError | None = None,
) -> Page:
    return page(
        request, "accounts_new.html", typed=typed, choices=await _choices(actor.scope, typed),
        **_said(refused, field="email"),
    )  # fmt: skip


@get("/accounts/{account_id:uuid}", guards=_ADMINISTRATORS, include_in_schema=False)
async def account_page(
    request: AnyRequest, account_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show an account and its grants."""
    return await _account(request, actor, account_id, {})


@post("/accounts/{account_id:uuid}/grants", guards=_ADMINISTRATORS, include_in_schema=False)
async def add_grant(
    request: AnyRequest, account_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Give the account a grant."""
    form = Form(await request.form())
    try:
        grant = _grant(form)
        form.check()
        await directory.add_grant(account_id, grant, by=actor)
    except _REFUSALS as error:
        return await _account(request, actor, account_id, form.typed, error)
    return Redirect(f"/accounts/{account_id}?saved=grant", status_code=303)


@post("/accounts/{account_id:uuid}/link", guards=_ADMINISTRATORS, status_code=200,
      include_in_schema=False)  # fmt: skip
async def issue_link(
    request: AnyRequest,
    account_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Show a new one-time link, this once, for somebody who forgot their password."""
    token = await directory.issue_link(account_id, by=actor)
    return _link_page(request, settings, token, heading="New link to choose a password")


def _link_page(request: AnyRequest, settings: Settings, token: str, *, heading: str) -> Page:
    link = f"{settings.public_url}/choose-password/{token}"
    return page(
        request, "accounts_link.html", link=link, days=directory.LINK_LIFE.days, heading=heading
    )


@post("/accounts/{account_id:uuid}/grants/{grant_id:uuid}/remove", guards=_ADMINISTRATORS,
      include_in_schema=False)  # fmt: skip
async def remove_grant(
    account_id: FromPath[UUID], grant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Take a grant away."""
    await directory.remove_grant(account_id, grant_id, by=actor)
    try:
        await queries.account(account_id, scope=actor.scope)
    except NotFoundError:  # that was its last grant in this administrator's organisation
        return Redirect("/accounts?saved=grant-removed", status_code=303)
    return Redirect(f"/accounts/{account_id}?saved=grant-removed", status_code=303)


async def _account(
    request: AnyRequest,
    actor: Actor,
    account_id: UUID,
    typed: Mapping[str, str],
    refused: AppError | None = None,
) -> Page:
    account = await queries.account(account_id, scope=actor.scope)
    names = await _names(actor.scope)
    return page(
        request, "accounts_one.html", account=account, typed=typed,
        grants=[
            {"id": held.id, "words": _grant_words(held, names),
             "removable": actor.scope.covers(Permission.MANAGE_ACCOUNTS, side=None,
                                             organisation_id=held.grant.organisation_id)}
            for held in account.grants
        ],
        choices=await _choices(actor.scope, typed), **_said(refused, field="role"),
    )  # fmt: skip


def _grant(form: Form) -> Grant:
    role = form.choice("role", "a role", Role)
    side = form.choice("side", "a side", GrantSide)
    if form.typed.get("organisation_id") == _EVERYWHERE:
        return Grant(role, side, None)
    return Grant(role, side, form.id("organisation_id", "an organisation"))


def _everywhere(scope: Scope) -> bool:
    return scope.covers(Permission.MANAGE_ACCOUNTS, side=None, organisation_id=None)


async def _names(scope: Scope) -> dict[UUID | None, str]:
    """Answer the names of the organisations whose accounts the scope administers."""
    names: dict[UUID | None, str] = {
        item.id: item.name
        for item in await queries.organisations(scope=scope)
        if scope.covers(Permission.MANAGE_ACCOUNTS, side=None, organisation_id=item.id)
    }
    return {None: "all organisations", **names} if _everywhere(scope) else names


async def _choices(scope: Scope, typed: Mapping[str, str]) -> dict[str, Any]:
    organisations = [
        (str(id) if id else _EVERYWHERE, name) for id, name in (await _names(scope)).items()
    ]
    return {
        "roles": options(
            [(role.value, words(role)) for role in Role], typed.get("role", ""), blank="Select"
        ),
        "sides": options(
            [(side.value, text) for side, text in _SIDES.items()],
            typed.get("side", ""), blank="Select",
        ),
        "organisations": options(
            organisations, typed.get("organisation_id", ""), blank="Select"
        ),
    }  # fmt: skip


def _grant_words(held: queries.HeldGrant, names: Mapping[UUID | None, str]) -> str:
    grant = held.grant
    side = "" if grant.side is GrantSide.NONE else f", {_SIDES[grant.side].lower()} side"
    where = names.get(grant.organisation_id, "another organisation")
    return f"{words(grant.role)}{side}, {where}".replace("both side", "both sides")


def _said(refused: AppError | None, *, field: str) -> dict[str, Any]:
    """Answer the status and the errors of a page; what names no field stands at ``field``."""
    if refused is None:
        return {}
    status, errors = refusal(refused, field=field)
    return {"errors": errors, "status": status}


ROUTES = [
    accounts_page, add_organisation, new_account_page, new_account, account_page, add_grant,
    issue_link, remove_grant,
]  # fmt: skip
