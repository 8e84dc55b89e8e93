"""What an officer decided in an import's preview: this row is that record, or is none of those it looks like."""

from __future__ import annotations

from typing import Any

from registry.duplicates import deciding
from registry.history import Occasion
from registry.register import Register


async def remember(occasion: Occasion, register: Register, form: Any) -> None:
    """Remember every decision of the form; rows on which nothing was chosen are left as they are."""
    for field in [name for name in form if name.startswith("alike.")]:
        row, chosen = field.removeprefix("alike."), str(form[field])
        incoming = str(form.get(f"incoming.{row}", ""))[:400]
        if chosen == "different":
            others = [str(one) for one in form.getall(f"candidate.{row}", [])]
            await deciding.say(occasion, register, incoming, others, same=False)
        elif chosen:
            await deciding.say(occasion, register, incoming, [chosen], same=True)
