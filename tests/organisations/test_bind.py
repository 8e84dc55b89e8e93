"""An enterprise's user answers for a record: bound by an officer in whose hands the record is."""

from __future__ import annotations

import pytest

from registry import accounts
from registry.errors import Conflict, Forbidden, NotFound
from registry.history import Occasion
from registry.organisations import binding
from registry.register import Register
from tests.conftest import World
from tests.organisations.people import filed, office, somebody


def bind(world: World, register: Register, by: str, username: str, path: str) -> None:
    """Bind, as one of the cast."""
    occasion = Occasion(world.run(accounts.named(by)), "核实无误")
    world.run(binding.bind(occasion, username, register, path[-36:]))


def test_it_opens_the_record_to_its_user_and_stands_in_the_tree(world: World, enterprises: Register) -> None:
    username = somebody(world, role="enterprise")
    path, _ = filed(world, "tongliang", contact_phone="000-00000066")
    client = world.client(username)
    assert client.get(path).status_code == 404
    bind(world, enterprises, "tongliang", username, path)
    assert "****0066" in client.get(path).text
    actor = world.run(accounts.named(username))
    assert actor.enterprise_id == path[-36:]
    place = office(world, "铜梁区银发")
    below = world.client("city").get("/api/v1/organisations", params={"enterprises_of": place}).json()
    assert actor.organisation in {one["id"] for one in below}
    # The unit's administrator now manages the account, for its record is the unit's.
    body = {"reason": "注销", "role": "enterprise"}
    assert world.client("chief").get(f"/api/v1/accounts/{username}").status_code == 200
    assert world.client("chief").post(f"/api/v1/accounts/{username}/close", json={"reason": body["reason"]}).is_success


def test_a_second_record_comes_beside_the_first_and_goes_again(world: World, enterprises: Register) -> None:
    username = somebody(world, role="enterprise")
    first, second = (filed(world, "tongliang")[0] for _ in range(2))
    for path in (first, second):
        bind(world, enterprises, "tongliang", username, path)
    assert [world.client(username).get(path).status_code for path in (first, second)] == [200, 200]
    occasion = Occasion(world.run(accounts.named("tongliang")), "误认")
    world.run(binding.unbind(occasion, username, enterprises, second[-36:]))
    assert [world.client(username).get(path).status_code for path in (first, second)] == [200, 404]


def test_nobody_binds_a_record_that_is_not_in_their_hands(world: World, enterprises: Register) -> None:
    username = somebody(world, role="enterprise")
    public, _ = filed(world, visibility="public")
    hidden, _ = filed(world)
    with pytest.raises(Forbidden):
        bind(world, enterprises, "liangjiang", username, public)
    with pytest.raises(NotFound):
        bind(world, enterprises, "liangjiang", username, hidden)
    with pytest.raises(Conflict):
        bind(world, enterprises, "tongliang", "invest", public)
    with pytest.raises(NotFound):
        bind(world, enterprises, "tongliang", "nobody", public)
