"""The acts on claims: file, take back, approve, refuse; and the claims that somebody may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from plugins import manager
from registry import access, attachments, clock, database, history, masking, reading
from registry.access import Actor
from registry.attachments import Level
from registry.claims import rules
from registry.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound
from registry.field import Field
from registry.history import Occasion
from registry.organisations import binding
from registry.register import Register

STATES = {"pending": "待审核", "approved": "已通过", "refused": "未通过", "taken_back": "已撤销"}
"""What each state of a claim is called."""

MOST = 100

PHONE = Field("phone", "联系电话", personal=True)
"""The claimant's own, to be called while the claim waits; afterwards it is covered."""


class Given(msgspec.Struct, frozen=True):
    """What a claim says: the claimant's position and phone, why the record is its own, ids of files that prove it."""

    position: str
    phone: str
    statement: str
    proofs: list[UUID] = []


class Claim(msgspec.Struct, frozen=True):
    """A claim as its claimant and the officers in charge read it. `holders` counts other accounts with the record."""

    id: str
    kind: str
    plural: str
    record_id: str
    name: str
    code: str
    district: str
    account: str
    holders: int
    position: str
    phone: str
    statement: str
    proofs: list[str]
    filed_at: datetime
    state: str
    state_label: str
    decided_by: str
    decided_at: datetime | None
    decided_reason: str


async def file(occasion: Occasion, register: Register, record_id: str, given: Given) -> str:
    """Say that a record is one's own; the claim's id comes back."""
    if wrong := rules.objections(given.position, given.phone, given.statement, len(given.proofs)):
        raise Invalid(wrong)
    actor = occasion.actor
    record = msgspec.json.decode((await reading.get(actor, register, record_id)).json)
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 3))", f"claims:{actor.id}")
        waits = await database.fetchval(
            "SELECT 1 FROM record_claim WHERE account_id = $1::uuid AND state = 'pending'", actor.id
        )
        has = await database.fetchval("SELECT enterprise_id FROM account WHERE id = $1::uuid", actor.id)
        facts = rules.Facts(register.claimable, has is not None, waits is not None, record["withdrawn"])
        if told := rules.refusal(facts):
            raise Conflict(told)
        await _hang(occasion, register, UUID(record_id), given.proofs)
        claim = await database.fetchval(
            "INSERT INTO record_claim (kind, record_id, account_id, account_name, position, phone, statement, proofs)"
            " VALUES ($1, $2, $3::uuid, $4, $5, $6, $7, $8) RETURNING id",
            register.kind,
            UUID(record_id),
            actor.id,
            actor.name,
            given.position.strip(),
            given.phone.strip(),
            given.statement.strip(),
            given.proofs,
        )
    return str(claim)


async def _hang(occasion: Occasion, register: Register, record_id: UUID, proofs: Sequence[UUID]) -> None:
    """Show the claimant's own loose files to the officers in charge of the record, and to nobody else."""
    for one in dict.fromkeys(proofs):
        await attachments.find(occasion.actor, str(one))
        await attachments.bind(occasion, one, register, record_id, Level.OFFICERS)


async def take_back(occasion: Occasion, claim_id: str) -> None:
    """Give up one's own claim while it waits."""
    gone = await database.fetchval(
        "UPDATE record_claim SET state = 'taken_back', decided_at = now()"
        " WHERE id = $1 AND account_id = $2::uuid AND state = 'pending' RETURNING 1",
        reading.parse_id(claim_id),
        occasion.actor.id,
    )
    if gone is None:
        raise NotFound("没有您的这份认领，或它已有结果。")


async def approve(occasion: Occasion, claim_id: str) -> None:
    """The record becomes the claimant's own from the next request on."""
    async with database.transaction():
        claim, version = await _waiting(occasion, claim_id, approving=True)
        await _give(occasion, manager.registers()[claim["kind"]], claim)
        await _close(occasion, claim["id"], "approved")
        await history.write(occasion, claim["kind"], claim["record_id"], "claimed", version, (None, None))


async def _give(occasion: Occasion, register: Register, claim: Any) -> None:
    """Bind the account to the record; Conflict if it answers for one already, or is closed."""
    account = await database.fetchrow(
        "SELECT username, enterprise_id FROM account WHERE id = $1 AND active FOR UPDATE", claim["account_id"]
    )
    if account is None:
        raise Conflict("该账号已停用，不能通过认领；可不予通过。")
    if account["enterprise_id"] is not None:
        raise Conflict("该账号已有自己的企业记录，不能再认领一家；请先核对账号。")
    await binding.bind(occasion, account["username"], register, str(claim["record_id"]))


async def refuse(occasion: Occasion, claim_id: str) -> None:
    """Say no, with the reason that the claimant reads."""
    async with database.transaction():
        claim, _ = await _waiting(occasion, claim_id, approving=False)
        await _close(occasion, claim["id"], "refused")


async def _waiting(occasion: Occasion, claim_id: str, *, approving: bool) -> tuple[Any, int]:
    """A claim that waits, held, and the version of its record; refused to those whose record it is not."""
    if wrong := rules.reason_missing(occasion.reason, approving=approving):
        raise Invalid(wrong)
    found = await database.fetchrow("SELECT * FROM record_claim WHERE id = $1", reading.parse_id(claim_id))
    if found is None:
        raise NotFound("没有这份认领。")
    register = manager.registers()[found["kind"]]
    # The record before the claim, as in a merge, so that the two never wait for each other.
    row = await database.fetchrow(f"SELECT * FROM {register.table_name} WHERE id = $1 FOR SHARE", found["record_id"])
    claim = await database.fetchrow("SELECT * FROM record_claim WHERE id = $1 FOR UPDATE", found["id"])
    if claim["record_id"] != found["record_id"]:
        raise Conflict("这条记录刚刚并入了另一条，请刷新页面。")
    if row is None or not access.in_scope(occasion.actor, row):
        raise Forbidden("只能审核办理范围内记录的认领。")
    if claim["state"] != "pending":
        raise Conflict(f"这份认领{STATES[claim['state']]}，请刷新页面。")
    if approving and row["withdrawn"]:
        raise Conflict("这条记录已撤回，不能通过认领；请先恢复记录，或不予通过。")
    return claim, int(row["version"])


async def _close(occasion: Occasion, claim_id: UUID, state: str) -> None:
    await database.execute(
        "UPDATE record_claim SET state = $2, decided_by = $3::uuid, decided_name = $4, decided_at = now(),"
        " decided_reason = $5 WHERE id = $1",
        claim_id,
        state,
        occasion.actor.id,
        occasion.actor.name,
        occasion.reason.strip(),
    )


@cache
def _one_kind(register: Register) -> str:
    return (
        f"SELECT c.*, r.{register.name_field} AS name, r.{register.code_field} AS code, r.district,"
        " (SELECT count(*) FROM account a WHERE a.enterprise_id = c.record_id AND a.active AND a.id <> c.account_id)"
        f" AS holders FROM record_claim c JOIN {register.table_name} r ON r.id = c.record_id"
        f" WHERE c.kind = '{register.kind}'"
    )


def _sql(condition: str) -> str:
    claimable = [register for register in manager.registers().values() if register.claimable]
    return " UNION ALL ".join(_one_kind(register) + condition for register in claimable)


async def mine(actor: Actor) -> list[Claim]:
    """The claims of one's own account, the newest first."""
    rows = await database.fetch(f"{_sql(' AND c.account_id = $1::uuid')} ORDER BY filed_at DESC LIMIT {MOST}", actor.id)
    return _claims(rows)


async def queue(actor: Actor, state: str = "pending", district: str = "") -> list[Claim]:
    """The claims of records that are the actor's to act on; the longest waiting first, or the last decided."""
    if state not in STATES:
        raise BadRequest(f"state 应为 {'、'.join(STATES)} 之一。")
    args = [clock.today(), *access.scope_values(actor), state, district]
    n = len(args)
    mine = f"{reading.PARAMETERS}{access.owned_sql(actor)}"
    condition = f" AND {mine} AND c.state = ${n - 1} AND (${n} = '' OR r.district = ${n})"
    way = "filed_at" if state == "pending" else "decided_at DESC"
    return _claims(await database.fetch(f"{_sql(condition)} ORDER BY {way} LIMIT {MOST}", *args))


def _claims(rows: Sequence[Any]) -> list[Claim]:
    return [
        Claim(
            str(row["id"]), row["kind"], manager.registers()[row["kind"]].plural, str(row["record_id"]), row["name"],
            row["code"] or "", row["district"] or "", row["account_name"], row["holders"], row["position"],
            _phone(row), row["statement"], [str(one) for one in row["proofs"]], row["filed_at"], row["state"],
            STATES[row["state"]], row["decided_name"], row["decided_at"], row["decided_reason"],
        )
        for row in rows
    ]  # fmt: skip


def _phone(row: Any) -> str:
    return str(row["phone"] if row["state"] == "pending" else masking.mask(PHONE, row["phone"]))
