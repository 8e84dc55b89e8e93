"""The name under which a browser saves what we send."""

from __future__ import annotations

import re
from urllib.parse import quote


def content_disposition(filename: str) -> str:
    """The header value for a download (RFC 6266, RFC 5987): the Chinese name, and an ASCII one for old programs."""
    name = re.sub(r'[\x00-\x1f\x7f"\\/:*?<>|]+', "_", filename).strip() or "download"
    plain = re.sub(r"[^\x20-\x7e]+", "", name).strip()
    if not plain or plain.startswith("."):
        plain = f"download{plain}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
