"""Lets Piccolo's own tools find this room's tables; Alembic owns the schema."""

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="programmes",
    migrations_folder_path="",
    table_classes=table_finder(
        modules=[
            f"programmes.tables.{part}"
            for part in (
                "curriculum",
                "cohorts",
                "people",
                "equality",
                "referrals",
                "enrolments",
                "sessions",
                "followups",
                "outcomes",
                "safety",
                "funding",
            )
        ],
        exclude_imported=True,
    ),
)
