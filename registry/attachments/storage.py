"""Where contents lie: DATA_DIR/attachments/ab/<sha256>. Equal contents lie once."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from registry.settings import Settings

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PIECE = 1 << 20


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place_of(settings: Settings, digest: str) -> Path:
    """Where the content of a digest lies; anything that is no digest is a fault of ours."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError("not a digest")
    return settings.attachments_dir / digest[:2] / digest


def keep(settings: Settings, source: Path, digest: str) -> None:
    """Put a content in its place; when this returns it survives a power cut."""
    place = place_of(settings, digest)
    if place.exists():
        # Whoever tidies up sees that it was wanted just now.
        os.utime(place)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f"{digest}.{os.getpid()}.{os.urandom(4).hex()}")
    with source.open("rb") as given, draft.open("xb") as out:
        while piece := given.read(_PIECE):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    draft.chmod(0o600)
    draft.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def drop(settings: Settings, digest: str, before: float) -> None:
    """Remove a content that nothing names, unless somebody brought it again since that moment."""
    place = place_of(settings, digest)
    if place.is_file() and place.stat().st_mtime < before:
        place.unlink()
