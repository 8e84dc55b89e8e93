"""How a reader objects: one exception that carries the objection people read."""

from __future__ import annotations

from registry.errors import Objection
from registry.register import Field


class Unreadable(ValueError):  # noqa: N818  (an answer to a person, not a fault)
    """A text that is no value of the field; `objection` says why and how to mend it, in Chinese."""

    def __init__(self, field: Field, message: str) -> None:
        super().__init__(message)
        self.objection = Objection(message, field.name, field.label)


def shown(text: str, limit: int = 20) -> str:
    """A text as objections quote it: in quotes, shortened, without line breaks or control characters."""
    clean = "".join(character if character.isprintable() else " " for character in text[: limit + 1])
    return f"“{clean[:limit]}…”" if len(clean) > limit else f"“{clean}”"
