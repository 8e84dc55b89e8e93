"""An export of titles has a row for each title, and imported again it changes nothing and loses nothing."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from registry import database
from tests.conftest import World
from tests.imports.test_import import Import, counts, find, load

__all__ = ["load"]

HEAD = "企业名称,省份,区县,来源,称号,批次,年度,文号,名单状态,有效期起,有效期止,称号经过\n"
FIRM = "重庆往返（模拟）有限公司"
STEPS = """\
2023-03-01｜推荐
2023-05-01｜公示｜公示1号｜2023-05-08
2023-06-01｜认定｜认定1号
2025-02-01｜撤销｜撤1号｜｜数据造假"""
LIST = (
    HEAD
    + f'{FIRM},重庆市,铜梁区,甲名单,专精特新中小企业,,2023,认定1号,已撤销,2023-06-01,2026-05-31,"{STEPS}"\n'
    + f"{FIRM},重庆市,铜梁区,甲名单,国家级专精特新“小巨人”企业,第四批,2022,,入选（新闻）,,,\n"
    + f"{FIRM},重庆市,铜梁区,甲名单,国家制造业单项冠军产品（己二酸）,,2019,,公布,2019-11-02,,\n"
    + f"{FIRM},重庆市,铜梁区,甲名单,某街道好邻居,,,,,,,\n"
    + "重庆无称号（模拟）有限公司,重庆市,铜梁区,甲名单,,,,,,,,\n"
)


def export(world: World, form: str = "csv") -> bytes:
    answer = world.client("city").get("/api/v1/enterprises", params={"format": form, "titles": "1"})
    assert answer.status_code == 200
    return answer.content


def rows(world: World) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export(world).decode("utf-8-sig"))))


def titles_of(world: World) -> list[dict[str, Any]]:
    found = [{k: v for k, v in one.items() if k != "id"} for one in find(world, FIRM)["titles"]]
    return sorted(found, key=lambda one: str(one["label"]))


@pytest.fixture(scope="module")
def stocked(city: World) -> World:
    """The sample city."""
    return city


def test_it_has_a_row_for_each_title_and_one_for_a_record_without(stocked: World, load: Import) -> None:
    load(LIST)
    of_firm = [row for row in rows(stocked) if row["企业名称"] == FIRM]
    assert {row["称号"] for row in of_firm} == {
        "专精特新中小企业", "国家级专精特新“小巨人”企业", "国家制造业单项冠军产品（己二酸）", "某街道好邻居",
    }  # fmt: skip
    assert {row["区县"] for row in of_firm} == {"铜梁区"}
    [bare] = [row for row in rows(stocked) if row["企业名称"] == "重庆无称号（模拟）有限公司"]
    assert (bare["称号"], bare["称号编号"]) == ("", "")


def test_imported_again_it_changes_nothing(stocked: World, load: Import) -> None:
    load(LIST)
    report = load(export(stocked).decode("utf-8-sig"))
    assert report["status"] == 200, report["errors"]
    new, changed, same, rejected = counts(report)
    assert (new, changed, rejected) == (0, 0, 0), report["changed_records"][:3]
    assert same >= 54


def test_into_a_register_without_titles_it_brings_them_all_as_they_were(stocked: World, load: Import) -> None:
    load(LIST)
    before, text = titles_of(stocked), export(stocked).decode("utf-8-sig")
    revoked = next(one for one in before if one["document_no"] == "认定1号")
    assert (revoked["stage"], revoked["ended"], len(revoked["steps"])) == ("revoked", "2025-02-01", 4)
    stocked.run(database.execute("DELETE FROM title"))
    assert titles_of(stocked) == []
    assert load(text)["status"] == 200
    assert titles_of(stocked) == before


def test_the_workbook_carries_the_steps_too(stocked: World) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(export(stocked, "xlsx")), read_only=True)
    heads, *cells = [[cell.value for cell in row] for row in book.active.rows]
    place = heads.index("称号经过")
    assert STEPS in {row[place] for row in cells}


def test_without_asking_an_export_stays_one_row_a_record(stocked: World) -> None:
    answer = stocked.client("city").get("/api/v1/enterprises", params={"format": "csv"})
    names = [row["企业名称"] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
    assert len(names) == len(set(names))
    assert "称号经过" not in answer.text.splitlines()[0]


@pytest.mark.parametrize(
    ("status", "steps", "message"),
    [
        ("认定", "2024-05-01｜公示", "不一致"),
        ("", "2024-05-01｜认定\n2024-03-01｜复核", "先后"),
        ("", "2024-05-01｜表彰", "环节"),
    ],
)
def test_steps_that_contradict_their_row_are_objected_to(load: Import, status: str, steps: str, message: str) -> None:
    report = load(HEAD + f'重庆不合（模拟）有限公司,,,,专精特新中小企业,,2024,,{status},,,"{steps}"\n', dry_run=True)
    assert report["rejected"] == 1
    assert message in report["objections"][0]["message"]


PLURALS = ("enterprises", "parks", "brands", "standards", "listings")


@pytest.mark.parametrize("plural", PLURALS)
def test_every_register_takes_its_export_of_titles_back_without_a_change(stocked: World, plural: str) -> None:
    client, base = stocked.client("city"), f"/api/v1/{plural}"
    first = client.get(base, params={"limit": 1}).json()["items"][0]
    body = {"title": "某街道（模拟）示范单位", "act": "recognise", "document": "某街〔2025〕1号", "on": "2025-03-01"}
    headers = {"if-match": f'"{first["version"]}"'}
    given = client.post(f"{base}/{first['id']}/titles", json=body | {"reason": "试"}, headers=headers)
    assert given.status_code == 201, given.text
    made = given.json()
    revoke = {"ground": "withdrew", "note": "自愿放弃", "reason": "试"}
    headers = {"if-match": given.headers["etag"]}
    assert client.post(f"{base}/{first['id']}/titles/{made['id']}/revoke", json=revoke, headers=headers).is_success
    before = client.get(f"{base}/{first['id']}/titles").json()
    content = client.get(base, params={"format": "xlsx", "titles": "1"}).content
    report = client.post(f"{base}/import", files={"file": ("称号.xlsx", content)}).json()
    assert counts(report)[:2] == (0, 0), (report["changed_records"][:2], report["objections"][:2])
    assert counts(report)[3] == 0, report["objections"][:3]
    assert client.get(f"{base}/{first['id']}/titles").json() == before


def test_the_titles_of_a_past_day_are_not_exported_as_if_they_were_of_it(stocked: World) -> None:
    params = {"format": "csv", "titles": "1", "as_of": "2024-01-01"}
    answer = stocked.client("city").get("/api/v1/enterprises", params=params)
    assert (answer.status_code, "titles" in answer.json()["detail"]) == (400, True)
