"""The Piccolo app `registry`: its tables and where their migrations lie."""

from __future__ import annotations

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="registry",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    # exclude_imported: otherwise a table that is only imported would be created by two apps.
    table_classes=table_finder(modules=["registry.tables"], exclude_imported=True),
    migration_dependencies=[],
)
