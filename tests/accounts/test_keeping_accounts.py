"""Opening and closing accounts, changing passwords, issuing and revoking tokens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from registry import accounts, clock, database, throttle
from registry.access import Actor, Role
from registry.errors import Invalid, Refusal, TooMany, Unauthenticated
from registry.history import Occasion
from registry.security import renewing, signing
from tests.conftest import World

PASSWORD = "a long password"
OCCASION = Occasion(Actor(Role.ADMINISTRATOR, None, "管理员"))
NOBODYS = "00000000-0000-4000-8000-000000000000"


def open_account(world: World, username: str, role: Role = Role.MUNICIPAL, **rest: Any) -> None:
    """An account with PASSWORD."""
    world.run(accounts.create(username, rest.pop("password", PASSWORD), rest.pop("name", "某经办"), role, **rest))


def objections(world: World, username: str, role: Role = Role.MUNICIPAL, **rest: Any) -> dict[str, str]:
    """What is wrong with an account, by field."""
    with pytest.raises(Invalid) as refused:
        open_account(world, username, role, **rest)
    return {one.field: one.message for one in refused.value.objections}


def is_out(world: World, secret: str, *, via_cookie: bool) -> bool:
    """Whether a session or token is good for nothing, at once."""
    try:
        world.run(accounts.actor_of(secret, via_cookie=via_cookie))
    except Unauthenticated:
        return True
    return False


@pytest.mark.parametrize("password", ["short", ""])
def test_a_short_password_is_refused(world: World, password: str) -> None:
    assert objections(world, "weak", password=password) == {"password": "密码至少 10 位。"}


@pytest.mark.parametrize("username", ["", " city", "a" * 65, "a\nb", "a\0b"])
def test_a_name_that_cannot_be_typed_or_kept_is_refused(world: World, username: str) -> None:
    assert set(objections(world, username, name="")) == {"username", "display_name"}


def test_a_district_is_kept_under_its_full_name(world: World) -> None:
    open_account(world, "beibei", Role.DISTRICT, district="北碚")
    assert world.run(accounts.named("beibei")).district == "北碚区"


@pytest.mark.parametrize(
    ("role", "district", "told"),
    [
        (Role.DISTRICT, "", "须填区县"),
        (Role.DISTRICT, "铜粱区", "没有“铜粱区”这个区县，是否为铜梁区"),
        (Role.DISTRICT, "月球", "没有“月球”这个区县"),
        (Role.DISTRICT, "江北区", "撤销，现由两江新区管辖"),
        (Role.MUNICIPAL, "北碚区", "只有区县经办才填"),
    ],
)
def test_an_officer_has_a_district_of_today(world: World, role: Role, district: str, told: str) -> None:
    assert told in objections(world, "officer", role, district=district)["district"]


def test_only_an_enterprise_user_has_a_record(world: World) -> None:
    assert "enterprise_id" in objections(world, "officer", enterprise_id=NOBODYS)


def test_of_two_who_open_the_same_account_at_once_one_is_told(world: World) -> None:
    async def both() -> list[Any]:
        one, other = (accounts.create("twin", PASSWORD, name, Role.MUNICIPAL) for name in ("甲", "乙"))
        return list(await asyncio.gather(one, other, return_exceptions=True))

    refused = [answer for answer in world.run(both()) if isinstance(answer, BaseException)]
    assert [type(answer) for answer in refused] == [Invalid]
    assert isinstance(refused[0], Refusal)
    assert refused[0].objections[0].message == "账号“twin”已存在。"


def test_closing_ends_sessions_and_tokens_and_nobody_signs_in_again(world: World) -> None:
    open_account(world, "leaving")
    session = world.run(signing.sign_in("leaving", PASSWORD, "10.0.0.1"))
    token = world.run(accounts.issue_token("leaving"))
    assert not is_out(world, session, via_cookie=True)
    assert not is_out(world, token, via_cookie=False)
    world.run(accounts.close("leaving"))
    assert is_out(world, session, via_cookie=True)
    assert is_out(world, token, via_cookie=False)
    with pytest.raises(Unauthenticated):
        world.run(signing.sign_in("leaving", PASSWORD, "10.0.0.1"))
    for work in (
        accounts.issue_token("leaving"),
        renewing.reset(OCCASION, "leaving", PASSWORD),
        accounts.close("leaving"),
    ):
        with pytest.raises(Invalid):
            world.run(work)


def test_who_signs_in_while_the_account_is_closed_stays_out(world: World) -> None:
    open_account(world, "racing")

    async def race() -> Any:
        async def soon() -> None:
            await asyncio.sleep(0.02)  # the password is being checked by now
            await accounts.close("racing")

        entered, _ = await asyncio.gather(
            signing.sign_in("racing", PASSWORD, "10.0.0.2"), soon(), return_exceptions=True
        )
        return entered

    entered = world.run(race())
    assert isinstance(entered, Unauthenticated) or is_out(world, entered, via_cookie=True)
    left = "SELECT count(*) FROM session s JOIN account a ON a.id = s.account WHERE a.username = 'racing'"
    assert world.run(database.fetchval(left)) == 0


def test_a_new_password_ends_sessions_keeps_tokens_and_forgives_failures(world: World) -> None:
    open_account(world, "forgetful")
    session = world.run(signing.sign_in("forgetful", PASSWORD, "10.0.0.3"))
    token = world.run(accounts.issue_token("forgetful"))
    assert not is_out(world, session, via_cookie=True)
    for _ in range(throttle.MOST_BY_NAME_AND_CLIENT):
        with pytest.raises(Unauthenticated):
            world.run(signing.sign_in("forgetful", "wrong password", "10.0.0.3"))
    with pytest.raises(TooMany):
        world.run(signing.sign_in("forgetful", PASSWORD, "10.0.0.3"))
    world.run(renewing.reset(OCCASION, "forgetful", "another password"))
    assert is_out(world, session, via_cookie=True)
    assert not is_out(world, token, via_cookie=False)
    with pytest.raises(Unauthenticated):
        world.run(signing.sign_in("forgetful", PASSWORD, "10.0.0.3"))
    world.run(signing.sign_in("forgetful", "another password", "10.0.0.3"))


def test_a_new_password_is_no_shorter_than_the_first(world: World) -> None:
    with pytest.raises(Invalid):
        world.run(renewing.reset(OCCASION, "city", "short"))


def test_tokens_end_when_they_were_said_to(world: World) -> None:
    world.run(accounts.issue_token("invest", "一天", timedelta(days=1)))
    [token] = world.run(accounts.tokens_of("invest"))
    assert token["label"] == "一天"
    assert abs(token["expires_at"] - clock.now() - timedelta(days=1)) < timedelta(minutes=1)


def test_tokens_are_revoked_by_label_or_all_together(world: World) -> None:
    tokens = {label: world.run(accounts.issue_token("tongliang", label)) for label in ("夜间", "看板", "")}
    assert not any(is_out(world, token, via_cookie=False) for token in tokens.values())
    assert world.run(accounts.revoke_tokens("tongliang", "夜间")) == 1
    assert [is_out(world, token, via_cookie=False) for token in tokens.values()] == [True, False, False]
    with pytest.raises(Invalid):
        world.run(accounts.revoke_tokens("tongliang", "夜间"))
    assert world.run(accounts.revoke_tokens("tongliang")) == 2
    assert all(is_out(world, token, via_cookie=False) for token in tokens.values())


def test_a_label_that_is_too_long_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        world.run(accounts.issue_token("city", "备" * 65))
