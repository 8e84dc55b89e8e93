"""Static files: the style sheets as one, the scripts as one, the icon; named by their content, so kept for a year."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.params import FromPath

from registry.access import Permission
from registry.errors import NotFound

FOLDER = Path(__file__).parent / "static"

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}


class Asset(NamedTuple):
    """One file as it is served; `mark` changes with its content."""

    mark: str
    media_type: str
    plain: bytes
    packed: bytes


@cache
def assets() -> dict[str, Asset]:
    """Every asset by the name that pages use; `css/` and `js/` are joined in the order of their names."""
    return {
        "app.css": _asset(_joined("css"), ".css"),
        "app.js": _asset(_joined("js"), ".js"),
        "icon.svg": _asset((FOLDER / "icon.svg").read_bytes(), ".svg"),
    }


def _joined(folder: str) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted((FOLDER / folder).iterdir()))


def _asset(content: bytes, ending: str) -> Asset:
    mark = hashlib.sha256(content).hexdigest()[:12]
    return Asset(mark, _MEDIA_TYPES[ending], content, gzip.compress(content, mtime=0))


def url(name: str) -> str:
    """The address of an asset, with its mark."""
    return f"/static/{assets()[name].mark}/{name}"


@get("/static/{mark:str}/{name:str}", permission=Permission.OPEN, include_in_schema=False)
async def serve_static(request: Request[Any, Any, Any], mark: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """An asset. An address of an older release gets the present content, but not for long."""
    asset = assets().get(name)
    if asset is None:
        raise NotFound("没有这个文件。")
    kept = "public, max-age=31536000, immutable" if mark == asset.mark else "no-cache"
    headers = {"cache-control": kept, "vary": "Accept-Encoding"}
    packed = "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(asset.packed if packed else asset.plain, media_type=asset.media_type, headers=headers)


@get("/favicon.ico", permission=Permission.OPEN, include_in_schema=False)
async def favicon() -> Response[bytes]:
    """Browsers ask for it unasked."""
    icon = assets()["icon.svg"]
    return Response(icon.plain, media_type=icon.media_type, headers={"cache-control": "public, max-age=86400"})
