"""Closes out people whose time is over: what identifies them goes, de-identified counts stay (D13).

What stays is in ``programmes.domain.retention.KEPT``; a test walks every table with a personal
column, so that a new one is either removed here or named there.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.scope import Actor
from programmes.queries.retention import ClosedCase, due_case

_REMOVED = (
    "DELETE FROM safe_contacts WHERE participant = {}",
    "DELETE FROM former_numbers WHERE participant = {}",
    "DELETE FROM participant_needs WHERE participant = {}",
    "DELETE FROM equality_profiles WHERE participant = {}",
    "DELETE FROM case_workers WHERE participant = {}",
    "DELETE FROM risk_flags WHERE participant = {}",
    "DELETE FROM links WHERE perpetrator = {} OR survivor = {}",
    "DELETE FROM non_associations WHERE person = {} OR other = {}",
    "DELETE FROM conflicts WHERE participant = {} OR other = {}",
    (
        "DELETE FROM restriction_readers WHERE restriction IN"
        " (SELECT id FROM restrictions WHERE participant = {})"
    ),
    "DELETE FROM restrictions WHERE participant = {}",
    (
        "DELETE FROM planned_absences WHERE enrolment IN"
        " (SELECT id FROM enrolments WHERE participant = {})"
    ),
)
"""Rows that say nothing without the person: how to reach them, and whom they are tied to."""

_EMPTIED = (
    (
        "UPDATE referrals SET reference = '', referrer_name = '', referrer_agency = '',"
        " referrer_contact = '', reason = '', assessment_note = '' WHERE participant = {}"
    ),
    (
        "UPDATE referral_moves SET reason = '', note = '' WHERE referral IN"
        " (SELECT id FROM referrals WHERE participant = {})"
    ),
    (
        "UPDATE referral_amendments SET old_value = '', new_value = '', reason = '' WHERE referral"
        " IN (SELECT id FROM referrals WHERE participant = {})"
    ),
    (
        "UPDATE referrer_updates SET told_whom = '' WHERE referral IN"
        " (SELECT id FROM referrals WHERE participant = {})"
    ),
    (
        "UPDATE waiting_passes SET reason = '' WHERE referral IN"
        " (SELECT id FROM referrals WHERE participant = {})"
    ),
    "UPDATE enrolments SET plan = '' WHERE participant = {}",
    (
        "UPDATE pauses SET reason = '' WHERE enrolment IN"
        " (SELECT id FROM enrolments WHERE participant = {})"
    ),
    (
        "UPDATE attendances SET note = '' WHERE enrolment IN"
        " (SELECT id FROM enrolments WHERE participant = {})"
    ),
    (
        "UPDATE mark_changes SET note = '', absence_reason = NULL, reason = '' WHERE attendance IN"
        " (SELECT a.id FROM attendances a JOIN enrolments e ON e.id = a.enrolment"
        " WHERE e.participant = {})"
    ),
    (
        "UPDATE absence_reviews SET note = '' WHERE enrolment IN"
        " (SELECT id FROM enrolments WHERE participant = {})"
    ),
    (
        "UPDATE welfare_checks SET note = '' WHERE enrolment IN"
        " (SELECT id FROM enrolments WHERE participant = {})"
    ),
    (
        "UPDATE sessions SET covered = '', cancelled_reason = '' WHERE"
        " cohort IN (SELECT cohort FROM enrolments WHERE participant = {})"
        " AND enrolment IN (SELECT id FROM enrolments WHERE participant = {})"
    ),
    "UPDATE legal_holds SET reason = '' WHERE participant = {}",
)
"""Rows that are counted, and so stay, without what was written in them."""

_GROUPS_LOG = (
    "UPDATE sessions SET covered = '' WHERE covered <> '' AND cohort IN"
    " (SELECT mine.cohort FROM enrolments mine WHERE mine.participant = {})"
    " AND NOT EXISTS (SELECT 1 FROM enrolments e JOIN participants p ON p.id = e.participant"
    " WHERE e.cohort = sessions.cohort AND p.closed_out_at IS NULL)"
)
"""What a group wrote of its sessions goes when the last of its people does."""

_PERSON = (
    "UPDATE participants SET given_name = '', family_name = '', preferred_name = '',"
    " born_on = NULL, reference = '', area = '', closed_out_at = {}, version = version + 1"
    " WHERE id = {}"
)

Elsewhere = Callable[[UUID], Awaitable[None]]
"""Empties what another room holds of the person, in the same transaction."""


async def close_out(participant_id: UUID, *, years: int, also: Elsewhere, by: Actor) -> bool:
    """Close a person out if their time is over and no hold stands; tell whether it was done.

    Whether it is, is asked in the transaction, with the person locked: a hold or a referral made
    at the same moment comes before it, or finds nobody.
    """
    async with database.transaction():
        await database.lock("SELECT id FROM participants WHERE id = {} FOR UPDATE", participant_id)
        case = await due_case(participant_id, scope=by.scope, years=years)
        if case is None or case.on_hold:
            return False
        for statement in (*_REMOVED, *_EMPTIED):
            await database.run(statement, *[participant_id] * statement.count("{}"))
        await database.run(_PERSON, clock.now(), participant_id)
        await database.run(_GROUPS_LOG, participant_id)
        await also(participant_id)
        await _note(case, by=by)
        await announce(people={participant_id})
    return True


async def _note(case: ClosedCase, *, by: Actor) -> None:
    await audit.record(
        "participant_closed_out", by=by, subject_type=audit.Subject.PARTICIPANT,
        subject=case.participant_id, side=case.side, organisation_id=case.organisation_id,
        after={"due_on": case.due_on},
    )  # fmt: skip
