"""What a person's file is made of: one statement for each kind of record, about that person alone.

A test fills every personal column and holds that each is here, or is named with its reason in
``programmes.domain.subject_access.LEFT_OUT``.
"""

from dataclasses import dataclass

from programmes.domain.subject_access import Field, Kind

_C, _D, _I, _N, _W, _Y = Kind.CODE, Kind.DAY, Kind.INSTANT, Kind.NUMBER, Kind.WORKER, Kind.YES_NO


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of record; its statement takes the person's id first."""

    key: str
    title: str
    fields: tuple[Field, ...]
    sql: str
    of_person: str = ""
    """What ends the statement where several share it."""


_PROGRAMME = Field("programme", "Programme")
_GROUP = Field("cohort", "Group")
_UNIT = Field("unit", "Unit")
_WHEN = Field("starts_at", "Session", _I)
_NOTE = Field("note", "Note")
_RECORDED = (Field("recorded_at", "Written down", _I), Field("recorded_by", "By", _W))
_MARK = (
    Field("outcome", "Mark", _C),
    Field("minutes_attended", "Minutes attended", _N),
    Field("minutes_late", "Minutes late", _N),
    Field("absence_reason", "Reason for absence", _C),
    Field("acceptable", "Reason was acceptable", _Y),
    Field("engaged", "Took part", _Y),
    _NOTE,
)

_OF_REFERRAL = (
    " JOIN referrals r ON r.id = x.referral JOIN programmes g ON g.id = r.programme"
    " WHERE r.participant = {} ORDER BY x.id"
)
_OF_ENROLMENT = (
    " JOIN enrolments e ON e.id = x.enrolment JOIN cohorts c ON c.id = e.cohort"
    " WHERE e.participant = {}"
)
_OF_SESSION = (
    " JOIN sessions s ON s.id = x.session JOIN units u ON u.id = s.unit"
    " JOIN enrolments e ON e.id = x.enrolment JOIN cohorts c ON c.id = e.cohort"
    " WHERE e.participant = {} ORDER BY s.starts_at, x.id"
)

HELD = (
    Held(
        "person", "Details",
        (
            Field("given_name", "First name"), Field("family_name", "Last name"),
            Field("preferred_name", "Name you use"), Field("born_on", "Born on", _D),
            Field("reference", "Reference"), Field("area", "Area"),
            Field("created_at", "Added", _I),
        ),
        (
            "SELECT p.given_name, p.family_name, p.preferred_name, p.born_on, p.reference, p.area,"
            " p.created_at FROM participants p WHERE p.id = {}"
        ),
    ),
    Held(
        "needs", "What you need, and when you can come",
        (
            Field("availability", "You can come on", Kind.PARTS_OF_DAYS),
            Field("access_needs", "Access"), Field("learning_needs", "Learning"),
            Field("interpreter_language", "Interpreter for"),
            Field("updated_at", "Written down", _I),
        ),
        (
            "SELECT n.availability, n.access_needs, n.learning_needs, n.interpreter_language,"
            " n.updated_at FROM participant_needs n WHERE n.participant = {}"
        ),
    ),
    Held(
        "equality", "What you answered about yourself, for equality monitoring",
        (
            Field("sex", "Sex", _C), Field("gender_identity", "Gender identity", _C),
            Field("ethnicity", "Ethnic group", _C),
            Field("sexual_orientation", "Sexual orientation", _C),
            Field("religion", "Religion", _C), Field("disability", "Health and disability", _C),
            Field("marital_status", "Marriage or civil partnership", _C),
            Field("pregnancy", "Pregnancy", _C), Field("updated_at", "Written down", _I),
        ),
        (
            "SELECT q.sex, q.gender_identity, q.ethnicity, q.sexual_orientation, q.religion,"
            " q.disability, q.marital_status, q.pregnancy, q.updated_at"
            " FROM equality_profiles q WHERE q.participant = {}"
        ),
    ),
    Held(
        "safe_contact", "Safe contact",
        (
            Field("number", "Number"), Field("sms", "Texts", _C),
            Field("confirmed_on", "Confirmed on", _D), Field("windows", "Safe times", Kind.HOURS),
            Field("language", "Language", _C), Field("updated_at", "Written down", _I),
            Field("confirmed_by", "By", _W),
        ),
        (
            "SELECT k.number, k.sms, k.confirmed_on, k.windows, k.language, k.updated_at,"
            " k.confirmed_by FROM safe_contacts k WHERE k.participant = {}"
        ),
    ),
    Held(
        "former_numbers", "Numbers that you had before",
        (Field("number", "Number"), Field("replaced_at", "Until", _I)),
        (
            "SELECT x.number, x.replaced_at FROM former_numbers x WHERE x.participant = {}"
            " ORDER BY x.id"
        ),
    ),
    Held(
        "referrals", "Referrals",
        (
            _PROGRAMME, Field("reference", "Reference"), Field("source", "Who referred", _C),
            Field("referrer_agency", "Agency"), Field("mandate", "Why you attend", _C),
            Field("mandate_ends_on", "Until", _D), Field("received_on", "Received on", _D),
            Field("reason", "Reason"), Field("consent", "Consent", _C),
            Field("consent_on", "Consent on", _D), Field("assessed_on", "Assessed on", _D),
            Field("assessment_outcome", "Assessment", _C),
            Field("unsuitable_reason", "Why not suitable", _C),
            Field("assessment_note", "Note of the assessment"),
            Field("not_started_reason", "Why you did not start", _C),
            Field("status", "Where it stands", _C),
        ),
        (
            "SELECT g.name AS programme, r.reference, r.source, r.referrer_agency, r.mandate,"
            " r.mandate_ends_on, r.received_on, r.reason, r.consent, r.consent_on, r.assessed_on,"
            " r.assessment_outcome, r.unsuitable_reason, r.assessment_note, r.not_started_reason,"
            " r.status FROM referrals r JOIN programmes g ON g.id = r.programme"
            " WHERE r.participant = {} ORDER BY r.id"
        ),
    ),
    Held(
        "referral_moves", "What happened to each referral",
        (
            _PROGRAMME, Field("moved_on", "On", _D), Field("from_status", "From", _C),
            Field("to_status", "To", _C), Field("reason", "Reason"), _NOTE,
            Field("moved_by", "By", _W),
        ),
        (
            "SELECT g.name AS programme, x.moved_on, x.from_status, x.to_status, x.reason, x.note,"
            " x.moved_by FROM referral_moves x"
        ),
        _OF_REFERRAL,
    ),
    Held(
        "referral_amendments", "What was changed of each referral",
        (
            _PROGRAMME, Field("amended_at", "Changed", _I), Field("field", "What", _C),
            Field("old_value", "From"), Field("new_value", "To"), Field("reason", "Why"),
            Field("amended_by", "By", _W),
        ),
        (
            "SELECT g.name AS programme, x.amended_at, x.field, x.old_value, x.new_value, x.reason,"
            " x.amended_by FROM referral_amendments x JOIN referrals r ON r.id = x.referral"
            " JOIN programmes g ON g.id = r.programme WHERE r.participant = {}"
            " AND x.field NOT IN ('referrer_name', 'referrer_contact') ORDER BY x.id"
        ),
    ),
    Held(
        "referrer_updates", "What the referrer was told",
        (_PROGRAMME, Field("told_on", "On", _D), Field("told", "What", _C),
         Field("recorded_by", "By", _W)),
        "SELECT g.name AS programme, x.told_on, x.told, x.recorded_by FROM referrer_updates x",
        _OF_REFERRAL,
    ),
    Held(
        "waiting_passes", "When somebody else was given a place first",
        (_GROUP, Field("reason", "Reason"), *_RECORDED),
        (
            "SELECT c.code AS cohort, x.reason, x.recorded_at, x.recorded_by FROM waiting_passes x"
            " JOIN referrals r ON r.id = x.referral JOIN cohorts c ON c.id = x.cohort"
            " WHERE r.participant = {} ORDER BY x.id"
        ),
    ),
    Held(
        "enrolments", "Places in groups",
        (
            _PROGRAMME, _GROUP, Field("joined_on", "Joined on", _D),
            Field("started_on", "First attended on", _D), Field("status", "Where it stands", _C),
            Field("ended_on", "Ended on", _D), Field("exit_reason", "Why you left", _C),
            Field("end_review_on", "End review on", _D),
            Field("report_sent_on", "Report sent on", _D),
            Field("planned_sessions", "Sessions planned for you", _N), Field("plan", "Your plan"),
        ),
        (
            "SELECT g.name AS programme, c.code AS cohort, e.joined_on, e.started_on, e.status,"
            " e.ended_on, e.exit_reason, e.end_review_on, e.report_sent_on, e.planned_sessions,"
            " e.plan FROM enrolments e JOIN cohorts c ON c.id = e.cohort JOIN programme_versions v"
            " ON v.id = c.programme_version JOIN programmes g ON g.id = v.programme"
            " WHERE e.participant = {} ORDER BY e.id"
        ),
    ),
    Held(
        "pauses", "Pauses",
        (_GROUP, Field("from_on", "From", _D), Field("to_on", "To", _D), Field("reason", "Reason"),
         *_RECORDED),
        (
            "SELECT c.code AS cohort, x.from_on, x.to_on, x.reason, x.recorded_at, x.recorded_by"
            " FROM pauses x"
        ),
        _OF_ENROLMENT + " ORDER BY x.from_on, x.id",
    ),
    Held(
        "own_sessions", "Sessions for you alone",
        (_GROUP, _UNIT, _WHEN, Field("is_catch_up", "Catch-up", _Y), Field("status", "Status", _C),
         Field("covered", "What was covered"), Field("cancelled_reason", "Why it was cancelled")),
        (
            "SELECT c.code AS cohort, u.title AS unit, x.starts_at, x.is_catch_up, x.status,"
            " x.covered, x.cancelled_reason FROM sessions x JOIN units u ON u.id = x.unit"
        ),
        _OF_ENROLMENT + " AND x.cohort = e.cohort ORDER BY x.starts_at, x.id",
    ),
    Held(
        "marks", "Attendance",
        (_GROUP, _UNIT, _WHEN, *_MARK, *_RECORDED),
        (
            "SELECT c.code AS cohort, u.title AS unit, s.starts_at, x.outcome, x.minutes_attended,"
            " x.minutes_late, x.absence_reason, x.acceptable, x.engaged, x.note, x.recorded_at,"
            " x.recorded_by FROM attendances x"
        ),
        _OF_SESSION,
    ),
    Held(
        "mark_changes", "Attendance before it was corrected",
        (_GROUP, _UNIT, _WHEN, *_MARK, Field("reason", "Why it was corrected"),
         Field("changed_at", "Corrected", _I), Field("changed_by", "By", _W)),
        (
            "SELECT c.code AS cohort, u.title AS unit, s.starts_at, m.outcome, m.minutes_attended,"
            " m.minutes_late, m.absence_reason, m.acceptable, m.engaged, m.note, m.reason,"
            " m.changed_at, m.changed_by FROM mark_changes m JOIN attendances x"
            " ON x.id = m.attendance"
        ),
        _OF_SESSION,
    ),
    Held(
        "planned_absences", "Absences that you told us of",
        (_GROUP, _UNIT, _WHEN, Field("reason", "Reason", _C),
         Field("acceptable", "Reason was acceptable", _Y), _NOTE, *_RECORDED),
        (
            "SELECT c.code AS cohort, u.title AS unit, s.starts_at, x.reason, x.acceptable, x.note,"
            " x.recorded_at, x.recorded_by FROM planned_absences x"
        ),
        _OF_SESSION,
    ),
    Held(
        "absence_reviews", "Reviews of absences",
        (_GROUP, Field("cause", "Why", _C), Field("absences", "Absences", _N),
         Field("opened_at", "Opened", _I), Field("due_on", "Due on", _D),
         Field("closed_at", "Closed", _I), Field("outcome", "Outcome", _C), _NOTE,
         Field("closed_by", "By", _W)),
        (
            "SELECT c.code AS cohort, x.cause, x.absences, x.opened_at, x.due_on, x.closed_at,"
            " x.outcome, x.note, x.closed_by FROM absence_reviews x"
        ),
        _OF_ENROLMENT + " ORDER BY x.id",
    ),
    Held(
        "welfare_checks", "Calls after a missed session",
        (_GROUP, _UNIT, _WHEN, Field("due_on", "Due on", _D), Field("closed_at", "Closed", _I),
         Field("outcome", "Outcome", _C), _NOTE, Field("closed_by", "By", _W)),
        (
            "SELECT c.code AS cohort, u.title AS unit, s.starts_at, x.due_on, x.closed_at,"
            " x.outcome, x.note, x.closed_by FROM welfare_checks x"
        ),
        _OF_SESSION,
    ),
    Held(
        "outcomes", "Answers to questions about how it is going",
        (_GROUP, Field("measure", "Question"), Field("timepoint", "When", _C),
         Field("source", "Who answered", _C), Field("value", "Answer", _N),
         Field("taken_on", "On", _D), Field("recorded_by", "By", _W)),
        (
            "SELECT c.code AS cohort, m.name AS measure, x.timepoint, x.source, x.value,"
            " x.taken_on, x.recorded_by FROM outcome_values x"
            " JOIN measures m ON m.id = x.measure"
        ),
        _OF_ENROLMENT + " AND x.source <> {} ORDER BY x.taken_on, x.id",
    ),
)  # fmt: skip
"""In the order in which a file shows them."""

TO_AVOID = Held(
    "to_avoid", "Places to avoid",
    (Field("areas_to_avoid", "Areas"), Field("venues_to_avoid", "Venues")),
    (
        "SELECT n.areas_to_avoid, n.venues_to_avoid FROM participant_needs n"
        " WHERE n.participant = {}"
    ),
)  # fmt: skip
"""In the files of survivors only: a perpetrator's may say where somebody lives."""
