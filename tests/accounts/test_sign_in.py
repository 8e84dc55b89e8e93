"""Signing in, tokens, and the throttle."""

from __future__ import annotations

import pytest

from registry import accounts, database, demo, throttle
from registry.access import Role
from registry.errors import Refusal, TooMany, Unauthenticated
from registry.security import signing
from tests.conftest import World


def refusal(world: World, username: str, password: str, client: str = "10.0.0.1") -> type[Refusal] | None:
    """What signing in is refused with, if it is."""
    try:
        world.run(signing.sign_in(username, password, client))
    except Refusal as refused:
        return type(refused)
    return None


def test_the_right_password_opens_a_session_that_signing_out_ends(world: World) -> None:
    secret = world.run(signing.sign_in("city", demo.PASSWORD, "10.0.0.2"))
    actor = world.run(accounts.actor_of(secret, via_cookie=True))
    assert (actor.role, actor.name) == (Role.MUNICIPAL, "市级经办（演示）")
    world.run(signing.sign_out(secret))
    with pytest.raises(Unauthenticated):
        world.run(accounts.actor_of(secret, via_cookie=True))


def test_a_session_is_no_bearer_token_and_a_token_no_session(world: World) -> None:
    session = world.run(signing.sign_in("city", demo.PASSWORD, "10.0.0.3"))
    token = world.run(accounts.issue_token("city"))
    assert world.client().get("/api/v1/enterprises", headers={"Authorization": f"Bearer {session}"}).status_code == 401
    world.run(accounts.actor_of(token, via_cookie=False))
    with pytest.raises(Unauthenticated):
        world.run(accounts.actor_of(token, via_cookie=True))


def test_the_database_keeps_no_secret_in_clear(world: World) -> None:
    session = world.run(signing.sign_in("city", demo.PASSWORD, "10.0.0.4"))
    token = world.run(accounts.issue_token("city"))
    for table in ("session", "token", "account"):
        text = world.run(database.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t"))
        assert session not in text
        assert token not in text
        assert demo.PASSWORD not in text
    assert "$argon2id$" in world.run(database.fetchval("SELECT password_hash FROM account LIMIT 1"))


def test_a_person_is_throttled_after_five_failures_at_one_address_and_nobody_else_is(world: World) -> None:
    for _ in range(throttle.MOST_BY_NAME_AND_CLIENT):
        assert refusal(world, "invest", "wrong password", "10.1.0.1") is Unauthenticated
    assert refusal(world, "invest", demo.PASSWORD, "10.1.0.1") is TooMany
    assert refusal(world, "tongliang", demo.PASSWORD, "10.1.0.1") is None
    assert refusal(world, "invest", demo.PASSWORD, "10.1.0.2") is None


def test_an_address_is_throttled_whatever_the_names(world: World) -> None:
    for number in range(throttle.MOST_BY_CLIENT):
        world.run(throttle.enter(f"nobody{number}", "10.2.0.1"))
    assert refusal(world, "city", demo.PASSWORD, "10.2.0.1") is TooMany
    assert refusal(world, "city", demo.PASSWORD, "10.2.0.2") is None


def test_a_name_is_throttled_after_fifty_failures_from_many_addresses(world: World) -> None:
    for number in range(throttle.MOST_BY_NAME):
        client = f"10.3.0.{number // throttle.MOST_BY_NAME_AND_CLIENT}"
        world.run(throttle.enter("liangjiang", client))
    assert refusal(world, "liangjiang", demo.PASSWORD, "10.3.0.99") is TooMany


def test_refused_attempts_do_not_count_so_that_hammering_from_one_address_locks_nobody_out(world: World) -> None:
    tries = [refusal(world, "company", "wrong password", "10.4.0.1") for _ in range(throttle.MOST_BY_NAME + 5)]
    assert tries.count(Unauthenticated) == throttle.MOST_BY_NAME_AND_CLIENT
    assert refusal(world, "company", demo.PASSWORD, "10.4.0.2") is None


def test_signing_in_forgives_the_failures_at_this_address_and_no_other(world: World) -> None:
    for client in ("10.5.0.1", "10.5.0.2"):
        for _ in range(throttle.MOST_BY_NAME_AND_CLIENT - 1):
            assert refusal(world, "admin", "wrong password", client) is Unauthenticated
    assert refusal(world, "admin", demo.PASSWORD, "10.5.0.1") is None
    assert refusal(world, "admin", "wrong password", "10.5.0.1") is Unauthenticated
    assert refusal(world, "admin", demo.PASSWORD, "10.5.0.1") is None
    assert refusal(world, "admin", "wrong password", "10.5.0.2") is Unauthenticated
    assert refusal(world, "admin", demo.PASSWORD, "10.5.0.2") is TooMany


def test_it_says_when_the_oldest_failure_that_counts_is_over(world: World) -> None:
    for _ in range(throttle.MOST_BY_NAME_AND_CLIENT):
        refusal(world, "nobody", "wrong password", "10.6.0.1")
    world.run(database.execute("UPDATE login_attempt SET at = at - interval '10 minutes' WHERE client = '10.6.0.1'"))
    world.run(database.execute("INSERT INTO login_attempt (username, client, at) VALUES ('nobody', '', now())"))
    with pytest.raises(TooMany, match="请 5 分钟后再试") as refused:
        world.run(signing.sign_in("nobody", "wrong password", "10.6.0.1"))
    assert 290 <= refused.value.retry_after <= 300


@pytest.mark.parametrize("header", ["Bearer", "Basic Y2l0eTp4", "Bearer sr_wrong", "x"])
def test_a_bad_token_is_refused_and_not_taken_for_the_public(world: World, header: str) -> None:
    answer = world.client().get("/api/v1/enterprises", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
