"""From a template to a response: what every page is given, and how long a page may be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response

from plugins import manager
from registry import clock, guard, taxonomy
from registry.access import ANONYMOUS, Actor, Permission, Role
from registry.web import disputes, menu, preferences, showing, static
from registry.web.preferences import THEMES, Preferences

FRAGMENT_HEADER = "x-fragment"
_ACTS = frozenset({"confirm", "decide", "hand-over", "reinstate", "reverse", "take-back", "verify", "withdraw"})
PRODUCT = "银发经济登记簿"
_OFFICE = frozenset({Role.DISTRICT, Role.MUNICIPAL, Role.INVESTMENT, Role.ADMINISTRATOR})


class Crumb(NamedTuple):
    """A place above the page."""

    label: str
    url: str


class View(NamedTuple):
    """What every template may ask: who reads, how they like it, where they are."""

    actor: Actor
    preferences: Preferences
    path: str
    here: str
    csrf: str

    @property
    def office(self) -> bool:
        """Whether the page gets the back office's menu; large type always has the simple layout."""
        return self.officer and not self.preferences.elder

    @property
    def officer(self) -> bool:
        """Whether the reader works here: who gets the desk and every page's tools, whatever the layout."""
        return self.actor.role in _OFFICE

    def may(self, permission: str) -> bool:
        """Whether the reader holds a right, named as in `Permission`."""
        return self.actor.may(Permission(permission))


@cache
def environment() -> Environment:
    """The templates; everything is escaped, and a name that is missing is a fault."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals |= {
        "static": static.url,
        "menu": menu.menu,
        "registers": lambda: list(manager.registers().values()),
        "themes": THEMES,
        "product": PRODUCT,
        "city": lambda: taxonomy.city().name,
        "today": clock.today,
        "steps": showing.steps,
        "disputes": disputes.lines,
    }
    env.filters |= {
        "moment": showing.moment,
        "tier": showing.tier_label,
        "place": showing.place_note,
        "agent": showing.agent,
    }
    return env


def view_of(request: Request[Any, Any, Any]) -> View:
    """The view of a request; before routing nobody is known."""
    actor = request.scope.get("user") or ANONYMOUS
    query = request.scope["query_string"].decode("latin-1")
    path = request.url.path
    here = f"{path}?{query}" if query and request.method == "GET" else _page_of(path)
    return View(actor, preferences.of(request), path, here, guard.csrf_token(request))


def _page_of(path: str) -> str:
    """The page that an act was started from: an act has an address that cannot be opened."""
    above, _, last = path.rpartition("/")
    return above if last in _ACTS else path


def page(
    request: Request[Any, Any, Any],
    template: str,
    title: str,
    *,
    crumbs: Sequence[Crumb] = (),
    status: int = 200,
    **context: Any,
) -> Response[str]:
    """A page as a response. Signed-in pages are nobody else's; public ones are kept while they have not changed."""
    view = view_of(request)
    html = environment().get_template(template).render(view=view, title=title, crumbs=crumbs, **context)
    headers = {"vary": "Cookie, X-Fragment", "cache-control": "private, no-cache"}
    if view.actor.id is None and status == 200 and request.method == "GET":
        tag = f'W/"{hashlib.blake2b(html.encode(), digest_size=12).hexdigest()}"'
        headers |= {"cache-control": "public, no-cache", "etag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response("", status_code=304, headers=headers)
    return Response(html, status_code=status, media_type="text/html; charset=utf-8", headers=headers)


def wants_fragment(request: Request[Any, Any, Any]) -> bool:
    """Whether a script of ours asks for the changing part of the page only."""
    return FRAGMENT_HEADER in request.headers


def query_url(path: str, parameters: Mapping[str, Sequence[str] | str]) -> str:
    """A path with its query; empty parameters are left out, so that one view has one URL."""
    listed = {name: [value] if isinstance(value, str) else list(value) for name, value in parameters.items()}
    query = urlencode([(name, value) for name, values in listed.items() for value in values if value])
    return f"{path}?{query}" if query else path


def decoded(json: bytes) -> dict[str, Any]:
    """A record from its JSON."""
    return msgspec.json.decode(json, type=dict[str, Any])
