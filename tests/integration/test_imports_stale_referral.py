"""A spreadsheet never writes over what somebody saved since it was read."""

import pytest

from core.errors import StaleVersionError
from core.scope import SYSTEM
from programmes.services.imports.referral_rows import _change
from programmes.tables import Referral
from tests.factories_programmes import make_participant, make_programme, make_referral


async def test_a_referral_of_another_version_is_not_changed(db: None) -> None:
    programme = await make_programme()
    referral_id = await make_referral(
        participant_id=await make_participant(), programme_id=programme.id
    )

    with pytest.raises(StaleVersionError):
        await _change(Referral, referral_id, 7, {"reason": "Another"}, by=SYSTEM)

    [row] = await Referral.select(Referral.reason).where(Referral.id == referral_id)
    assert row["reason"] == ""
