"""The commands of searching: `registry wording`, `registry misses`, `registry saved`, `registry note`."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from registry import note_cli, saved_cli, searching_cli
from registry.saved import alerts
from tests.attachments.made import filed
from tests.conftest import World


@pytest.fixture
def say(world: World, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs commands in the world of the test."""
    modules: tuple[ModuleType, ...] = (searching_cli, saved_cli, note_cli)
    for module in modules:
        monkeypatch.setattr(module, "run", lambda work: world.run(work(world.settings)))
    return CliRunner()


def test_words_are_added_listed_tried_stopped_and_imported(say: CliRunner, tmp_path: Path) -> None:
    made = say.invoke(searching_cli.wording, ["add", "命令甲", "命令乙", "--source", "试"]).output.strip()
    assert "命令甲、命令乙" in say.invoke(searching_cli.wording, ["list", "--q", "命令甲"]).output
    assert "命令甲 ＝ 命令乙" in say.invoke(searching_cli.wording, ["try", "命令甲"]).output
    assert "停用" in say.invoke(searching_cli.wording, ["set", made, "--stopped"]).output
    assert "（停用）" in say.invoke(searching_cli.wording, ["list", "--q", "命令甲"]).output
    source = tmp_path / "words.csv"
    source.write_text("kind,words,source\nsynonym,导入甲|导入乙,试\nsynonym,适老化|适老,试\n", encoding="utf-8")
    assert say.invoke(searching_cli.wording, ["import", str(source)]).output == "添加 1 条，共 2 条。\n"


def test_misses_are_listed(say: CliRunner, world: World) -> None:
    world.client().get("/api/v1/search", params={"q": "命令行所找"})
    assert "1 次  命令行所找" in say.invoke(searching_cli.list_misses, []).output


def test_a_search_is_kept_and_tells_its_news(say: CliRunner, world: World) -> None:
    words = ["add", "命令留存", "/search?q=命令新录", "--alert", "--as", "city"]
    made = say.invoke(saved_cli.saved_group, words).output.strip()
    filed(world, "重庆命令新录（模拟）有限公司")
    world.index()
    world.run(alerts.catch_up(world.engine))
    assert "新 1" in say.invoke(saved_cli.saved_group, ["list", "--as", "city"]).output
    news = say.invoke(saved_cli.saved_group, ["news", made, "--seen", "--as", "city"]).output
    assert "重庆命令新录（模拟）有限公司" in news
    assert say.invoke(saved_cli.saved_group, ["news", made, "--as", "city"]).output == ""


def test_notes_are_written_listed_and_due(say: CliRunner, world: World) -> None:
    record = filed(world, "重庆命令跟进（模拟）有限公司")
    words = ["add", "enterprises", record, "已走访", "--sort", "visit", "--follow-up"]
    from registry import clock

    assert say.invoke(note_cli.note_group, [*words, str(clock.today())]).exit_code == 0
    assert "走访" in say.invoke(note_cli.note_group, ["list", "enterprises", record]).output
    assert "重庆命令跟进（模拟）有限公司" in say.invoke(note_cli.note_group, ["due"]).output
