"""The Piccolo app `provenance`: where its migrations lie; its table is written by set-based SQL only."""

from __future__ import annotations

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="provenance",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=[],
    migration_dependencies=["registry.piccolo_app"],
)
