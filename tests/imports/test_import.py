"""Importing a list: new, changed, same, rejected; matching by code and by name; all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from registry.naming import synthetic_code
from tests.conftest import World

BASE = "/api/v1/enterprises"
Import = Callable[..., dict[str, Any]]


@pytest.fixture
def load(world: World) -> Import:
    """Imports a list written as text, and gives the report (or the problem)."""

    def run(text: str, username: str = "city", **params: Any) -> dict[str, Any]:
        files = {"file": ("名单.csv", text.encode())}
        answer = world.client(username).post(f"{BASE}/import", files=files, params=params)
        body: dict[str, Any] = answer.json()
        body.setdefault("status", answer.status_code)
        return body

    return run


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    """(new, changed, same, rejected)."""
    return report["new"], report["changed"], report["same"], report["rejected"]


def find(world: World, name: str) -> dict[str, Any]:
    """The one record of exactly this name, whole."""
    items = world.client("city").get(BASE, params={"limit": 200}).json()["items"]
    ids = [item["id"] for item in items if item["name"] == name]
    assert len(ids) == 1, (name, ids)
    record: dict[str, Any] = world.client("city").get(f"{BASE}/{ids[0]}").json()
    return record


def history(world: World, record: dict[str, Any]) -> list[dict[str, Any]]:
    """The record's history, newest first."""
    entries: list[dict[str, Any]] = world.client("city").get(f"{BASE}/{record['id']}/history").json()
    return entries


def test_a_dry_run_tells_everything_and_writes_nothing(world: World, load: Import) -> None:
    before = world.client("city").get(BASE).json()["items"]
    report = load(f"企业名称,统一社会信用代码\n重庆预演有限公司,{synthetic_code(100)}\n", dry_run=True)
    assert counts(report) == (1, 0, 0, 0)
    assert not report["applied"]
    assert world.client("city").get(BASE).json()["items"] == before


def test_the_same_file_twice_changes_nothing(world: World, load: Import) -> None:
    text = f"企业名称,统一社会信用代码,区县,注册资本（万元）\n重庆两遍有限公司,{synthetic_code(101)},铜梁区,1000\n"
    assert counts(load(text)) == (1, 0, 0, 0)
    record = find(world, "重庆两遍有限公司")
    assert counts(load(text)) == (0, 0, 1, 0)
    again = find(world, "重庆两遍有限公司")
    assert again == record
    assert len(history(world, record)) == 1


def test_a_change_is_told_field_by_field_and_kept_in_history(world: World, load: Import) -> None:
    code = synthetic_code(102)
    load(f"企业名称,统一社会信用代码,注册地址,注册资本\n重庆改动有限公司,{code},旧址,100\n")
    report = load(f"企业名称,统一社会信用代码,注册地址,注册资本\n重庆改动有限公司,{code},新址,\n")
    assert counts(report) == (0, 1, 0, 0)
    assert report["changed_records"][0]["fields"] == {"address": ["旧址", "新址"]}
    record = find(world, "重庆改动有限公司")
    assert (record["address"], record["registered_capital"], record["version"]) == ("新址", 100, 2)
    newest = history(world, record)[0]
    assert (newest["act"], newest["before"], newest["after"]) == ("imported", {"address": "旧址"}, {"address": "新址"})


def test_a_later_code_joins_the_record_that_had_none(world: World, load: Import) -> None:
    load("企业名称\n重庆后补代码（集团）有限公司\n")
    code = synthetic_code(103)
    report = load(f"企业名称,统一社会信用代码\n重庆后补代码(集团)有限公司,{code}\n")
    assert counts(report) == (0, 1, 0, 0)
    assert find(world, "重庆后补代码（集团）有限公司")["credit_code"] == code


def test_a_renamed_enterprise_keeps_its_former_name_and_is_found_by_it(world: World, load: Import) -> None:
    code = synthetic_code(104)
    load(f"企业名称,统一社会信用代码\n重庆从前叫这个有限公司,{code}\n")
    load(f"企业名称,统一社会信用代码\n重庆如今叫那个有限公司,{code}\n")
    record = find(world, "重庆如今叫那个有限公司")
    assert record["former_names"] == ["重庆从前叫这个有限公司"]
    report = load("企业名称,注册地址\n重庆从前叫这个有限公司,某处\n")
    assert counts(report) == (0, 1, 0, 0)
    again = find(world, "重庆如今叫那个有限公司")
    assert (again["id"], again["address"]) == (record["id"], "某处")
    world.index()
    hits = world.client().get("/api/v1/search", params={"q": "从前叫这个"}).json()["hits"]
    assert [hit["id"] for hit in hits] == [record["id"]]


def test_an_old_list_does_not_bring_an_old_name_back(world: World, load: Import) -> None:
    code = synthetic_code(105)
    load(f"企业名称,统一社会信用代码\n重庆甲名有限公司,{code}\n")
    load(f"企业名称,统一社会信用代码\n重庆乙名有限公司,{code}\n")
    assert counts(load(f"企业名称,统一社会信用代码\n重庆甲名有限公司,{code}\n")) == (0, 0, 1, 0)
    assert find(world, "重庆乙名有限公司")["former_names"] == ["重庆甲名有限公司"]


def test_an_older_statement_fills_gaps_and_overrules_nothing(world: World, load: Import) -> None:
    load("企业名称,区县,数据时点\n重庆迁址有限公司,万州区,2025-12-31\n")
    report = load("企业名称,区县,注册地址,数据时点\n重庆迁址有限公司,铜梁区,老地址,2020-12-31\n")
    assert counts(report) == (0, 1, 0, 0)
    record = find(world, "重庆迁址有限公司")
    assert (record["district"], record["address"], record["as_of"]) == ("万州区", "老地址", "2025-12-31")


def test_two_of_one_name_without_a_code_are_asked_apart(load: Import) -> None:
    load(f"企业名称,统一社会信用代码\n重庆双胞有限公司,{synthetic_code(106)}\n重庆双胞有限公司,{synthetic_code(107)}\n")
    report = load("企业名称,注册地址\n重庆双胞有限公司,某处\n", dry_run=True)
    assert counts(report) == (0, 0, 0, 1)
    assert "统一社会信用代码" in report["objections"][0]["message"]


def test_duplicate_codes_in_one_file_must_agree(load: Import) -> None:
    code = synthetic_code(108)
    agreeing = f"企业名称,统一社会信用代码,注册地址\n重庆重复有限公司,{code},一处\n重庆重复有限公司,{code},一处\n"
    assert counts(load(agreeing, dry_run=True)) == (1, 0, 0, 0)
    report = load(agreeing.replace("一处\n重", "二处\n重"), dry_run=True)
    assert counts(report) == (1, 0, 0, 1)
    assert report["objections"][0]["row"] == 3
    assert "第 2 行" in report["objections"][0]["message"]


def test_all_errors_of_all_rows_come_at_once_with_row_and_column(load: Import) -> None:
    text = (
        "附件：某名单,,,\n企业名称,统一社会信用代码,区县,注册资本\n"
        f"重庆好行有限公司,{synthetic_code(109)},铜梁区,１，２００\n"
        f"重庆坏行有限公司,{synthetic_code(110)[:-1]}X,铜粱区,许多\n"
        ",,万州区,1\n"
    )
    report = load(text, dry_run=True)
    assert counts(report) == (1, 0, 0, 2)
    told = {(o["row"], o["column"]) for o in report["objections"]}
    assert {(4, "B"), (4, "D"), (5, "A")} <= told
    assert all(any("一" <= c <= "鿿" for c in o["message"]) for o in report["objections"])


def test_bad_rows_keep_the_whole_list_out_unless_told_otherwise(world: World, load: Import) -> None:
    text = f"企业名称,统一社会信用代码\n重庆好家有限公司,{synthetic_code(111)}\n重庆坏家有限公司,123\n"
    refused = load(text)
    assert refused["status"] == 422
    assert refused["report"]["rejected"] == 1
    names = {item["name"] for item in world.client("city").get(BASE, params={"limit": 200}).json()["items"]}
    assert "重庆好家有限公司" not in names
    assert counts(load(text, partial=True)) == (1, 0, 0, 1)
    assert find(world, "重庆好家有限公司")["credit_code"] == synthetic_code(111)


def test_the_annotated_file_comes_back_as_a_valid_import(world: World, load: Import, tmp_path: Path) -> None:
    import openpyxl

    text = f"企业名称,统一社会信用代码,注册资本\n重庆待改有限公司,{synthetic_code(112)},许多\n"
    report = load(text, dry_run=True)
    place = f"{BASE}/import/{report['annotated']}/annotated"
    assert world.client("admin").get(place).status_code == 404
    assert world.client("city").get(f"{BASE}/import/..%2f..%2fsecret/annotated").status_code == 404
    path = tmp_path / "annotated.xlsx"
    path.write_bytes(world.client("city").get(place).content)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    assert "注册资本" in str(sheet.cell(2, 1).value)
    sheet.cell(2, 4).value = 500
    book.save(path)
    answer = world.client("city").post(f"{BASE}/import", files={"file": ("改好.xlsx", path.read_bytes())})
    assert counts(answer.json()) == (1, 0, 0, 0)
    assert find(world, "重庆待改有限公司")["registered_capital"] == 500


def test_a_withdrawn_record_is_not_brought_back_by_a_list(world: World, load: Import) -> None:
    code = synthetic_code(113)
    load(f"企业名称,统一社会信用代码\n重庆已撤有限公司,{code}\n")
    record = find(world, "重庆已撤有限公司")
    place = f"{BASE}/{record['id']}"
    world.client("city").post(f"{place}/withdraw", json={"reason": "重复"}, headers={"If-Match": '"1"'})
    report = load(f"企业名称,统一社会信用代码\n重庆已撤有限公司,{code}\n", dry_run=True)
    assert counts(report) == (0, 0, 0, 1)
    assert "撤回" in report["objections"][0]["message"]


def test_a_districts_list_stays_in_the_district(load: Import) -> None:
    load("企业名称,区县\n重庆他区有限公司,万州区\n")
    report = load(
        "企业名称,区县,注册地址\n重庆本区有限公司,铜梁区,x\n重庆外区有限公司,万州区,x\n重庆他区有限公司,,x\n",
        "tongliang",
        dry_run=True,
    )
    assert report["new"] == 1
    assert {o["row"] for o in report["objections"]} == {3, 4}


def test_new_records_of_an_internal_list_are_internal(world: World, load: Import) -> None:
    load("企业名称\n重庆内部名单有限公司\n", visibility="internal")
    assert find(world, "重庆内部名单有限公司")["visibility"] == "internal"
    load("企业名称,注册地址\n重庆内部名单有限公司,x\n", visibility="public")
    assert find(world, "重庆内部名单有限公司")["visibility"] == "internal"


@pytest.mark.parametrize("username", ["invest", "company"])
def test_others_may_not_import(load: Import, username: str) -> None:
    assert load("企业名称\n重庆某某有限公司\n", username)["status"] == 403


def test_an_amendment_made_while_a_list_is_written_is_not_overwritten(world: World, load: Import) -> None:
    """The list is compared and written in one transaction that holds the records it changes."""
    names = [f"重庆并行{number}有限公司" for number in range(60)]
    load("企业名称,网址\n" + "".join(f"{name},www.example.cn\n" for name in names))
    targets = [find(world, name) for name in names[:6]]
    text = "企业名称,注册地址\n" + "".join(f"{name},名单地址\n" for name in names)

    def amend(record: dict[str, Any]) -> int:
        place, version = f"{BASE}/{record['id']}", record["version"]
        while True:
            body = {"reason": "并行", "website": "www.changed.cn"}
            status = world.client("city").patch(place, json=body, headers={"If-Match": f'"{version}"'}).status_code
            if status != 412:
                return status
            version = world.client("city").get(place).json()["version"]

    with ThreadPoolExecutor(7) as pool:
        importing = pool.submit(load, text)
        assert set(pool.map(amend, targets)) == {200}
        assert importing.result()["changed"] == 60
    for record in targets:
        now = world.client("city").get(f"{BASE}/{record['id']}").json()
        assert (now["website"], now["address"]) == ("www.changed.cn", "名单地址")
        assert [entry["version"] for entry in history(world, record)] == [3, 2, 1]
