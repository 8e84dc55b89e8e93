"""`registry account` and `registry token`: accounts run from the machine, on a database of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry import clock
from registry.naming import synthetic_code
from tests.cli.conftest import Run

PASSWORD = "a long password"
NOBODYS = "00000000-0000-4000-8000-000000000000"
CODE = synthetic_code(7)


def create(registry: Run, username: str, *words: str, typed: str = "") -> str:
    """What opening an account answers, refusals included."""
    answer = registry("account", "create", "--user", username, "--name", "某经办", *words, typed=typed)
    assert "Traceback" not in answer.stderr
    assert (answer.returncode == 0) == (answer.stdout != "")
    return answer.stdout + answer.stderr


def listed(registry: Run) -> dict[str, str]:
    """The lines of `account list`, by username."""
    return {line.split()[0]: line for line in registry("account", "list").stdout.splitlines()}


@pytest.fixture(scope="module")
def enterprise(registry: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An enterprise with the credit code CODE."""
    path = tmp_path_factory.mktemp("lists") / "one.csv"
    path.write_text(f"企业名称,统一社会信用代码,是否模拟\n模拟某某有限公司,{CODE},是\n", encoding="utf-8")
    assert registry("import", "enterprises", str(path)).returncode == 0


def test_an_officers_account_is_opened_with_a_password_from_standard_input(registry: Run) -> None:
    told = create(registry, "beibei", "--role", "district", "--district", "北碚", typed=f"{PASSWORD}\n")
    assert told == "账号“beibei”已开通。\n"
    assert listed(registry)["beibei"] == "beibei  某经办  区县经办  北碚区"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--role", "district", "--district", "铜粱区"), "是否为铜梁区"),
        (("--role", "district", "--district", "江北区"), "现由两江新区管辖"),
        (("--role", "district"), "须填区县"),
        (("--role", "enterprise", "--enterprise", NOBODYS), "没有企业"),
        (("--role", "enterprise", "--enterprise", synthetic_code(8)), "没有企业"),
        (("--role", "enterprise", "--enterprise", CODE[:-1] + "?"), "第18位"),
        (("--role", "municipal", "--enterprise", CODE), "只有企业用户"),
    ],
)
@pytest.mark.usefixtures("enterprise")
def test_an_account_whose_scope_makes_no_sense_is_refused(registry: Run, words: tuple[str, ...], told: str) -> None:
    assert told in create(registry, "senseless", *words, "--password", PASSWORD)
    assert "senseless" not in listed(registry)


@pytest.mark.usefixtures("enterprise")
def test_an_enterprises_user_is_bound_to_its_record_by_code_or_id(registry: Run) -> None:
    create(registry, "by-code", "--role", "enterprise", "--enterprise", CODE.lower(), "--password", PASSWORD)
    record = listed(registry)["by-code"].split()[-1]
    create(registry, "by-id", "--role", "enterprise", "--enterprise", record, "--password", PASSWORD)
    assert listed(registry)["by-id"].split()[-1] == record


def test_an_enterprises_user_without_a_record_may_claim_one_later(registry: Run) -> None:
    create(registry, "claimant", "--role", "enterprise", "--password", PASSWORD)
    assert listed(registry)["claimant"] == "claimant  某经办  企业用户"


def test_a_new_password_and_a_closing_are_told(registry: Run) -> None:
    create(registry, "passing", "--role", "municipal", "--password", PASSWORD)
    assert registry("account", "password", "--user", "passing", typed="short\n").returncode == 1
    assert "已更换" in registry("account", "password", "--user", "passing", typed="another password\n").stdout
    assert "已停用" in registry("account", "close", "--user", "passing").stdout
    assert listed(registry)["passing"].endswith("已停用")
    assert registry("token", "issue", "--user", "passing").returncode == 1


def test_tokens_are_issued_for_days_listed_and_revoked(registry: Run) -> None:
    issued = registry("token", "issue", "--user", "city", "--label", "夜间", "--days", "30").stdout.strip()
    assert issued.startswith("sr_")
    last_day = clock.today() + timedelta(days=30)
    [line] = registry("token", "list", "--user", "city").stdout.splitlines()
    assert line.startswith("夜间  ")
    assert line.endswith(f"{last_day} 到期")
    assert issued not in line
    assert registry("token", "revoke", "--user", "city", "--label", "白天").returncode == 1
    assert registry("token", "revoke", "--user", "city", "--label", "夜间").stdout == "已吊销 1 个令牌。\n"
    assert registry("token", "list", "--user", "city").stdout == ""


@pytest.mark.parametrize("days", ["0", "366", "-1"])
def test_a_token_lives_a_day_to_a_year(registry: Run, days: str) -> None:
    assert registry("token", "issue", "--user", "city", "--days", days).returncode == 2


@pytest.mark.parametrize(
    "words",
    [
        ("account", "close"),
        ("account", "password", "--password", PASSWORD),
        ("token", "issue"),
        ("token", "list"),
        ("token", "revoke"),
    ],
)
def test_an_unknown_name_is_told_plainly(registry: Run, words: tuple[str, ...]) -> None:
    answer = registry(*words, "--user", "nobody")
    assert answer.returncode == 1
    assert "没有账号“nobody”" in answer.stderr
    assert "Traceback" not in answer.stderr
