"""What a password must be, when it must be changed, and which may not come back."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from registry import accounts, database, password_policy
from registry.access import Actor, Role
from registry.errors import Invalid, Refusal
from registry.history import Occasion
from registry.password_policy import Policy
from registry.security import policy, renewing, signing
from tests.conftest import World

ADMINISTRATOR = Occasion(Actor(Role.ADMINISTRATOR, None, "管理员"))
FIRST = "Spring-2031!"


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("Aa1!", "至少 10 位"),
        ("Aa1!" + "x7q" * 50, "不超过 128 位"),
        ("lowercaseonly", "3 种"),
        ("lowercase7only", "3 种"),
        ("Meng-li-2031", ""),
        ("four plain words here", ""),
        ("xZhang-2031", "不能包含账号"),
        ("Password-1", "太常见"),
        ("Aabcde-2f9x", "依次相邻"),
        ("A99999-bcx7", "依次相邻"),
        ("Axx-54321-z", "依次相邻"),
        ("长城长江黄河泰山华山2031", "3 种"),
        ("长城长江黄河泰山a2031", ""),
    ],
)
def test_it_is_judged_by_length_characters_and_how_easily_it_is_guessed(password: str, told: str) -> None:
    found = [one.message for one in password_policy.objections(Policy(), password, "zhang")]
    assert (told in "".join(found)) if told else found == []


def open_account(world: World, username: str, **rest: Any) -> Occasion:
    """An account with FIRST, and its owner's occasion."""
    world.run(accounts.create(username, FIRST, "某经办", Role.MUNICIPAL, **rest))
    return Occasion(world.run(accounts.named(username)))


def test_one_changes_it_with_the_old_one_and_only_this_session_stays(world: World) -> None:
    own = open_account(world, "changing")
    here, there = (world.run(signing.sign_in("changing", FIRST, f"10.0.0.{n}")) for n in (1, 2))
    with pytest.raises(Invalid, match="1 处") as refused:
        world.run(renewing.change_own(own, "wrong", "Another-2031", here))
    assert refused.value.objections[0].field == "old"
    world.run(renewing.change_own(own, FIRST, "Another-2031", here))
    world.run(accounts.actor_of(here, via_cookie=True))
    with pytest.raises(Refusal):
        world.run(accounts.actor_of(there, via_cookie=True))
    world.run(signing.sign_in("changing", "Another-2031", "10.0.0.1"))


def test_the_last_ones_may_not_come_back(world: World) -> None:
    own, remembered = open_account(world, "circling"), 3
    world.run(policy.change(ADMINISTRATOR, {"remembered": remembered}))
    passwords = [FIRST, "Second-2031x", "Third-2031xy", "Fourth-2031x"]
    for old, new in itertools.pairwise(passwords):
        world.run(renewing.change_own(own, old, new))
    for barred in passwords[-remembered:]:
        with pytest.raises(Invalid) as refused:
            world.run(renewing.change_own(own, passwords[-1], barred))
        assert "最近 3 次" in refused.value.objections[0].message
    world.run(renewing.change_own(own, passwords[-1], FIRST))


def test_a_given_password_lets_one_do_nothing_but_choose_another(world: World) -> None:
    own = open_account(world, "newcomer", must_change=True)
    session = world.run(signing.sign_in("newcomer", FIRST, "127.0.0.1"))
    cookies = {"cookie": f"session={session}"}
    client = world.client()
    assert client.get("/api/v1/enterprises", headers=cookies).json()["type"].endswith("password-due")
    page = client.get("/enterprises", headers=cookies | {"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/me/password")
    assert "初始密码" in client.get("/me/password", headers=cookies | {"accept": "text/html"}).text
    world.run(renewing.change_own(own, FIRST, "My-own-2031", session))
    assert client.get("/api/v1/enterprises", headers=cookies).status_code == 200


def test_an_old_password_is_due_and_a_program_with_a_token_is_not_stopped(world: World) -> None:
    open_account(world, "ageing")
    session = world.run(signing.sign_in("ageing", FIRST, "127.0.0.1"))
    token = world.run(accounts.issue_token("ageing"))
    days = world.run(password_policy.current()).max_age_days
    sql = "UPDATE account SET password_set_at = now() - make_interval(days => $1) WHERE username = 'ageing'"
    for age, due in ((days - 1, False), (days + 1, True)):
        world.run(database.execute(sql, age))
        accounts.forget_secret(accounts.digest_of(session))
        assert world.run(accounts.actor_of(session, via_cookie=True)).password_due is due
    assert world.run(accounts.actor_of(token, via_cookie=False)).password_due is False


def test_the_policy_is_changed_within_bounds_and_the_change_is_noted(world: World) -> None:
    admin = world.client("admin")
    wrong = admin.put("/api/v1/security/policy", json={"min_length": 4, "audit_days": 30, "colour": 1})
    assert {one["field"] for one in wrong.json()["errors"]} == {"min_length", "audit_days", "colour"}
    assert admin.put("/api/v1/security/policy", json={"min_length": 12}).json()["min_length"] == 12
    with pytest.raises(Invalid):
        world.run(accounts.create("too-short", "Aa1!xyzwq9", "某", Role.MUNICIPAL))
    noted = admin.get("/api/v1/audit", params={"log": "act", "act": "修改安全策略"}).json()["items"][0]
    assert noted["detail"]["min_length"] == {"from": 10, "to": 12}
    admin.put("/api/v1/security/policy", json={"min_length": 10})
