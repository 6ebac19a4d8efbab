"""Lets Piccolo's own tools find this room's tables; Alembic owns the schema."""

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="accounts",
    migrations_folder_path="",
    table_classes=table_finder(modules=["accounts.tables"], exclude_imported=True),
)
