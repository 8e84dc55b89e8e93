"""The sign-in log, sessions and their ending, locks, and addresses: who may do it to whom, and what is left behind."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from registry import accounts, demo, throttle
from registry.access import Actor, Role, Scope
from registry.errors import Forbidden, Invalid, NotFound, Refusal, TooMany, Unauthenticated
from registry.history import Occasion
from registry.organisations import members
from registry.organisations.members import Grant
from registry.security import keeping, sessions, signing
from tests.conftest import World

ADMINISTRATOR = Actor(Role.ADMINISTRATOR, None, "管理员")
OCCASION = Occasion(ADMINISTRATOR, "核查")
AGENT = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0"


def sign_in(world: World, username: str, address: str = "127.0.0.1") -> str:
    """A session's secret."""
    return world.run(signing.sign_in(username, demo.PASSWORD, address, AGENT))


def is_in(world: World, secret: str) -> bool:
    """Whether a session still opens anything."""
    try:
        world.run(accounts.actor_of(secret, via_cookie=True))
    except Refusal:
        return False
    return True


@pytest.fixture
def district(world: World) -> Occasion:
    """Somebody who looks after the accounts of a district unit."""
    return Occasion(world.run(accounts.named("chief")), "核查")


@pytest.fixture
def browser(world: World) -> Iterator[httpx.Client]:
    """A browser without JavaScript."""
    with httpx.Client(base_url=world.url, headers={"accept": "text/html"}) as client:
        yield client


def test_every_try_is_in_the_sign_in_log_with_its_outcome(world: World) -> None:
    address = "10.7.0.1"
    for password in ["wrong"] * throttle.MOST_BY_NAME_AND_CLIENT + [demo.PASSWORD] * 5:
        with pytest.raises((Unauthenticated, TooMany)):
            world.run(signing.sign_in("company", password, address, AGENT))
    world.run(signing.sign_out(sign_in(world, "company", "10.7.0.2"), "10.7.0.2"))
    told = world.client("admin").get("/api/v1/audit", params={"log": "sign_in", "target": "account/company"})
    rows = [(row["act"], row["address"], row["actor"]) for row in told.json()["items"]]
    someone = "企业用户（演示）"
    assert rows[:3] == [("退出", "10.7.0.2", someone), ("登录", "10.7.0.2", someone), ("登录受限", address, someone)]
    assert rows[3:] == [("登录失败", address, someone)] * throttle.MOST_BY_NAME_AND_CLIENT
    assert told.json()["items"][1]["detail"]["agent"] == AGENT


def test_a_try_under_a_name_that_does_not_exist_is_logged_too(world: World) -> None:
    with pytest.raises(Unauthenticated):
        world.run(signing.sign_in("nobody", "x", "10.7.1.1"))
    [row] = world.client("admin").get("/api/v1/audit", params={"target": "account/nobody"}).json()["items"]
    assert (row["act"], row["role"]) == ("登录失败", "public")


def test_one_sees_ones_own_sessions_and_ends_the_one_elsewhere(world: World, browser: httpx.Client) -> None:
    there = sign_in(world, "city", "10.7.2.9")
    page = browser.post("/login", data={"username": "city", "password": demo.PASSWORD})
    assert page.status_code == 303
    text = browser.get("/me/security").text
    assert "10.7.2.9" in text
    assert "Chrome · Windows" in text
    assert text.count("当前") == 1
    [other] = [one for one in browser.get("/api/v1/sessions").json() if one["address"] == "10.7.2.9"]
    token = text.partition('name="csrf_token" value="')[2].partition('"')[0]
    ended = browser.post(f"/me/sessions/{other['id']}/end", data={"csrf_token": token})
    assert ended.status_code == 303
    assert not is_in(world, there)


def test_nobody_without_the_right_sees_or_ends_anothers_session(world: World) -> None:
    there = sign_in(world, "liangjiang")
    [row] = [one for one in world.run(sessions.everyone(ADMINISTRATOR)) if one.username == "liangjiang"]
    city = world.client("city")
    assert city.get("/api/v1/sessions", params={"all": True}).status_code == 403
    assert city.delete(f"/api/v1/sessions/{row.id}").status_code == 404
    assert is_in(world, there)
    assert world.client("admin").delete(f"/api/v1/sessions/{row.id}").status_code == 204
    assert not is_in(world, there)
    assert world.client("admin").delete(f"/api/v1/sessions/{row.id}").status_code == 404


def test_who_looks_after_a_district_reaches_its_people_only(world: World, district: Occasion) -> None:
    mine, others = sign_in(world, "tongliang"), sign_in(world, "liangjiang")
    assert {one.username for one in world.run(sessions.everyone(district.actor))} == {"tongliang"}
    assert {one.username for one in world.run(keeping.states(district.actor))} == {"chief", "tongliang"}
    [row] = [one for one in world.run(sessions.everyone(ADMINISTRATOR)) if one.username == "liangjiang"]
    acts = (
        sessions.end(district, row.id),
        keeping.lock(district, "liangjiang"),
        keeping.unlock(district, "liangjiang"),
        keeping.end_sessions(district, "liangjiang"),
        keeping.bind(district, "liangjiang", []),
        keeping.reset_password(district, "admin", "Whatever-2031"),
        keeping.state(district.actor, "liangjiang"),
    )
    for act in acts:
        with pytest.raises(NotFound):
            world.run(act)
    assert is_in(world, others)
    assert world.run(keeping.end_sessions(district, "tongliang")) == 1
    assert not is_in(world, mine)


def test_nobody_resets_the_password_of_one_who_can_do_more(world: World, district: Occasion) -> None:
    more = Grant(role=Role.MUNICIPAL, scope=Scope.BELOW, organisation=district.actor.organisation)
    world.run(members.open_account(OCCASION, "stronger", "某市级经办", "Mighty-2031-x", more))
    for act in (keeping.reset_password(district, "stronger", "Whatever-2031"), keeping.lock(district, "stronger")):
        with pytest.raises(Forbidden, match="超出您的管理范围"):
            world.run(act)
    for path in ("/audit", "/security/accounts", "/security/accounts/tongliang"):
        assert world.client("chief").get(path, headers={"accept": "text/html"}).status_code == 200
    told = world.client("chief").get("/api/v1/audit").json()["items"]
    assert told
    assert {row["actor"] for row in told} <= {"铜梁区管理员（演示）", "铜梁区经办（演示）", "某市级经办"}


def test_a_locked_account_is_out_at_once_and_told_why_only_with_the_right_password(world: World) -> None:
    session, token = sign_in(world, "invest"), world.run(accounts.issue_token("invest"))
    with pytest.raises(Invalid):
        world.run(keeping.lock(Occasion(ADMINISTRATOR), "invest"))
    world.run(keeping.lock(Occasion(ADMINISTRATOR, "调离核查"), "invest"))
    assert not is_in(world, session)
    with pytest.raises(Unauthenticated):
        world.run(accounts.actor_of(token, via_cookie=False))
    with pytest.raises(Unauthenticated, match="账号或密码不正确"):
        world.run(signing.sign_in("invest", "wrong", "10.7.3.1"))
    with pytest.raises(Forbidden, match="调离核查"):
        sign_in(world, "invest", "10.7.3.1")
    world.run(keeping.unlock(OCCASION, "invest"))
    assert is_in(world, sign_in(world, "invest", "10.7.3.1"))


def test_nobody_locks_oneself_out(world: World) -> None:
    answer = world.client("admin").post("/api/v1/security/accounts/admin/lock", json={"reason": "试"})
    assert answer.status_code == 403
    page = world.client("admin").get("/security/accounts/admin", headers={"accept": "text/html"}).text
    assert "这是您自己的账号" in page
    assert "锁定账号" not in page


def test_unlocking_forgives_the_failures_that_keep_somebody_out(world: World) -> None:
    for _ in range(throttle.MOST_BY_NAME_AND_CLIENT):
        with pytest.raises(Unauthenticated):
            world.run(signing.sign_in("tongliang", "wrong", "10.7.4.1"))
    with pytest.raises(TooMany):
        sign_in(world, "tongliang", "10.7.4.1")
    admin = world.client("admin")
    [troubled] = admin.get("/api/v1/security/accounts", params={"troubled": True, "q": "tongliang"}).json()
    assert troubled["failures"] == throttle.MOST_BY_NAME_AND_CLIENT
    assert admin.post("/api/v1/security/accounts/tongliang/unlock", json={}).json()["failures"] == 0
    assert is_in(world, sign_in(world, "tongliang", "10.7.4.1"))


def test_the_tokens_of_an_account_are_listed_and_revoked_by_who_looks_after_it(
    world: World, district: Occasion
) -> None:
    token = world.run(accounts.issue_token("tongliang", "夜间上报"))
    where = "/api/v1/security/accounts/tongliang/tokens"
    chief = world.client("chief")
    assert "夜间上报" in [one["label"] for one in chief.get(where).json()]
    assert token not in chief.get(where).text
    assert chief.get(where.replace("tongliang", "liangjiang")).status_code == 404
    assert world.client("tongliang").get(where).status_code == 403
    assert chief.delete(where, params={"label": "夜间上报"}).json() == {"revoked": 1}
    with pytest.raises(Unauthenticated):
        world.run(accounts.actor_of(token, via_cookie=False))
    with pytest.raises(NotFound):
        world.run(keeping.revoke_tokens(district, "liangjiang"))


def test_an_account_bound_to_a_network_is_used_from_nowhere_else(world: World) -> None:
    token = world.run(accounts.issue_token("liangjiang"))
    admin = world.client("admin")
    where = "/api/v1/security/accounts/liangjiang/addresses"
    wrong = admin.put(where, json={"addresses": ["10.8.0.0/16", "不是地址"]})
    assert wrong.json()["errors"][0]["field"] == "allowed_addresses"
    assert admin.put(where, json={"addresses": ["10.8.3.4/16", " "]}).json()["allowed_addresses"] == ["10.8.0.0/16"]
    session = sign_in(world, "liangjiang", "10.8.200.1")
    with pytest.raises(Forbidden, match=r"10\.9\.0\.1"):
        sign_in(world, "liangjiang", "10.9.0.1")
    asked = world.client().get("/api/v1/enterprises", headers={"Authorization": f"Bearer {token}"})
    assert asked.status_code == 403
    stolen = world.client().get("/api/v1/sessions", headers={"cookie": f"session={session}"})
    assert stolen.status_code == 403
    admin.put(where, json={"addresses": []})
    assert is_in(world, sign_in(world, "liangjiang", "10.9.0.1"))


@pytest.mark.parametrize(
    "path", ["/audit", "/security/accounts", "/security/accounts/city", "/security/sessions", "/security/policy"]
)
def test_its_pages_open_for_an_administrator_and_for_nobody_else(world: World, path: str) -> None:
    world.run(signing.sign_in("city", demo.PASSWORD, "10.7.6.1", AGENT))
    headers = {"accept": "text/html"}
    page = world.client("admin").get(path, headers=headers)
    assert page.status_code == 200, page.text
    for username in ("city", "tongliang", "company"):
        assert world.client(username).get(path, headers=headers).status_code == 403


def test_the_log_is_exported_as_it_is_seen_and_the_export_is_noted(world: World) -> None:
    admin = world.client("admin")
    world.run(signing.sign_in("city", demo.PASSWORD, "10.7.7.7", AGENT))
    made = admin.get("/api/v1/audit", params={"log": "sign_in", "q": "10.7.7.7", "format": "csv"})
    lines = made.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "10.7.7.7" in lines[1]
    [noted] = admin.get("/api/v1/audit", params={"act": "导出日志"}).json()["items"]
    assert noted["detail"] == {"format": "csv", "text": "10.7.7.7"}
    for form in ("xlsx", "ndjson"):
        assert admin.get("/api/v1/audit", params={"format": form}).status_code == 200
    assert admin.get("/api/v1/audit", params={"format": "pdf"}).status_code == 400
    assert admin.get("/api/v1/audit", params={"since": "昨天"}).status_code == 400
