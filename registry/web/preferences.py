"""How somebody wants to see the pages: large type and colours, remembered in a cookie that says nothing else."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, cast

from litestar import Request, post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from registry.access import Permission

COOKIE = "view"
THEMES = {"auto": "跟随系统", "light": "浅色", "dark": "深色"}
_YEAR = 31_536_000


class Preferences(NamedTuple):
    """`elder` is 长辈模式; `theme` one of THEMES."""

    elder: bool = False
    theme: str = "auto"


def of(request: Request[Any, Any, Any]) -> Preferences:
    """What the cookie says; anything unreadable is as good as nothing."""
    elder, _, theme = request.cookies.get(COOKIE, "").partition(".")
    return Preferences(elder == "elder", theme if theme in THEMES else "auto")


def cookie(request: Request[Any, Any, Any], preferences: Preferences) -> Cookie:
    """The cookie that remembers them."""
    value = f"{'elder' if preferences.elder else 'plain'}.{preferences.theme}"
    return keep(request, COOKIE, value)


def keep(request: Request[Any, Any, Any], name: str, value: str, seconds: int | None = _YEAR) -> Cookie:
    """A cookie of ours, closed to scripts; `seconds` None lasts as long as the browser is open, 0 removes it."""
    secure = request.app.state.settings.secure_cookies
    same: Literal["lax"] = "lax"
    return Cookie(key=name, value=value, path="/", max_age=seconds, httponly=True, secure=secure, samesite=same)


def local_path(text: str) -> str:
    """A path of this site to go on to; whatever could lead elsewhere becomes the home page."""
    plain = text.isprintable() and "\\" not in text
    return text if plain and text.startswith("/") and not text.startswith("//") else "/"


@post("/preferences", permission=Permission.OPEN, include_in_schema=False)
async def choose(request: Request[Any, Any, Any]) -> Redirect:
    """Remember a choice and go back to where it was made."""
    form = await request.form()
    chosen = of(request)
    elder, theme = form.get("elder"), form.get("theme")
    if elder in {"1", "0"}:
        chosen = chosen._replace(elder=elder == "1")
    if theme in THEMES:
        chosen = chosen._replace(theme=cast("str", theme))
    return Redirect(local_path(str(form.get("next", "/"))), status_code=303, cookies=[cookie(request, chosen)])
