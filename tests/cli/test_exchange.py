"""Lists in and out by command: export, template, mapping, and jobs that wait for the worker."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import load_workbook

from registry.sample import CITY
from tests.cli.conftest import Run


def test_an_export_is_written_with_its_purpose_and_comes_back_unchanged(registry: Run, tmp_path: Path) -> None:
    assert registry("import", "enterprises", str(CITY)).returncode == 0
    path = tmp_path / "名单.xlsx"
    done = registry("export", "enterprises", "--out", str(path), "--where", "district=铜梁区", "--purpose", "季度通报")
    assert done.stdout.startswith(f"已写入 {path}，6 条，导出编号"), done.stderr
    told = {row[0].value: row[1].value for row in load_workbook(path)["说明"].iter_rows()}
    assert (told["用途"], told["导出人"], told["范围"]) == ("季度通报", "命令行（系统管理员）", "区县：铜梁区")
    again = registry("import", "enterprises", str(path), "--dry-run")
    assert "新增 0 条，变更 0 条，无变化 6 条，有误 0 行" in again.stdout


def test_an_account_exports_what_it_may_and_a_wrong_condition_is_told(registry: Run, tmp_path: Path) -> None:
    refused = registry("export", "enterprises", "--where", "nothing=1", "--out", str(tmp_path / "x.csv"))
    assert (refused.returncode, "nothing" in refused.stderr) == (1, True)
    assert registry("export", "enterprises", "--where", "district").returncode == 2
    path = tmp_path / "公开.csv"
    assert registry("export", "enterprises", "--format", "csv", "--as", "invest", "--out", str(path)).returncode == 0
    assert "联系电话" not in path.read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_template_is_written_for_any_register(registry: Run, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    assert registry("template", "parks", "--out", str(path)).returncode == 0
    assert load_workbook(path).sheetnames == ["园区名单", "说明", "字典"]


def test_columns_are_assigned_listed_used_and_forgotten(registry: Run, tmp_path: Path) -> None:
    path = tmp_path / "月报.csv"
    path.write_text("主体,归口,备忘\n重庆命令列（模拟）有限公司,万州区,x\n", encoding="utf-8")
    assert registry("import", "enterprises", str(path), "--dry-run").returncode == 1
    columns = ("--column", "主体=name", "--column", "归口=district", "--column", "备忘=")
    saved = registry("mapping", "save", "enterprises", str(path), *columns, "--name", "月报")
    mark = saved.stdout.strip().removeprefix("已保存，编号 ").rstrip("。")
    assert "主体→name，归口→district，备忘→不读入" in registry("mapping", "list", "enterprises").stdout
    assert "新增 1 条" in registry("import", "enterprises", str(path), "--dry-run").stdout
    assert registry("mapping", "forget", "enterprises", mark).returncode == 0
    assert registry("import", "enterprises", str(path), "--dry-run").returncode == 1


def test_a_job_is_queued_listed_called_off_and_begun_again(registry: Run) -> None:
    queued = registry(
        "import", "enterprises", str(CITY), "--background", "--dry-run", "--reason", "试用"
    ).stdout.strip()
    assert queued in registry("jobs", "list").stdout
    told = json.loads(registry("jobs", "show", queued).stdout)
    assert (told["state"], told["owner"], told["kind"]) == ("queued", "命令行", "import")
    assert "已取消" in registry("jobs", "cancel", queued).stdout
    assert registry("jobs", "show", queued).returncode == 1
    assert registry("jobs", "cancel", queued).returncode == 1
    assert "排队中" in registry("jobs", "again", queued).stdout
    export = registry("export", "enterprises", "--background").stdout.strip()
    assert {queued, export} <= set(registry("jobs", "list", "--state", "queued").stdout.split())
