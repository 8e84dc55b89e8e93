"""The `registry` command on a database of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry.sample import CITY
from tests.cli.conftest import Run


def test_a_list_is_looked_at_imported_found_and_verified(registry: Run) -> None:
    looked = registry("import", "enterprises", str(CITY), "--dry-run")
    assert looked.stdout.startswith("预览，未写入：共 59 行，新增 52 条"), looked.stderr
    done = json.loads(registry("import", "enterprises", str(CITY), "--json", "--reason", "试用").stdout)
    assert (done["applied"], done["new"], done["rejected"]) == (True, 52, 0)
    again = registry("import", "enterprises", str(CITY))
    assert "新增 0 条，变更 0 条，无变化 52 条" in again.stdout
    assert registry("search", "钛业").stdout.splitlines()[1].strip().startswith("重庆钛业有限公司")
    assert registry("index", "verify").stdout.endswith("一致。\n")
    assert registry("index", "rebuild").returncode == 0
    assert registry("index", "verify").returncode == 0


def test_bad_rows_are_told_with_their_place_and_the_code_is_1(registry: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("企业名称,统一社会信用代码\n重庆某某有限公司,123\n", encoding="gb18030")
    refused = registry("import", "enterprises", str(path))
    assert refused.returncode == 1
    assert "第 2 行 B 列" in refused.stdout
    annotated = refused.stdout.strip().splitlines()[-1].partition("：")[2]
    assert Path(annotated).is_file()


def test_an_account_limits_what_a_command_may_do(registry: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("企业名称,区县\n重庆万州某某有限公司,万州区\n", encoding="utf-8")
    refused = registry("import", "enterprises", str(path), "--as", "tongliang")
    assert refused.returncode == 1
    assert "不在您的办理范围内" in refused.stdout


@pytest.mark.parametrize(
    "words",
    [("import", "parks", str(CITY)), ("import", "enterprises", "no-such-file")],
)
def test_a_mistake_is_told_without_a_traceback(registry: Run, words: tuple[str, ...]) -> None:
    answer = registry(*words)
    assert answer.returncode != 0
    assert "Traceback" not in answer.stderr


def test_doctor_says_when_a_part_is_missing(registry: Run) -> None:
    assert "企业：" in registry("doctor").stdout
