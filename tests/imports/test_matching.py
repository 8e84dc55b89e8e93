"""Which record a row speaks of when names are ambiguous, districts differ, or somebody else is at work."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import openpyxl
import pytest

from registry import database, imports
from registry.access import Actor, Role
from registry.history import Occasion
from registry.naming import synthetic_code
from registry.register import Register
from tests.conftest import World
from tests.imports.test_import import BASE, Import, counts, find, history, load

__all__ = ["load"]

HEAD = "企业名称,统一社会信用代码,注册地址\n"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_row_without_a_code_between_two_of_its_name_is_refused_in_any_order(
    load: Import, order: tuple[int, ...]
) -> None:
    codes = ("", synthetic_code(401), synthetic_code(402))
    report = load(HEAD + "".join(f"重庆三行有限公司,{codes[n]},\n" for n in order), dry_run=True)
    assert counts(report) == (2, 0, 0, 1)
    assert report["objections"][0]["row"] == order.index(0) + 2
    assert "统一社会信用代码" in report["objections"][0]["message"]


def test_a_refused_row_still_makes_its_name_ambiguous(load: Import) -> None:
    one, other = synthetic_code(403), synthetic_code(404)
    rows = (f"{one},", f"{other},许多", ",5")
    text = "企业名称,统一社会信用代码,注册资本\n" + "".join(f"重庆半坏有限公司,{row}\n" for row in rows)
    report = load(text, dry_run=True)
    assert counts(report) == (1, 0, 0, 2)
    assert {objection["row"] for objection in report["objections"]} == {3, 4}


def test_a_row_without_a_code_joins_the_only_code_of_its_name_wherever_it_stands(world: World, load: Import) -> None:
    code = synthetic_code(405)
    assert counts(load(HEAD + f"重庆先行有限公司,,某处\n重庆先行有限公司,{code},\n")) == (1, 0, 0, 0)
    record = find(world, "重庆先行有限公司")
    assert (record["credit_code"], record["address"]) == (code, "某处")


def test_two_codes_for_a_record_without_one_are_both_refused(world: World, load: Import) -> None:
    load("企业名称\n重庆无码有限公司\n")
    codes = [synthetic_code(406), synthetic_code(407)]
    report = load(HEAD + "".join(f"重庆无码有限公司,{code},\n" for code in codes), dry_run=True)
    assert counts(report) == (0, 0, 0, 2)
    for objection in report["objections"]:
        assert "先在该记录上补填代码" in objection["message"]
        assert "合并" not in objection["message"]
    assert find(world, "重庆无码有限公司")["credit_code"] is None


def test_every_row_of_a_refused_enterprise_is_counted_and_annotated(world: World, load: Import, tmp_path: Any) -> None:
    load("企业名称\n重庆多行有限公司\n")
    place = f"{BASE}/{find(world, '重庆多行有限公司')['id']}"
    world.client("city").post(f"{place}/withdraw", json={"reason": "重复"}, headers={"If-Match": '"1"'})
    text = "企业名称,称号,年度\n" + "".join(f"重庆多行有限公司,某奖,{year}\n" for year in (2022, 2023, 2024))
    report = load(text + "重庆单行有限公司,某奖,2024\n", dry_run=True)
    assert counts(report) == (1, 0, 0, 3)
    assert [objection["row"] for objection in report["objections"]] == [2, 3, 4]
    path = tmp_path / "annotated.xlsx"
    path.write_bytes(world.client("city").get(f"{BASE}/import/{report['annotated']}/annotated").content)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [("撤回" in str(row[0])) for row in sheet.iter_rows(min_row=2, values_only=True)] == [True] * 3


def test_a_record_that_gets_another_code_meanwhile_takes_no_data(world: World, load: Import) -> None:
    """An officer's open transaction gives the record a code; the list has the same name under another one."""
    own, foreign = synthetic_code(408), synthetic_code(409)
    load("企业名称\n重庆抢码有限公司\n")

    async def set_code() -> asyncpg.Connection:
        officer = await asyncpg.connect(**database.address(world.settings.database_url))
        await officer.execute("BEGIN")
        await officer.execute("UPDATE enterprise SET credit_code = $1 WHERE name = '重庆抢码有限公司'", own)
        return officer

    async def waiting() -> bool:
        return bool(await database.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    async def commit(officer: asyncpg.Connection) -> None:
        await officer.execute("COMMIT")
        await officer.close()

    officer = world.run(set_code())
    with ThreadPoolExecutor(1) as pool:
        importing = pool.submit(load, HEAD + f"重庆抢码有限公司,{foreign},别家地址\n")
        deadline = time.monotonic() + 10
        while not world.run(waiting()) and time.monotonic() < deadline:
            time.sleep(0.02)
        world.run(commit(officer))
        answer = importing.result()
    assert answer["status"] == 409
    assert "请重试" in answer["detail"]
    record = find(world, "重庆抢码有限公司")
    assert (record["credit_code"], record["address"]) == (own, None)
    assert counts(load(HEAD + f"重庆抢码有限公司,{foreign},别家地址\n", dry_run=True)) == (1, 0, 0, 0)


def test_names_are_held_from_matching_to_the_commit(world: World, load: Import) -> None:
    """While a single act is under way, no list is matched; a dry run need not wait."""

    async def act() -> asyncpg.Connection:
        officer = await asyncpg.connect(**database.address(world.settings.database_url))
        await officer.execute("BEGIN")
        await officer.execute("SELECT pg_advisory_xact_lock_shared(hashtext('silver-registry:names:enterprise'))")
        await officer.execute(
            "INSERT INTO enterprise (id, name, name_key, name_sort, visibility)"
            " VALUES (gen_random_uuid(), '重庆同时有限公司', '重庆同时有限公司', '', 'public')"
        )
        return officer

    async def commit(officer: asyncpg.Connection) -> None:
        await officer.execute("COMMIT")
        await officer.close()

    officer = world.run(act())
    text = "企业名称,注册地址\n重庆同时有限公司,某处\n"
    with ThreadPoolExecutor(1) as pool:
        assert counts(load(text, dry_run=True)) == (1, 0, 0, 0)
        importing = pool.submit(load, text)
        time.sleep(0.3)
        assert not importing.done()
        world.run(commit(officer))
        assert counts(importing.result()) == (0, 1, 0, 0)
    assert find(world, "重庆同时有限公司")["address"] == "某处"


def test_a_districts_list_without_districts_is_about_the_own_district(world: World, load: Import) -> None:
    text = "企业名称,区县,注册地址\n重庆自家有限公司,,某处\n"
    assert counts(load(text, "tongliang")) == (1, 0, 0, 0)
    record = find(world, "重庆自家有限公司")
    assert record["district"] == "铜梁区"
    assert history(world, record)[0]["after"]["district"] == "铜梁区"
    assert counts(load(text, "tongliang")) == (0, 0, 1, 0)
    assert counts(load("企业名称\n重庆全市有限公司\n")) == (1, 0, 0, 0)
    assert find(world, "重庆全市有限公司")["district"] is None


def test_an_abolished_district_is_not_put_on_new_records(
    world: World, enterprises: Register, make_list: Callable[[str], Path]
) -> None:
    officer = Occasion(Actor(Role.DISTRICT, name="旧区经办", district="江北区"))
    work = imports.import_file(
        officer, enterprises, make_list("企业名称,网址\n重庆旧区新户有限公司,www.a.cn\n"), "名单.csv",
        imports.Options(dry_run=True), annotated_dir=world.settings.uploads_dir,
    )  # fmt: skip
    report = world.run(work)
    assert (report.new, report.rejected) == (0, 1)
    assert "两江新区" in report.objections[0].message


@pytest.mark.parametrize(("visibility", "told"), [("public", True), ("internal", False)])
def test_where_an_internal_record_is_kept_is_told_to_nobody_else(load: Import, visibility: str, told: bool) -> None:
    name = f"重庆他区{visibility}有限公司"
    load(f"企业名称,区县\n{name},万州区\n", visibility=visibility)
    [objection] = load(f"企业名称,注册地址\n{name},x\n", "tongliang", dry_run=True)["objections"]
    assert ("万州区" in objection["message"]) is told
    assert ("请与市级经办联系" in objection["message"]) is not told
