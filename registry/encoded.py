"""JSON that is ready to be sent: for reads that are asked often, Litestar's own response costs more than the query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send


class EncodedJSON(Response[Any]):
    """A whole answer: bytes of JSON, and headers beside type and length as they go over the wire."""

    def __init__(self, body: bytes, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        # Nothing of the base's: it would collect cookies, encoders and background tasks that are not there.
        self._body = body
        self._headers = headers

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """It can be sent as it is."""
        return cast("ASGIResponse", self)

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        length = str(len(self._body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length), *self._headers]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self._body, "more_body": False})
