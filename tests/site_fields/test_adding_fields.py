"""A site adds fields of its own by a file; a fault in it is told in a plain sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plugins import manager
from registry import site_fields
from registry.register import FieldType, Opening, Register
from tests.conftest import Cluster
from tests.house.sources import ROOT

GOOD = """
[[enterprise]]
name = "x_supplier"
label = "进入整车配套"
type = "flag"
filter = true

[[enterprise]]
name = "x_visited_on"
label = "最近走访日期"
type = "date"
opening = "conditional"
"""


def extended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Register:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    (tmp_path / "fields.toml").write_text(text, encoding="utf-8")
    return site_fields.extended(manager.host().registers()[0])


def test_fields_of_the_file_stand_among_those_of_the_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = extended(tmp_path, monkeypatch, GOOD).by_name
    assert fields["x_supplier"].type is FieldType.FLAG
    assert fields["x_visited_on"].opening is Opening.CONDITIONAL
    assert list(fields).index("x_supplier") < list(fields).index("visibility")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[enterprise]]\nname = "supplier"\nlabel = "配套"\n', "应以 x_ 开头"),
        ('[[enterprise]]\nname = "x_a"\nlabel = "企业名称"\n', "请改名"),
        ('[[enterprise]]\nname = "x_a"\nlabel = "甲"\ntype = "choice"\nvocabulary = "nowhere"\n', "不存在"),
        ('[[enterprise]]\nname = "x_a"\nlabel = "甲"\ntype = "picture"\n', "无法识别"),
        ("[[enterprise]\n", "无法识别"),
    ],
)
def test_a_fault_in_the_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        extended(tmp_path, monkeypatch, text)


@pytest.mark.slow
def test_records_are_filed_with_them_and_no_migration_is_written(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "fields.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "list.csv").write_text("企业名称,进入整车配套\n重庆自定（模拟）有限公司,是\n", encoding="utf-8")
    environ = os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": cluster.copy(), "PYTHONPATH": str(ROOT)}

    def registry(*words: str) -> str:
        command = [sys.executable, "-m", "registry.cli", *words]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout

    registry("migrate")
    registry("import", "enterprises", str(tmp_path / "list.csv"))
    found = json.loads(registry("search", "重庆自定", "--json"))
    assert found["hits"][0]["record"]["x_supplier"] is True
