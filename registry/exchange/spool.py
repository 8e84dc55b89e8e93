"""A finished temporary file without a name on the disk: nothing of it can be left behind, whatever happens."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO

from registry.exchange.background import in_thread

_CHUNK = 1 << 18


class Spool:
    """The content of `file` (`size` bytes), readable by several readers at once until it is closed or forgotten.

    It holds the bare descriptor: file objects complain when they are collected in a cycle, as after an exception.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._descriptor = os.dup(file.fileno())
        self.size = os.fstat(self._descriptor).st_size

    def read(self, at: int) -> bytes:
        """The next bytes from a position; empty at the end."""
        return os.pread(self._descriptor, _CHUNK, at)

    def lines(self) -> Iterator[bytes]:
        """All lines, each of which must end in LF."""
        at, rest = 0, b""
        while chunk := self.read(at):
            at += len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines

    def close(self) -> None:
        """Drop the file; harmless when it is gone already."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        self.close()


class Spooled:
    """A finished file of `size` bytes; it is gone when it was sent, closed or forgotten."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.size = spool.size

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes, once."""
        at = 0
        try:
            while chunk := await in_thread(self._spool.read, at):
                at += len(chunk)
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Drop the file; harmless when it is gone already."""
        self._spool.close()
