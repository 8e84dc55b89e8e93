"""Two records as somebody compares them: where they differ, which value is the better one, what would move."""

from __future__ import annotations

from typing import Any, NamedTuple

from registry import access, database, reading, values
from registry.access import Actor, Permission
from registry.duplicates import likeness, rules
from registry.duplicates.rules import Likeness
from registry.errors import Conflict, Forbidden, NotFound
from registry.merging import hanging, joining
from registry.merging.rules import Take, taken
from registry.register import Field, Register


class Compared(NamedTuple):
    """The values of both (`own` of the record kept), the fields that differ and those that say the same.

    `chosen` is the better value's side; `hanging` what hangs on each, by what it is called.
    """

    keep_id: str
    give_id: str
    versions: tuple[int, int]
    own: dict[str, Any]
    other: dict[str, Any]
    different: list[str]
    alike: list[str]
    chosen: dict[str, Take]
    hanging: tuple[dict[str, int], dict[str, int]]
    likeness: Likeness

    def valued(self, field: Field, take: Take) -> Any:
        """What a field would say."""
        return taken(field, self.own, self.other, take)

    @property
    def reasons(self) -> list[str]:
        """Why the two look alike."""
        return rules.readable(self.likeness.reasons, private=True)


async def compare(actor: Actor, register: Register, keep_id: str, give_id: str) -> Compared:
    """Both records, for somebody who is in charge of both; Forbidden for others, Moved for what was merged already."""
    rows = [await _mine(actor, register, one) for one in (keep_id, give_id)]
    if rows[0]["id"] == rows[1]["id"]:
        raise Conflict("同一条记录不能与自己合并。")
    own, other = (values.of_row(register.stored, row) for row in rows)
    hidden = access.hidden_fields(actor, register.kind)
    if not actor.may(Permission.PRIVATE_READ):
        hidden |= register.private_names
    shown = [f.name for f in register.stored if f.name not in hidden and f.name != register.former_names_field]
    different = [name for name in shown if own[name] != other[name]]
    alike = likeness.compare(likeness.subject(register, rows[0]), likeness.subject(register, rows[1]))
    return Compared(
        str(rows[0]["id"]),
        str(rows[1]["id"]),
        (rows[0]["version"], rows[1]["version"]),
        own,
        other,
        different,
        [name for name in shown if name not in different and own[name] not in (None, "", [], False)],
        joining.chosen_for(register, (rows[0], rows[1]), {}, access.locked_fields(actor, register.kind)),
        (await hanging.counts(register.kind, rows[0]["id"]), await hanging.counts(register.kind, rows[1]["id"])),
        alike,
    )


async def _mine(actor: Actor, register: Register, record_id: str) -> Any:
    row = await database.fetchrow(f"SELECT * FROM {register.table_name} WHERE id = $1", reading.parse_id(record_id))
    if row is None or not access.sees(actor, row):
        raise NotFound(f"没有这条{register.label}记录，或它未公开。")
    if row["merged_into"] is not None:
        await reading.lead_on(actor, register, record_id)
    if not access.in_scope(actor, row):
        raise Forbidden("两条记录都在您的办理范围内才能合并；请与市级经办联系。")
    return row
