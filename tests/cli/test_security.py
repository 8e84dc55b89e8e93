"""`registry audit`, `registry session`, `registry account lock|unlock|addresses|states`."""

from __future__ import annotations

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


def test_sessions_are_listed_and_an_unknown_one_cannot_be_ended(registry: Run) -> None:
    assert registry("session", "list").returncode == 0
    assert "没有这个登录" in registry("session", "end", "x").stderr
