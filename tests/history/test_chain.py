"""The chain over history: it names what was altered, taken out or put in, and holds through an erasure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import anyio
import pytest

from registry import clock, database, history_chain, history_redaction, worker
from registry.history import SYSTEM
from registry.history_chain import Verdict
from registry.naming import synthetic_code
from tests.conftest import World

BASE = "/api/v1/enterprises"
SMUGGLED = (
    "INSERT INTO history (kind, record_id, act, version, actor_name)"
    " VALUES ('enterprise', gen_random_uuid(), 'filed', 1, '混入')"
)


@pytest.fixture(scope="module")
def written(world: World) -> World:
    """A register with a history: records filed and amended one by one, and a list of thirty."""
    city = world.client("city")
    for number in range(3):
        body = {"name": f"重庆链上（模拟）{number}号有限公司", "district": "铜梁区", "contact_phone": "023-40000000"}
        filed = city.post(BASE, json=body)
        place, tag = filed.headers["location"], {"If-Match": filed.headers["etag"]}
        assert city.patch(place, json={"address": "某路1号", "reason": "核对"}, headers=tag).status_code == 200
    rows = "".join(f"重庆链上名单（模拟）{n}号有限公司,{synthetic_code(9000 + n)}\n" for n in range(30))
    files = {"file": ("名单.csv", f"企业名称,统一社会信用代码\n{rows}".encode())}
    assert city.post(f"{BASE}/import", files=files).status_code == 200
    return world


class _Undone(Exception):  # noqa: N818
    """Rolls tampering back."""


def verify(world: World, *tampering: str) -> Verdict:
    """The verdict on the enterprises after somebody with the database's keys did this; it is undone afterwards."""
    found: list[Verdict] = []

    async def work() -> None:
        try:
            async with database.transaction():
                await database.execute("SET LOCAL session_replication_role = replica")
                for sql in tampering:
                    await database.execute(sql)
                found.append(await history_chain.verified("enterprise"))
                raise _Undone
        except _Undone:
            pass

    world.run(work())
    return found[0]


def entry(no: int) -> str:
    """SQL of the history id at a place of the chain."""
    return f"(SELECT history_id FROM history_chain WHERE kind = 'enterprise' AND no = {no})"


def test_what_was_written_one_by_one_and_by_lists_is_chained_and_sound(written: World) -> None:
    verdict = verify(written)
    assert (verdict.entries, verdict.fault) == (36, None)
    assert len(verdict.head) == 64


@pytest.mark.parametrize(
    ("tampering", "fault", "no"),
    [
        (f'UPDATE history SET after = after || \'{{"address": "别处"}}\' WHERE id = {entry(2)}', "altered", 2),
        (f"UPDATE history SET actor_name = '别人' WHERE id IN ({entry(20)}, {entry(4)})", "altered", 4),
        (f"UPDATE history SET at = at - interval '1 day' WHERE id = {entry(30)}", "altered", 30),
        (f"DELETE FROM history WHERE id = {entry(5)}", "missing", 5),
        ("DELETE FROM history_chain WHERE kind = 'enterprise' AND no = 7", "broken", 8),
        ("UPDATE history_chain SET digest = sha256('x') WHERE kind = 'enterprise' AND no = 9", "broken", 9),
        ("DELETE FROM history_chain WHERE kind = 'enterprise' AND no = 36", "unchained", None),
        (SMUGGLED, "unchained", None),
    ],
)
def test_it_names_the_first_entry_that_is_not_as_it_was_written(
    tampering: str, fault: str, no: int | None, written: World
) -> None:
    found = verify(written, tampering).fault
    assert found is not None
    assert (found.fault, found.no) == (fault, no)
    assert found.words


def test_an_end_cut_off_shows_by_the_head_and_a_chain_made_anew_by_a_root(written: World) -> None:
    cut = verify(
        written,
        f"DELETE FROM history WHERE id = {entry(36)}",
        "DELETE FROM history_chain WHERE kind = 'enterprise' AND no = 36",
    ).fault
    assert cut is not None
    assert cut.fault == "cut"
    forged = verify(
        written,
        "INSERT INTO history_root (day, kind, no, digest) SELECT '2026-01-01', kind, no, digest FROM history_head",
        f"UPDATE history SET actor_name = '别人' WHERE id = {entry(36)}",
        "UPDATE history_chain c SET content = x.content, digest = sha256((SELECT p.digest FROM history_chain p"
        " WHERE p.kind = c.kind AND p.no = 35) || x.content)"
        f" FROM (SELECT {history_chain.CONTENT} AS content FROM history h WHERE h.id = {entry(36)}) x"
        " WHERE c.kind = 'enterprise' AND c.no = 36",
        "UPDATE history_head h SET digest = c.digest FROM history_chain c WHERE c.kind = h.kind AND c.no = h.no",
    ).fault
    assert forged is not None
    assert (forged.fault, forged.no) == ("uprooted", 36)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE history SET reason = 'x'",
        "DELETE FROM history",
        "UPDATE history_chain SET no = no + 1",
        "DELETE FROM history_chain",
        "TRUNCATE history CASCADE",
    ],
)
def test_the_database_refuses_to_change_what_was_written(sql: str, written: World) -> None:
    with pytest.raises(Exception, match="append-only"):
        written.run(database.execute(sql))


def test_an_erasure_takes_the_value_everywhere_and_leaves_the_chain_sound(written: World) -> None:
    body = {"name": "重庆删去电话（模拟）有限公司", "district": "铜梁区", "contact_phone": "023-49999999"}
    record_id = UUID(written.client("city").post(BASE, json=body).json()["id"])

    async def erase() -> int:
        async with database.transaction():
            return await history_redaction.redact(SYSTEM, "enterprise", record_id, {"contact_phone"}, 1)

    assert written.run(erase()) == 1
    entries = written.client("city").get(f"{BASE}/{record_id}/history").json()
    assert [one["act"] for one in entries] == ["redacted", "filed"]
    assert entries[1]["after"]["contact_phone"] == history_redaction.ERASED
    assert entries[1]["after"]["name"] == body["name"]
    assert "49999999" not in json.dumps(entries)
    assert verify(written).sound
    put_back = f"UPDATE history SET after = after || '{{\"name\": \"x\"}}' WHERE record_id = '{record_id}'"
    again = verify(written, f"{put_back} AND act = 'filed'").fault
    assert again is not None
    assert (again.fault, again.record_id) == ("altered", str(record_id))


def test_each_day_leaves_a_root_once(written: World) -> None:
    written.run(database.execute("DELETE FROM upkeep"))
    written.run(worker.each_day(written.settings))
    first = written.client("city").get("/api/v1/history/roots").json()
    assert first[0]["day"] == clock.today().isoformat()
    number, digest = first[0]["heads"]["enterprise"]
    assert first[0]["digest"] == hashlib.sha256(f"enterprise {number} {digest}\n".encode()).hexdigest()
    written.run(history_chain.take_roots())
    assert written.client("city").get("/api/v1/history/roots").json() == first
    assert clock.today() - timedelta(days=1) not in {one["day"] for one in first}


def chain_of(lines: Iterator[str]) -> Iterator[dict[str, object]]:
    """The entries of an exported chain, each checked as a stranger would."""
    digest = hashlib.sha256(b"enterprise").digest()
    for line in lines:
        one = json.loads(line)
        content = hashlib.sha256(one["text"].encode()).hexdigest()
        assert one["erased"] or content == one["content"]
        digest = hashlib.sha256(digest + bytes.fromhex(one["content"])).digest()
        assert digest.hex() == one["digest"]
        yield one


def test_a_stranger_can_check_the_exported_lines(written: World) -> None:
    asked = {"kind": "enterprise", "purpose": "离线核验"}
    answer = written.client("admin").get("/api/v1/history/lines", params=asked)
    assert answer.headers["content-type"] == "application/x-ndjson"
    entries = list(chain_of(iter(answer.text.splitlines())))
    assert [one["no"] for one in entries] == list(range(1, len(entries) + 1))
    assert entries[-1]["digest"] == verify(written).head


def test_officers_verify_over_http_and_only_those_in_charge_of_all_take_the_lines(written: World) -> None:
    answer = written.client("tongliang").get("/api/v1/history/verify", params={"kind": "enterprise"})
    assert [one["fault"] for one in answer.json()] == [None]
    assert written.client("tongliang").get("/api/v1/history/lines?kind=enterprise").status_code == 403
    bare = written.client("city").get("/api/v1/history/lines?kind=enterprise")
    assert "digest" in bare.text
    assert "text" not in bare.text
    whole = written.client("city").get("/api/v1/history/lines?kind=enterprise&purpose=离线核验")
    assert whole.status_code == 403
    assert written.client().get("/api/v1/history/verify").status_code == 401
    assert written.client("city").get("/api/v1/history/verify?kind=nothing").status_code == 404


def test_writers_at_once_make_one_chain(written: World) -> None:
    async def write() -> None:
        await database.execute(
            "INSERT INTO history (kind, record_id, act, version, actor_name)"
            " SELECT 'enterprise', $1, 'filed', 1, 'x' FROM generate_series(1, 20)",
            uuid4(),
        )

    async def all_at_once() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(write)

    before = verify(written).entries
    written.run(all_at_once())
    after = verify(written)
    assert (after.entries, after.fault) == (before + 160, None)
