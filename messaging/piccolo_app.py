"""Lets Piccolo's own tools find this room's tables; Alembic owns the schema."""

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="messaging",
    migrations_folder_path="",
    table_classes=table_finder(
        modules=[
            f"messaging.tables.{part}" for part in ("rules", "outbox", "provider", "switches")
        ],
        exclude_imported=True,
    ),
)
