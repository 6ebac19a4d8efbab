"""Posts, richer courses and requirements, events, what counts of records, and chasing.

Revision ID: 0015
"""

import uuid

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint, text

from migrations.steps import add_column, change_rules, drop_columns, partial_index, references
from migrations.types import (
    BOOLEAN,
    DATE,
    INTEGER,
    JSON,
    TIMESTAMPTZ,
    UUID,
    binary,
    numeric,
    varchar,
)

revision = "0015"
down_revision = "0014"

_SECTORS = (
    "\"sector\" IN ('health', 'housing', 'adult_social_care', 'childrens_social_care', "
    "'education', 'police', 'probation', 'fire', 'voluntary_da_specialist', "
    "'voluntary_other', 'substance_misuse', 'youth_justice', 'council_other', "
    "'elected_member', 'gp_practice')"
)
_GROUPS = (
    "\"staff_group\" IN ('front_line', 'manager', 'specialist', 'reception_admin', "
    "'volunteer', 'agency', 'student')"
)
_MOVED = "team, sector, staff_group, role, is_people_manager"
_POSITION_DAYS = (
    '("position" IS NULL) = ("in_position_since" IS NULL) '
    'AND ("position" IS NULL) = ("appointed_on" IS NULL)'
)
_LATEST = (
    "NOT EXISTS (SELECT 1 FROM training_records n WHERE n.staff = r.staff"
    " AND n.course = r.course AND n.verified AND n.completed_on > r.completed_on)"
)


def upgrade() -> None:
    _posts()
    _fill_posts()
    _courses_and_requirements()
    _events()
    _records()
    _chasing()
    _import_mappings()


def _posts() -> None:
    op.create_table(
        "positions",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("team", varchar(80), nullable=False),
        Column("sector", varchar(32), nullable=False),
        Column("staff_group", varchar(20), nullable=False),
        Column("role", varchar(80), nullable=False),
        Column("folded_role", varchar(160), nullable=False),
        Column("is_people_manager", BOOLEAN, nullable=False),
        Column("fte", numeric(3, 2), nullable=False),
        UniqueConstraint(
            "organisation", "team", "sector", "staff_group", "role", "is_people_manager", "fte",
            name="position_once",
        ),
        CheckConstraint(_SECTORS, name="position_sector_is_known"),
        CheckConstraint(_GROUPS, name="position_staff_group_is_known"),
        CheckConstraint('"fte" > 0 AND "fte" <= 1', name="position_fte_in_range"),
    )  # fmt: skip
    op.create_table(
        "posts",
        Column("id", UUID, primary_key=True),
        Column("staff", UUID, references("staff"), nullable=False),
        Column("position", UUID, references("positions"), nullable=False),
        Column("line_manager", UUID, references("staff"), nullable=True),
        Column("follows", UUID, references("posts"), nullable=True),
        Column("started_on", DATE, nullable=False),
        Column("ended_on", DATE, nullable=True),
        CheckConstraint(
            '"ended_on" IS NULL OR "ended_on" >= "started_on"', name="post_days_in_order"
        ),
        CheckConstraint(
            '"line_manager" IS NULL OR "line_manager" <> "staff"',
            name="post_is_not_its_own_manager",
        ),
    )
    op.create_index("posts_staff", "posts", ["staff"])
    partial_index(
        "posts_follows_once", "posts", ["follows"], where="follows IS NOT NULL", unique=True
    )
    op.create_index("posts_line_manager_idx", "posts", ["line_manager", "staff"])
    op.create_table(
        "leaver_proposals",
        Column("id", UUID, primary_key=True),
        Column("staff", UUID, references("staff"), nullable=False),
        Column("proposed_at", TIMESTAMPTZ, nullable=False),
        Column("decision", varchar(8), nullable=True),
        Column("decided_by", UUID, references("accounts"), nullable=True),
        Column("decided_at", TIMESTAMPTZ, nullable=True),
        CheckConstraint(
            "\"decision\" IS NULL OR \"decision\" IN ('ended', 'stays')",
            name="leaver_decision_is_known",
        ),
        CheckConstraint(
            '("decision" IS NULL) = ("decided_at" IS NULL)', name="leaver_decision_has_its_time"
        ),
    )
    partial_index(
        "leaver_proposals_open_once", "leaver_proposals", ["staff"],
        where="decision IS NULL", unique=True,
    )  # fmt: skip


def _fill_posts() -> None:
    """Make one post of what stood on each member of staff; it has their id."""
    connection = op.get_bind()
    combinations = connection.execute(
        text(f"SELECT DISTINCT organisation, {_MOVED} FROM staff")  # noqa: S608 - our own names
    ).fetchall()
    for combination in combinations:
        connection.execute(
            text(
                f"INSERT INTO positions (id, organisation, {_MOVED}, folded_role, fte)"  # noqa: S608
                " VALUES (:id, :o, :t, :s, :g, :r, :m, :f, 1)"
            ),
            {
                "id": str(uuid.uuid4()),
                "f": combination[4].casefold(),
                **dict(zip("otsgrm", combination, strict=True)),
            },
        )
    op.execute(
        "INSERT INTO posts (id, staff, position, started_on, ended_on)"
        " SELECT s.id, s.id, p.id, s.started_on, s.ended_on FROM staff s JOIN positions p"
        " ON p.organisation = s.organisation AND p.team = s.team AND p.sector = s.sector"
        " AND p.staff_group = s.staff_group AND p.role = s.role"
        " AND p.is_people_manager = s.is_people_manager"
    )
    change_rules(
        "staff",
        checks={
            "staff_sector_is_known": None,
            "staff_group_is_known": None,
            "staff_days_in_order": None,
        },
    )
    drop_columns(
        "staff", "team", "sector", "staff_group", "role", "is_people_manager", "started_on",
        "ended_on",
    )  # fmt: skip
    add_column("staff", "account", UUID, refers_to="accounts")
    add_column("staff", "position", UUID, refers_to="positions")
    add_column("staff", "in_position_since", DATE)
    add_column("staff", "appointed_on", DATE)
    held = "FROM posts WHERE posts.staff = staff.id AND ended_on IS NULL"
    held += " AND started_on <= CURRENT_DATE"
    op.execute(
        f"UPDATE staff SET position = (SELECT position {held}),"  # noqa: S608 - our own words
        f" in_position_since = (SELECT started_on {held}),"
        f" appointed_on = (SELECT started_on {held})"
    )
    change_rules(
        "staff",
        checks={"staff_position_has_its_days": _POSITION_DAYS},
    )
    op.create_index(
        "staff_position_idx", "staff", ["position", "in_position_since", "appointed_on", "id"]
    )
    partial_index(
        "staff_account_once", "staff", ["account"], where="account IS NOT NULL", unique=True
    )


def _courses_and_requirements() -> None:
    add_column("courses", "level", varchar(60), fill="''")
    add_column("courses", "pathway", varchar(60), fill="''")
    add_column("courses", "prerequisite", UUID, refers_to="courses")
    add_column("courses", "provider", varchar(120), fill="''")
    modes = "\"mode\" IN ('in_person', 'video', 'e_learning', 'hybrid')"
    add_column(
        "courses", "mode", varchar(12), fill="'in_person'", checks={"course_mode_is_known": modes}
    )
    add_column("courses", "retired_on", DATE)
    op.create_table(
        "course_equivalences",
        Column("id", UUID, primary_key=True),
        Column("course", UUID, references("courses"), nullable=False),
        Column("covers", UUID, references("courses"), nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint("course", "covers", name="course_equivalence_once"),
        CheckConstraint('"course" <> "covers"', name="course_equivalence_is_of_two"),
    )
    add_column("requirements", "basis", varchar(8), fill="'course'")
    add_column("requirements", "hours", numeric(5, 2))
    add_column("requirements", "window_months", INTEGER)
    add_column("requirements", "never_expires", BOOLEAN, fill="false")
    add_column("requirements", "by_level", BOOLEAN, fill="false")
    add_column("requirements", "roles", JSON, fill="'[]'")
    add_column("requirements", "min_fte", numeric(3, 2))
    add_column("requirements", "started_from", DATE)
    add_column("requirements", "started_before", DATE)
    add_column("requirements", "counted_from", varchar(12), fill="'start'")
    add_column("requirements", "due_within_months_of_start", INTEGER)
    add_column("requirements", "due_on", DATE)
    add_column("requirements", "transition_on", DATE)
    add_column("requirements", "transition_due_on", DATE)
    change_rules(
        "requirements", optional=["due_within_days_of_start"], checks=_requirement_checks()
    )


def _requirement_checks() -> dict[str, str]:
    return {
        "requirement_basis_is_known": "\"basis\" IN ('course', 'hours')",
        "requirement_counted_from_is_known": "\"counted_from\" IN ('start', 'role_change')",
        "requirement_fte_in_range": '"min_fte" IS NULL OR ("min_fte" > 0 AND "min_fte" <= 1)',
        "requirement_due_in_range": (
            '("due_within_days_of_start" IS NULL OR "due_within_days_of_start" BETWEEN 0 AND 3650)'
            ' AND ("due_within_months_of_start" IS NULL '
            'OR "due_within_months_of_start" BETWEEN 0 AND 120)'
        ),
        "requirement_is_due_one_way": (
            'CASE WHEN "due_within_days_of_start" IS NULL THEN 0 ELSE 1 END '
            '+ CASE WHEN "due_within_months_of_start" IS NULL THEN 0 ELSE 1 END '
            '+ CASE WHEN "due_on" IS NULL THEN 0 ELSE 1 END = 1'
        ),
        "requirement_transition_has_both_days": (
            '("transition_on" IS NULL) = ("transition_due_on" IS NULL)'
        ),
        "requirement_hours_have_their_window": (
            'CASE WHEN "basis" = \'hours\' THEN "hours" IS NOT NULL AND "hours" > 0 '
            'AND "window_months" IS NOT NULL AND "window_months" BETWEEN 1 AND 240 '
            'AND "validity_months" IS NULL AND NOT "never_expires" '
            'ELSE "hours" IS NULL AND "window_months" IS NULL END'
        ),
        "requirement_expires_or_never": 'NOT "never_expires" OR "validity_months" IS NULL',
    }


def _events() -> None:
    op.create_table(
        "training_events",
        Column("id", UUID, primary_key=True),
        Column("course", UUID, references("courses"), nullable=False),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("starts_at", TIMESTAMPTZ, nullable=False),
        Column("ends_at", TIMESTAMPTZ, nullable=False),
        Column("venue", varchar(160), nullable=False),
        Column("link", varchar(300), nullable=False),
        Column("places", INTEGER, nullable=False),
        Column("places_taken", INTEGER, nullable=False),
        Column("status", varchar(12), nullable=False),
        Column("cancelled_reason", varchar(200), nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(
            "\"status\" IN ('planned', 'held', 'cancelled')", name="training_event_status_is_known"
        ),
        CheckConstraint('"ends_at" > "starts_at"', name="training_event_times_in_order"),
        CheckConstraint('"places" BETWEEN 1 AND 1000', name="training_event_places_in_range"),
        CheckConstraint(
            '"places_taken" >= 0 AND "places_taken" <= "places"', name="training_event_has_places"
        ),
    )
    op.create_index("training_events_starts_at_idx", "training_events", ["starts_at", "id"])
    op.create_table(
        "bookings",
        Column("id", UUID, primary_key=True),
        Column("event", UUID, references("training_events"), nullable=False),
        Column("staff", UUID, references("staff"), nullable=False),
        Column("outcome", varchar(24), nullable=False),
        Column("booked_by", UUID, references("accounts"), nullable=True),
        Column("booked_at", TIMESTAMPTZ, nullable=False),
        Column("placed_at", TIMESTAMPTZ, nullable=True),
        Column("version", INTEGER, nullable=False),
        UniqueConstraint("event", "staff", name="booking_once"),
        CheckConstraint(
            "\"outcome\" IN ('booked', 'waitlisted', 'attended_full', 'left_early', 'no_show', "
            "'cancelled_by_staff', 'cancelled_by_provider')",
            name="booking_outcome_is_known",
        ),
    )
    op.create_index("bookings_staff_idx", "bookings", ["staff", "event"])


def _records() -> None:
    add_column("training_records", "counts", BOOLEAN, fill="false")
    add_column("training_records", "event", UUID, refers_to="training_events")
    add_column("training_records", "verified_by", UUID, refers_to="accounts")
    add_column("training_records", "verified_at", TIMESTAMPTZ)
    add_column("training_records", "withdrawn_by", UUID, refers_to="accounts")
    add_column("training_records", "withdrawn_at", TIMESTAMPTZ)
    add_column("training_records", "withdrawn_reason", varchar(200), fill="''")
    op.execute("UPDATE training_records SET counts = verified")
    op.drop_index("training_records_course_idx", "training_records")
    change_rules(
        "training_records",
        checks={
            "training_record_once": None,
            "training_record_counts_if_it_may": (
                'NOT "counts" OR ("verified" AND "withdrawn_at" IS NULL)'
            ),
        },
    )
    partial_index(
        "training_record_once", "training_records", ["staff", "course", "completed_on"],
        where="withdrawn_at IS NULL", unique=True,
    )  # fmt: skip
    partial_index(
        "training_records_unverified_idx", "training_records", ["completed_on", "staff"],
        where="NOT verified AND withdrawn_at IS NULL",
    )  # fmt: skip
    partial_index(
        "training_records_counting_idx", "training_records",
        ["course", "staff", "completed_on", "counts"], where="counts",
    )  # fmt: skip
    op.create_table(
        "current_records",
        Column("id", UUID, primary_key=True),
        Column("staff", UUID, references("staff"), nullable=False),
        Column("course", UUID, references("courses"), nullable=False),
        Column("completed_on", DATE, nullable=False),
        Column("position", UUID, references("positions"), nullable=True),
        UniqueConstraint("staff", "course", name="current_record_once"),
    )
    op.execute(
        "INSERT INTO current_records (id, staff, course, completed_on, position)"  # noqa: S608
        " SELECT r.id, r.staff, r.course, r.completed_on, s.position FROM training_records r"
        f" JOIN staff s ON s.id = r.staff WHERE r.verified AND {_LATEST}"
    )
    op.create_index(
        "current_records_position_idx", "current_records",
        ["course", "position", "completed_on", "staff"],
    )  # fmt: skip
    op.create_table(
        "certificates",
        Column("id", UUID, primary_key=True),
        Column("record", UUID, references("training_records"), nullable=False),
        Column("file_name", varchar(120), nullable=False),
        Column("media_type", varchar(20), nullable=False),
        Column("size_bytes", INTEGER, nullable=False),
        Column("content", binary(op.get_bind().dialect.name), nullable=False),
        Column("uploaded_by", UUID, references("accounts"), nullable=True),
        Column("uploaded_at", TIMESTAMPTZ, nullable=False),
        CheckConstraint(
            "\"media_type\" IN ('application/pdf', 'image/jpeg', 'image/png')",
            name="certificate_type_is_known",
        ),
        CheckConstraint('"size_bytes" BETWEEN 1 AND 5242880', name="certificate_size_in_range"),
    )
    op.create_index("certificates_record", "certificates", ["record"])


def _chasing() -> None:
    op.create_table(
        "training_notices",
        Column("id", UUID, primary_key=True),
        Column("kind", varchar(16), nullable=False),
        Column("channel", varchar(8), nullable=False),
        Column("organisation", UUID, references("organisations"), nullable=True),
        Column("account", UUID, references("accounts"), nullable=True),
        Column("staff", UUID, references("staff"), nullable=True),
        Column("period", varchar(60), nullable=False),
        Column("facts", JSON, nullable=False),
        Column("state", varchar(10), nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("changed_at", TIMESTAMPTZ, nullable=False),
        CheckConstraint(
            "\"kind\" IN ('lead_digest', 'manager_digest', 'expiry')",
            name="training_notice_kind_is_known",
        ),
        CheckConstraint(
            "\"channel\" IN ('task', 'email')", name="training_notice_channel_is_known"
        ),
        CheckConstraint(
            "\"state\" IN ('waiting', 'sending', 'sent', 'failed', 'doubtful', 'done')",
            name="training_notice_state_is_known",
        ),
        CheckConstraint(
            '("account" IS NULL) <> ("staff" IS NULL)', name="training_notice_is_for_somebody"
        ),
    )
    partial_index(
        "training_notices_account_once", "training_notices",
        ["account", "kind", "organisation", "period", "channel"],
        where="account IS NOT NULL", unique=True,
    )  # fmt: skip
    partial_index(
        "training_notices_everywhere_once", "training_notices",
        ["account", "kind", "period", "channel"],
        where="account IS NOT NULL AND organisation IS NULL", unique=True,
    )  # fmt: skip
    partial_index(
        "training_notices_staff_once", "training_notices",
        ["staff", "kind", "period", "channel"], where="staff IS NOT NULL", unique=True,
    )  # fmt: skip
    op.create_index("training_notices_state_idx", "training_notices", ["state", "id"])


def _import_mappings() -> None:
    op.create_table(
        "import_mappings",
        Column("id", UUID, primary_key=True),
        Column("kind", varchar(20), nullable=False),
        Column("source", varchar(60), nullable=False),
        Column("account", UUID, nullable=False),
        Column("headings", JSON, nullable=False),
        Column("saved_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint("kind", "source", "account", name="import_mapping_once"),
    )


def downgrade() -> None:
    op.drop_table("import_mappings")
    op.drop_table("training_notices")
    op.drop_table("certificates")
    op.drop_table("current_records")
    _back_records()
    op.drop_table("bookings")
    op.drop_table("training_events")
    _back_courses_and_requirements()
    _back_staff()
    op.drop_table("leaver_proposals")
    op.drop_table("posts")
    op.drop_table("positions")


def _back_records() -> None:
    op.execute("DELETE FROM training_records WHERE withdrawn_at IS NOT NULL")
    op.drop_index("training_records_unverified_idx", "training_records")
    op.drop_index("training_records_counting_idx", "training_records")
    op.drop_index("training_record_once", "training_records")
    change_rules(
        "training_records",
        checks={
            "training_record_counts_if_it_may": None,
            "training_record_once": "UNIQUE (staff, course, completed_on)",
        },
    )
    drop_columns(
        "training_records", "counts", "event", "verified_by", "verified_at", "withdrawn_by",
        "withdrawn_at", "withdrawn_reason",
    )  # fmt: skip
    op.create_index(
        "training_records_course_idx", "training_records", ["course", "staff", "completed_on"]
    )


def _back_courses_and_requirements() -> None:
    """Rules that were not possible before go, with what exempted from them."""
    new = "due_within_days_of_start IS NULL OR basis = 'hours'"
    op.execute(
        f"DELETE FROM exemptions WHERE requirement IN (SELECT id FROM requirements WHERE {new})"  # noqa: S608 - our own words
    )
    op.execute(f"DELETE FROM requirements WHERE {new}")  # noqa: S608 - our own words
    due = '"due_within_days_of_start" BETWEEN 0 AND 3650'
    change_rules(
        "requirements",
        required=["due_within_days_of_start"],
        checks={**dict.fromkeys(_requirement_checks()), "requirement_due_in_range": due},
    )
    drop_columns(
        "requirements", "basis", "hours", "window_months", "never_expires", "by_level", "roles",
        "min_fte", "started_from", "started_before", "counted_from", "due_within_months_of_start",
        "due_on", "transition_on", "transition_due_on",
    )  # fmt: skip
    op.drop_table("course_equivalences")
    change_rules("courses", checks={"course_mode_is_known": None})
    drop_columns("courses", "level", "pathway", "prerequisite", "provider", "mode", "retired_on")


def _back_staff() -> None:
    """Put each person's last post back onto them."""
    op.drop_index("staff_account_once", "staff")
    op.drop_index("staff_position_idx", "staff")
    change_rules("staff", checks={"staff_position_has_its_days": None})
    drop_columns("staff", "account", "position", "in_position_since", "appointed_on")
    for column, kind, fill in (
        ("team", varchar(80), "''"),
        ("sector", varchar(32), "'council_other'"),
        ("staff_group", varchar(20), "'front_line'"),
        ("role", varchar(80), "''"),
        ("is_people_manager", BOOLEAN, "false"),
        ("started_on", DATE, "'1950-01-01'"),
    ):
        add_column("staff", column, kind, fill=fill)
    add_column("staff", "ended_on", DATE)
    last = (
        "FROM posts o JOIN positions p ON p.id = o.position WHERE o.staff = staff.id"
        " ORDER BY o.started_on DESC, o.id DESC LIMIT 1"
    )
    moved = [*_MOVED.split(", "), "started_on", "ended_on"]
    taken = ", ".join(f"{column} = (SELECT {column} {last})" for column in moved)
    op.execute(
        f"UPDATE staff SET {taken}"  # noqa: S608 - our own words
        " WHERE EXISTS (SELECT 1 FROM posts WHERE posts.staff = staff.id)"
    )
    change_rules(
        "staff",
        checks={
            "staff_sector_is_known": _SECTORS,
            "staff_group_is_known": _GROUPS,
            "staff_days_in_order": '"ended_on" IS NULL OR "ended_on" >= "started_on"',
        },
    )
