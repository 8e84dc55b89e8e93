"""What the environment says. Read once at start; nothing else in the product looks at `os.environ`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """`data_dir` holds the embedded database (unless `database_url` is given), search index, uploads and secret.

    `secure_cookies` must be on behind HTTPS. `trusted_proxy` lets `X-Forwarded-For` name the client (login throttling).
    """

    data_dir: Path = Path("var/data")
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str = ""
    secure_cookies: bool = False
    trusted_proxy: bool = False
    pool_size: int = 10

    @property
    def postgres_dir(self) -> Path:
        """Where the embedded PostgreSQL keeps its cluster."""
        return self.data_dir / "postgres"

    @property
    def index_dir(self) -> Path:
        """Where the embedded search engine keeps its generations."""
        return self.data_dir / "index"

    @property
    def uploads_dir(self) -> Path:
        """Where uploads lie while they are read, and annotated files until they are fetched."""
        return self.data_dir / "uploads"

    @property
    def jobs_dir(self) -> Path:
        """Where the files of jobs lie: what was submitted, what they made."""
        return self.data_dir / "jobs"

    @property
    def open_dir(self) -> Path:
        """Where the public bulk files lie until they are made anew."""
        return self.data_dir / "open"

    @property
    def attachments_dir(self) -> Path:
        """Where the contents of attachments lie, by their digests."""
        return self.data_dir / "attachments"

    def secret(self) -> str:
        """The key that signs CSRF tokens, made on first use and kept with mode 0600."""
        path = self.data_dir / "secret"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_hex(32))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text()


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; a value that cannot be read stops the start with a plain sentence."""
    env = os.environ if environ is None else environ
    return Settings(
        data_dir=Path(env.get("DATA_DIR") or "var/data").resolve(),
        host=env.get("HOST") or "127.0.0.1",
        port=_number(env, "PORT", 8000, 65535),
        database_url=env.get("DATABASE_URL", ""),
        secure_cookies=env.get("SECURE_COOKIES", "") in {"1", "true", "yes"},
        trusted_proxy=env.get("TRUSTED_PROXY", "") in {"1", "true", "yes"},
        pool_size=_number(env, "POOL_SIZE", 10, 500),
    )


def _number(env: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise SystemExit(f"环境变量 {name} 应为 1 至 {most} 的整数，现为“{text}”。")
    return int(text)
