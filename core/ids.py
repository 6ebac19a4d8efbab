"""Time-ordered ids (UUID version 7), so that lists in id order are lists in order of making."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """Answer a new id."""
    return uuid_utils.compat.uuid7()
