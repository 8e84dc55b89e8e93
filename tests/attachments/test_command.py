"""The `registry attachment` command."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from registry import attachment_cli
from registry.attachment_cli import attachment_group
from tests.attachments.made import PDF, filed
from tests.conftest import World


@pytest.fixture
def say(world: World, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs commands in the world of the test."""
    monkeypatch.setattr(attachment_cli, "run", lambda work: world.run(work(world.settings)))
    return CliRunner()


def test_it_adds_lists_fetches_removes_and_verifies(say: CliRunner, world: World, tmp_path: Path) -> None:
    record = filed(world, "重庆附件命令（模拟）有限公司")
    source = tmp_path / "说明.pdf"
    source.write_bytes(PDF)
    words = ["add", "enterprises", record, str(source), "--level", "public", "--about", "资质"]
    made = say.invoke(attachment_group, words).output.strip()
    assert made
    listed = say.invoke(attachment_group, ["list", "enterprises", record]).output
    assert "说明.pdf" in listed
    assert "资质" in listed
    out = tmp_path / "out.pdf"
    assert say.invoke(attachment_group, ["get", made, "--out", str(out)]).exit_code == 0
    assert out.read_bytes() == PDF
    assert say.invoke(attachment_group, ["verify"]).output.strip() == "全部相符。"
    assert say.invoke(attachment_group, ["remove", made, "--reason", "试"]).exit_code == 0
    assert say.invoke(attachment_group, ["list", "enterprises", record]).output == ""
