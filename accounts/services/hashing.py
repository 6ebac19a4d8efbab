"""Password hashes (argon2id) and token hashes; slow work runs off the event loop, bounded.

Cost: OWASP's m=19456 KiB, t=2, p=1 (docs/safety.md).
"""

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_NOBODYS_HASH = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"
"""Verified against when there is no account, so that the answer takes the same time.

No password gives it. To make one would take 19 MB and 20 ms of every start.
"""


async def hash_password(password: str) -> str:
    """Answer the argon2id hash of a password."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def password_matches(stored: str | None, password: str) -> bool:
    """Tell whether the password is the stored one; takes as long where nothing is stored."""
    matches = await asyncio.get_running_loop().run_in_executor(
        _THREADS, _verify, stored or _NOBODYS_HASH, password
    )
    return matches and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """Answer a new secret of 256 bits for a cookie, a link or a program."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Answer what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
