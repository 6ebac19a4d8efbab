"""Signing in and out, choosing and changing a password."""

from typing import Annotated, Any
from urllib.parse import unquote

from litestar import Request, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from accounts.errors import SignInRefusedError, TooManyAttemptsError
from accounts.services import sign_in as service
from api.guards import PUBLIC, signed_in
from api.pages.forms import Form
from api.pages.rendering import AnyRequest, Page, page
from api.security import COOKIE
from core.errors import FieldError, InvalidInputError
from core.scope import Actor
from core.settings import Settings

_DEMO_NOTE = "This is a demonstration: everybody in it is invented."


@get("/sign-in", opt=PUBLIC, operation_id="sign_in_page", include_in_schema=False)
async def sign_in_page(
    request: AnyRequest,
    settings: NamedDependency[Settings],
    wanted: Annotated[str, QueryParameter(name="next")] = "/",
) -> Page:
    """Show the form to sign in; ``next`` is the page that was asked for."""
    return _sign_in_form(request, settings, typed={"next": wanted})


@post("/sign-in", opt=PUBLIC, include_in_schema=False)
async def sign_in(request: AnyRequest, settings: NamedDependency[Settings]) -> Page:
    """Start a sign-in."""
    form = Form(await request.form())
    email = form.text("email", "your e-mail address", longest=254)
    password = form.text("password", "your password", longest=1000)
    address = request.client.host if request.client else ""
    try:
        form.check()
        token = await service.sign_in(email, password, address=address, key=settings.key_bytes)
    except InvalidInputError as error:
        return _sign_in_form(request, settings, form.typed, *error.errors, status=400)
    except SignInRefusedError as error:
        return _sign_in_form(
            request, settings, form.typed, FieldError("email", error.title), status=401
        )
    except TooManyAttemptsError as error:
        return _sign_in_form(
            request, settings, form.typed, FieldError("email", error.title), status=429
        )
    response = Redirect(_own_path(form.typed.get("next", "/")), status_code=303)
    response.set_cookie(
        Cookie(COOKIE, value=token, httponly=True, samesite="lax", secure=settings.secure_cookies)
    )
    return response


def _own_path(path: str) -> str:
    """Answer a path of this service; anything that could lead elsewhere becomes ``/``."""
    plain = unquote(unquote(path))
    own = plain.startswith("/") and not plain.startswith("//")
    return path if own and plain.isprintable() and "\\" not in plain else "/"


def _sign_in_form(
    request: AnyRequest,
    settings: Settings,
    typed: dict[str, str],
    *errors: FieldError,
    status: int = 200,
) -> Page:
    note = _DEMO_NOTE if settings.demo else ""
    return page(request, "sign_in.html", typed=typed, note=note, errors=errors, status=status)


@post("/sign-out", guards=[signed_in], include_in_schema=False)
async def sign_out(request: Request[Actor, str, Any], actor: NamedDependency[Actor]) -> Redirect:
    """End the sign-in."""
    await service.sign_out(request.auth, by=actor)
    response = Redirect("/sign-in", status_code=303)
    response.delete_cookie(COOKIE)
    return response


@get("/choose-password/{token:str}", opt=PUBLIC, include_in_schema=False)
async def choose_password_page(request: AnyRequest, token: FromPath[str]) -> Page:
    """Show the form to choose a password after following a one-time link."""
    await service.check_link(token)
    return page(request, "choose_password.html", token=token)


@post("/choose-password/{token:str}", opt=PUBLIC, include_in_schema=False)
async def choose_password(request: AnyRequest, token: FromPath[str]) -> Page:
    """Set the chosen password."""
    form = Form(await request.form())
    try:
        await service.choose_password(token, form.typed.get("password", ""))
    except InvalidInputError as error:
        return page(request, "choose_password.html", token=token, errors=error.errors, status=400)
    return Redirect("/sign-in", status_code=303)


@get("/change-password", guards=[signed_in], include_in_schema=False)
async def change_password_page(request: AnyRequest) -> Page:
    """Show the form to change one's password."""
    return page(request, "change_password.html")


@post("/change-password", guards=[signed_in], include_in_schema=False)
async def change_password(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Change one's password; every sign-in of the account ends."""
    form = Form(await request.form())
    current = form.typed.get("current_password", "")
    try:
        await service.change_password(current, form.typed.get("password", ""), by=actor)
    except InvalidInputError as error:
        return page(request, "change_password.html", errors=error.errors, status=400)
    return Redirect("/sign-in", status_code=303)


ROUTES = [
    sign_in_page, sign_in, sign_out, choose_password_page, choose_password,
    change_password_page, change_password,
]  # fmt: skip
