"""Links an account to its own staff record."""

from uuid import UUID

from accounts.queries import account_by_email
from core import database
from core.errors import InvalidInputError
from core.scope import Actor
from training.services.careers import managers_of, note, posts_of, to_change, write
from training.tables import Staff

_NOBODY = "No account with that e-mail can be linked"


async def link_account(staff_id: UUID, email: str | None, *, version: int, by: Actor) -> None:
    """Link the account with an e-mail to a member of staff, or with ``None`` none any more.

    Whoever signs in with it sees this record and what those whom they manage have to do. An
    account that is not there and one that is linked to somebody else look the same.

    Raises:
        InvalidInputError: no account with the e-mail can be linked.
        NotFoundError: there is no such member of staff in the person's organisations.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await to_change(staff_id, version, by=by)
    account_id = await _to_link(email, by=by) if email else None
    async with database.transaction():
        with database.refusing(Staff, staff_account_once=_refusal()):
            await write(
                person, posts_of(person), managers_of(person),
                of_person={"account": account_id}, by=by,
            )  # fmt: skip
        await note(
            "staff_account_linked", person, by=by,
            before={"account": person.account_id}, after={"account": account_id},
        )  # fmt: skip


async def _to_link(email: str, *, by: Actor) -> UUID:
    account_id = await account_by_email(email, scope=by.scope)
    if account_id is None:
        raise _refusal()
    return account_id


def _refusal() -> InvalidInputError:
    return InvalidInputError.of("email", _NOBODY)
