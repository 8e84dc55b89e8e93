"""Signing in, tokens, and the throttle."""

from __future__ import annotations

import pytest

from registry import accounts, database, demo
from registry.access import Role
from registry.errors import Invalid, Refusal, TooMany, Unauthenticated
from tests.conftest import World


def refusal(world: World, username: str, password: str, client: str = "10.0.0.1") -> type[Refusal] | None:
    """What signing in is refused with, if it is."""
    try:
        world.run(accounts.sign_in(username, password, client))
    except Refusal as refused:
        return type(refused)
    return None


def test_the_right_password_opens_a_session_that_signing_out_ends(world: World) -> None:
    secret = world.run(accounts.sign_in("city", demo.PASSWORD, "10.0.0.2"))
    actor = world.run(accounts.actor_of(secret, via_cookie=True))
    assert (actor.role, actor.name) == (Role.MUNICIPAL, "市级经办（演示）")
    world.run(accounts.sign_out(secret))
    with pytest.raises(Unauthenticated):
        world.run(accounts.actor_of(secret, via_cookie=True))


def test_a_session_is_no_bearer_token_and_a_token_no_session(world: World) -> None:
    session = world.run(accounts.sign_in("city", demo.PASSWORD, "10.0.0.3"))
    token = world.run(accounts.issue_token("city"))
    assert world.client().get("/api/v1/enterprises", headers={"Authorization": f"Bearer {session}"}).status_code == 401
    world.run(accounts.actor_of(token, via_cookie=False))
    with pytest.raises(Unauthenticated):
        world.run(accounts.actor_of(token, via_cookie=True))


def test_the_database_keeps_no_secret_in_clear(world: World) -> None:
    session = world.run(accounts.sign_in("city", demo.PASSWORD, "10.0.0.4"))
    token = world.run(accounts.issue_token("city"))
    for table in ("session", "token", "account"):
        text = world.run(database.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t"))
        assert session not in text
        assert token not in text
        assert demo.PASSWORD not in text
    assert "$argon2id$" in world.run(database.fetchval("SELECT password_hash FROM account LIMIT 1"))


def test_a_name_is_throttled_after_five_failures_whatever_the_address(world: World) -> None:
    for number in range(accounts.MOST_FAILURES_BY_NAME):
        assert refusal(world, "invest", "wrong password", f"10.1.0.{number}") is Unauthenticated
    assert refusal(world, "invest", demo.PASSWORD, "10.1.0.99") is TooMany
    assert refusal(world, "tongliang", demo.PASSWORD, "10.1.0.99") is None


def test_an_address_is_throttled_whatever_the_names(world: World) -> None:
    for number in range(accounts.MOST_FAILURES_BY_CLIENT):
        assert refusal(world, f"nobody{number}", "wrong password", "10.2.0.1") is Unauthenticated
    assert refusal(world, "city", demo.PASSWORD, "10.2.0.1") is TooMany
    assert refusal(world, "city", demo.PASSWORD, "10.2.0.2") is None


def test_a_closed_account_is_out_at_once_for_new_requests(world: World) -> None:
    world.run(accounts.create("closing", "a long password", "离任经办", Role.MUNICIPAL))
    token = world.run(accounts.issue_token("closing"))
    world.run(database.execute("UPDATE account SET active = false WHERE username = 'closing'"))
    with pytest.raises(Unauthenticated):
        world.run(accounts.actor_of(token, via_cookie=False))


@pytest.mark.parametrize("password", ["short", ""])
def test_a_short_password_is_refused(world: World, password: str) -> None:
    with pytest.raises(Invalid):
        world.run(accounts.create("weak", password, "某某", Role.MUNICIPAL))


@pytest.mark.parametrize("header", ["Bearer", "Basic Y2l0eTp4", "Bearer sr_wrong", "x"])
def test_a_bad_token_is_refused_and_not_taken_for_the_public(world: World, header: str) -> None:
    answer = world.client().get("/api/v1/enterprises", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
