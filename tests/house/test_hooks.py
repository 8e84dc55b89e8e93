"""The hooks: specified, documented, implemented by what is shipped, and doing what they say."""

from __future__ import annotations

import inspect
import re
from datetime import date, timedelta
from importlib import import_module
from types import ModuleType
from typing import Any

import pluggy
import pytest

from plugins import hookspecs, manager
from registry import database
from registry.records_table import table_of
from tests.conftest import World
from tests.house.sources import ROOT, python_files

PAGE = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
SPECIFIED = {name: hook for name, hook in vars(hookspecs).items() if hasattr(hook, "silver_registry_spec")}


@pytest.mark.parametrize("name", SPECIFIED)
def test_every_hook_has_a_heading_spelled_as_its_signature(name: str) -> None:
    signature = str(inspect.signature(SPECIFIED[name])).replace("'", "")
    assert f"\n## `{name}{signature}`\n" in PAGE


def test_the_page_tells_of_no_hook_that_is_not_there() -> None:
    assert set(re.findall(r"(?m)^## `(\w+)\(", PAGE)) == set(SPECIFIED)


@pytest.mark.parametrize("name", SPECIFIED)
def test_every_hook_is_implemented_by_a_shipped_plugin(name: str) -> None:
    rooms = [room for room in manager.BUILT_IN if hasattr(import_module(room), name)]
    assert rooms
    section = PAGE.partition(f"## `{name}(")[2].partition("\n## ")[0]
    assert all(f"`{room}`" in section for room in rooms)


@pytest.mark.parametrize("name", SPECIFIED)
def test_every_hook_has_a_test_that_names_it(name: str) -> None:
    tests = [path.read_text(encoding="utf-8") for path in python_files("tests")]
    assert any(re.search(rf"def test_\w*{name}\w*\(", text) for text in tests)


def plugin(source: str) -> ModuleType:
    """A module made from an example."""
    module = ModuleType("silver_bases")
    exec(compile(source, "docs/hooks.md", "exec"), vars(module))  # noqa: S102  (our own documentation)
    return module


def test_the_example_of_the_page_is_a_plugin() -> None:
    [example] = re.findall(r"(?s)```python\n(.*?)```", PAGE)
    host = pluggy.PluginManager("silver_registry")
    host.add_hookspecs(hookspecs)
    host.register(plugin(example))
    host.check_pending()
    [[bases]] = host.hook.declare_registers()
    assert bases.kind == "training_base"
    assert {field.name for field in bases.stored} <= {column._meta.name for column in table_of(bases)._meta.columns}
    assert bases.check({"name": "康养实训基地有限公司"}, date(2026, 1, 1))[0].field == "name"
    assert bases.check({"name": "康养实训基地"}, date(2026, 1, 1)) == []


def test_a_misspelt_hook_stops_the_start() -> None:
    host = pluggy.PluginManager("silver_registry")
    host.add_hookspecs(hookspecs)
    host.register(
        plugin("from plugins import hookimpl\n@hookimpl\ndef declare_registres(): return []\n"), "silver_bases"
    )
    with pytest.raises(pluggy.PluginValidationError, match="declare_registres"):
        host.check_pending()


def test_declare_registers_gives_each_register_routes_of_its_own(world: World) -> None:
    assert next(iter(manager.registers())) == "enterprise"
    for register in manager.registers().values():
        assert world.client().get(f"/api/v1/{register.plural}").json() == {"items": [], "next_cursor": None}


def test_declare_tables_names_apps_that_are_migrated_after_the_core(world: World) -> None:
    apps = manager.piccolo_apps()
    assert apps[0] == "registry.piccolo_app"
    tables = [table for app in apps for table in import_module(app).APP_CONFIG.table_classes]
    assert len(tables) == len({table._meta.tablename for table in tables})
    for table in tables:
        assert world.run(database.fetchval("SELECT to_regclass($1) IS NOT NULL", table._meta.tablename))


def test_changing_with_the_day_finds_whose_titles_run_out_that_night(city: World) -> None:
    last: date = city.run(database.fetchval("SELECT max(valid_until) FROM title"))
    expected = _holders(city, "valid_until = $1", last)
    assert expected
    [sql] = manager.host().changing_with_the_day(last, last + timedelta(days=1))
    assert {row[1] for row in city.run(database.fetch(sql, last, last + timedelta(days=1)))} == expected
    after = last + timedelta(days=1)
    assert city.run(database.fetch(sql, after, after + timedelta(days=1))) == []


def _holders(world: World, condition: str, *args: Any) -> set[Any]:
    rows = world.run(database.fetch(f"SELECT DISTINCT record_id FROM title WHERE {condition}", *args))
    return {row[0] for row in rows}
