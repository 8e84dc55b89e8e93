"""What ours is compared with: Litestar, asyncpg and msgspec, and nothing else. No rights, no middleware, no layers.

The same rows by the same SQL conditions on the same kind of pool, fetched as rows and encoded by msgspec.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from registry import clock, database

DISTRICTS = os.environ.get("BENCH_DISTRICTS", "").split(",")
"""The districts of the officer who asks; ours finds them out by the token, here they are given."""

_ITEM = (
    "'enterprise' AS kind, r.id, r.version, r.withdrawn, r.name, r.credit_code, r.former_names, r.province,"
    " r.district, r.industry, r.size_class, r.founded_on, r.registered_capital, r.address, r.chains, r.chain_nodes,"
    " r.chain_leader, r.chain_leader_document, r.website, r.visibility, r.as_of, r.source, r.synthetic,"
    " {tier}, r.updated_at"
)
_HELD = (
    "(t.stage IN ('recognised', 'updated', 'changed', 'reviewed') OR t.ended > $1)"
    " AND (t.valid_from IS NULL OR t.valid_from <= $1) AND (t.valid_until IS NULL OR t.valid_until >= $1)"
)
_TIER = (
    "(SELECT t.tier FROM title t WHERE t.record_kind = 'enterprise' AND t.record_id = r.id AND t.rung > 0"
    f" AND {_HELD} ORDER BY t.rung DESC, t.tier LIMIT 1) AS tier"
)
_OWN = "(r.keeper IS NULL AND r.district = ANY($2::text[]))"
_VISIBLE = f"NOT r.withdrawn AND (r.visibility = 'public' OR {_OWN})"
_LIST = (
    f"SELECT {_ITEM.format(tier=_TIER)}, r.name_sort FROM enterprise r WHERE {_VISIBLE}"
    " AND r.district = $3 ORDER BY r.name_sort, r.id LIMIT $4"
)
_TITLE = (
    "id", "kind", "label", "as_printed", "level", "line", "tier", "product", "batch", "year", "document_no", "stage",
    "status_text", "verified", "district", "valid_from", "valid_until", "presumed", "source", "ended", "decided",
    "steps", "held",
)  # fmt: skip
_TITLES = (
    f"SELECT ROW({', '.join(f't.{name}' for name in _TITLE[:-1])}, ({_HELD}))"
    " FROM title t WHERE t.record_kind = 'enterprise' AND t.record_id = r.id"
    " ORDER BY t.year DESC NULLS LAST, t.valid_from DESC NULLS LAST, t.rung DESC, t.label"
)
_ONE = (
    f"SELECT {_ITEM.format(tier=_TIER)}, r.products, r.scope, r.figures, r.created_at, {_OWN} AS owned,"
    f" CASE WHEN {_OWN} THEN r.contact_name END AS contact_name,"
    f" CASE WHEN {_OWN} THEN r.assessment END AS assessment,"
    f" CASE WHEN {_OWN} THEN r.contact_phone END AS contact_phone, ARRAY({_TITLES}) AS titles"
    f" FROM enterprise r WHERE r.id = $3 AND {_VISIBLE}"
)


@get("/enterprises/{record_id:uuid}")
async def one(state: State, record_id: FromPath[UUID]) -> dict[str, Any]:
    """One record and its titles, by one statement."""
    row = await state.pool.fetchrow(_ONE, clock.today(), DISTRICTS, record_id)
    if row is None:
        raise NotFoundException
    found = dict(row)
    found["titles"] = [dict(zip(_TITLE, title, strict=True)) for title in found["titles"]]
    return found


@get("/enterprises")
async def listed(state: State, district: FromQuery[str], limit: FromQuery[int] = 50) -> dict[str, Any]:
    """A page of a district's records by name; one more is read, to know whether there is a next page."""
    rows = await state.pool.fetch(_LIST, clock.today(), DISTRICTS, district, limit + 1)
    items = [dict(row) for row in rows[:limit]]
    last = items[-1]["id"] if len(rows) > limit else None
    for item in items:
        del item["name_sort"]
    return {"items": items, "next_cursor": last}


@asynccontextmanager
async def _pool(app: Litestar) -> AsyncIterator[None]:
    address = database.address(os.environ["DATABASE_URL"])
    async with asyncpg.create_pool(min_size=1, max_size=10, connection_class=database.Connection, **address) as pool:
        app.state.pool = pool
        yield


app = Litestar([one, listed], lifespan=[_pool], openapi_config=None, logging_config=None)


def main() -> None:
    """Serve on PORT with the settings that `registry serve` has."""
    uvicorn.run(
        app,
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
