"""Where each value of a record comes from: whose word it is, from which list or act, of which day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from registry import database, reading
from registry.access import Actor
from registry.provenance import rules
from registry.provenance.rules import Origin
from registry.register import Register


class Said(NamedTuple):
    """One entry of a record's history, as far as it tells where values come from."""

    names: tuple[str, ...]
    source: str | None
    as_of: date | None
    at: datetime
    act: str
    actor: str
    batch_id: UUID | None


class Source(msgspec.Struct, frozen=True):
    """Where a field's value comes from. `source` is the list's own word for itself, `as_of` the day it speaks of.

    `actor`, `batch_id` only for those in whose scope the record is.
    """

    field: str
    label: str
    origin: str
    origin_label: str
    source: str = ""
    as_of: date | None = None
    at: datetime | None = None
    actor: str = ""
    batch_id: str = ""


def traced(register: Register, origins: Mapping[str, str], entries: Iterable[Said]) -> dict[str, Source]:
    """The source of every field; entries come oldest first, the last one that names a field counts.

    An act that does not say its source anew speaks from the one the record had. Of a field that no entry names only
    its origin is known.
    """
    labels = {field.name: field.label for field in rules.guarded(register)}
    words = {name: rules.standing(origins, name) for name in labels}
    found = {name: Source(name, label, words[name].value, words[name].label) for name, label in labels.items()}
    source, as_of = "", None
    for entry in entries:
        source, as_of = entry.source or source, entry.as_of or as_of
        for name in entry.names:
            if name in labels:
                found[name] = _source(name, labels[name], origins, entry, (source, as_of))
    return found


def _source(
    name: str, label: str, origins: Mapping[str, str], entry: Said, statement: tuple[str, date | None]
) -> Source:
    word = rules.standing(origins, name)
    batch = str(entry.batch_id) if entry.batch_id else ""
    told = statement if word is Origin.LIST else ("", None)
    return Source(name, label, word.value, word.label, *told, entry.at, entry.actor, batch)


async def of_record(actor: Actor, register: Register, record_id: str) -> dict[str, Source]:
    """The sources of the values that the actor may read, by field; who and which batch only for insiders."""
    found = await reading.get(actor, register, record_id)
    told = await known(register, UUID(record_id), inside=found.private)
    private = reading.private_fields(actor, register) if found.private else frozenset()
    hidden = register.private_names - private
    return {name: one for name, one in told.items() if name not in hidden}


async def known(register: Register, record_id: UUID, *, inside: bool) -> dict[str, Source]:
    """The sources of a record's values as insiders read them, or everyone, for a record that the reader may see.

    For others the telling begins where the record was last made public, as its history does.
    """
    rows = await database.fetch(
        "SELECT r.origins::text AS origins, ARRAY(SELECT jsonb_object_keys(h.after)) AS names,"
        " h.after ->> 'source' AS source, (h.after ->> 'as_of')::date AS as_of, h.at, h.act, h.actor_name AS actor,"
        f" h.batch_id FROM {register.table_name} r LEFT JOIN history h ON h.kind = $1 AND h.record_id = r.id"
        " AND jsonb_typeof(h.after) = 'object' AND ($3 OR h.id >= (SELECT max(o.id) FROM history o"
        " WHERE o.kind = $1 AND o.record_id = r.id AND o.after ->> 'visibility' = 'public'))"
        " WHERE r.id = $2 ORDER BY h.id",
        register.kind,
        record_id,
        inside,
    )
    origins = origins_of(rows[0]["origins"]) if rows else {}
    entries = (Said(tuple(row["names"]), *(row[name] for name in Said._fields[1:])) for row in rows if row["at"])
    found = traced(register, origins, entries)
    if inside:
        return found
    return {name: msgspec.structs.replace(one, actor="", batch_id="") for name, one in found.items()}


def origins_of(text: str | None) -> dict[str, str]:
    """The origins of a record from the JSON of its column."""
    return msgspec.json.decode(text or "{}", type=dict[str, str])


def origins_json(origins: Mapping[str, Any]) -> str:
    """Origins as the column takes them."""
    return msgspec.json.encode(origins).decode()
