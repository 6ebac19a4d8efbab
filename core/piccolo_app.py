"""Lets Piccolo's own tools find the kernel's tables; Alembic owns the schema."""

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="core",
    migrations_folder_path="",
    table_classes=table_finder(modules=["core.tables"], exclude_imported=True),
)
