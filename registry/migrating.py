"""Migrations that Piccolo cannot draw up by itself: scripts of partial indexes, checks and triggers."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.database import execute_script


def scripted(migration_id: str, app_name: str, description: str, forwards: str, backwards: str) -> MigrationManager:
    """A migration that runs one script forwards and another backwards."""
    manager = MigrationManager(migration_id=migration_id, app_name=app_name, description=description)

    async def run() -> None:
        await execute_script(forwards)

    async def run_back() -> None:
        await execute_script(backwards)

    manager.add_raw(run)
    manager.add_raw_backwards(run_back)
    return manager
