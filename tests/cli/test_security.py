"""`registry audit`, `registry session`, `registry account lock|unlock|addresses|states`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Run


def test_an_account_is_locked_bound_and_unlocked_and_the_log_tells_it(registry: Run, tmp_path: Path) -> None:
    assert "已锁定" in registry("account", "lock", "--user", "invest", "--reason", "核查").stdout
    assert "已锁定（核查）" in registry("account", "states", "--troubled").stdout
    assert registry("account", "lock", "--user", "invest", "--reason", "核查").returncode == 1
    assert "已解锁" in registry("account", "unlock", "--user", "invest").stdout
    assert registry("account", "states", "--troubled").stdout == ""
    assert "10.1.0.0/16" in registry("account", "addresses", "--user", "invest", "10.1.0.0/16").stdout
    assert registry("account", "addresses", "--user", "invest", "不是地址").returncode == 1
    assert "任何地址" in registry("account", "addresses", "--user", "invest").stdout
    lines = registry("audit", "list", "--log", "sign_in", "--find", "account/invest").stdout.splitlines()
    assert [line.split("  ")[1] for line in lines] == ["限定登录地址", "限定登录地址", "解除锁定", "锁定账号"]
    path = tmp_path / "log.csv"
    assert registry("audit", "export", str(path), "--log", "sign_in").returncode == 0
    assert "锁定账号" in path.read_text(encoding="utf-8-sig")
    assert registry("audit", "export", str(tmp_path / "log.pdf")).returncode == 2


def test_personal_data_are_shown_for_a_purpose_and_erased_for_a_reason(registry: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("企业名称,联系电话,是否模拟\n模拟某某有限公司,023-00001234,是\n", encoding="utf-8")
    assert registry("import", "enterprises", str(path)).returncode == 0
    history = registry("index", "rebuild").returncode == 0 and registry("search", "模拟某某有限公司", "--json").stdout
    own = re.findall(r'"id":"([0-9a-f-]{36})"', str(history))[0]
    assert registry("personal", "show", "enterprises", own, "--purpose", "x").returncode == 1
    assert "023-00001234" in registry("personal", "show", "enterprises", own, "--purpose", "电话核实").stdout
    refused = registry("personal", "erase", "enterprises", own, "--version", "1", "--reason", "申请", "--as", "city")
    assert "没有此项权限" in refused.stderr
    assert "第 2 版" in registry("personal", "erase", "enterprises", own, "--version", "1", "--reason", "申请").stdout
    assert "（未填）" in registry("personal", "show", "enterprises", own, "--purpose", "电话核实").stdout
    assert registry("history", "verify", "enterprise").returncode == 0
    assert "清除了 0 条" in registry("personal", "sweep").stdout
    assert "企业的历史链" in registry("operations").stdout


def test_sessions_are_listed_and_an_unknown_one_cannot_be_ended(registry: Run) -> None:
    assert registry("session", "list").returncode == 0
    assert "没有这个登录" in registry("session", "end", "x").stderr
