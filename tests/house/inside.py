"""What a test of the house needs from inside the running program."""

from __future__ import annotations

from litestar import Litestar

from registry.edge import Edge
from tests.conftest import World


def litestar_of(world: World) -> Litestar:
    """The Litestar application that the world serves."""
    edge = world._server.config.app
    assert isinstance(edge, Edge)
    assert isinstance(edge.app, Litestar)
    return edge.app
