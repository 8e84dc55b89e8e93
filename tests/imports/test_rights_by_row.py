"""An upload by business key asks for the right again at every row: what matches may be somebody else's record."""

from __future__ import annotations

from registry.naming import synthetic_code
from tests.conftest import World
from tests.imports.test_import import BASE, Import, counts, find, history, load

__all__ = ["load"]

HEAD = "企业名称,统一社会信用代码,区县,注册地址\n"
OWN, OTHERS, INTERNAL = synthetic_code(871), synthetic_code(872), synthetic_code(873)


def test_rows_that_match_anothers_record_are_refused_one_by_one(world: World, load: Import) -> None:
    city = world.client("city")
    for name, code, place, visibility in (
        ("重庆本区有限公司", OWN, "铜梁区", "public"),
        ("重庆他区有限公司", OTHERS, "两江新区", "public"),
        ("重庆他区内部有限公司", INTERNAL, "两江新区", "internal"),
    ):
        body = {"name": name, "credit_code": code, "district": place, "visibility": visibility}
        assert city.post(BASE, json=body).status_code == 201
    text = (
        f"{HEAD}重庆本区有限公司,{OWN},,本区新址\n重庆他区有限公司,{OTHERS},,他区新址\n"
        f"重庆他区内部有限公司,{INTERNAL},,内部新址\n重庆新来有限公司,{synthetic_code(874)},,新来址\n"
    )
    report = load(text, "tongliang", partial=True)
    assert (counts(report), report["applied"]) == ((1, 1, 0, 2), True)
    told = {one["row"]: one["message"] for one in report["objections"]}
    assert "登记在“两江新区”" in told[3]
    # Where an internal record is kept is nobody else's business.
    assert ("两江新区" in told[4], "内部记录" in told[4]) == (False, True)
    assert find(world, "重庆本区有限公司")["address"] == "本区新址"
    for name in ("重庆他区有限公司", "重庆他区内部有限公司"):
        assert find(world, name)["address"] is None
        assert [entry["act"] for entry in history(world, find(world, name))] == ["filed"]


def test_without_leave_to_skip_them_such_rows_hold_up_the_whole_list(world: World, load: Import) -> None:
    code = synthetic_code(875)
    city = world.client("city")
    city.post(
        BASE, json={"name": "重庆外区有限公司", "credit_code": code, "district": "两江新区", "visibility": "public"}
    )
    report = load(f"{HEAD}重庆外区有限公司,{code},,新址\n重庆同表有限公司,{synthetic_code(876)},,址\n", "tongliang")
    assert report["status"] == 422
    names = [item["name"] for item in city.get(BASE, params={"limit": 200}).json()["items"]]
    assert "重庆同表有限公司" not in names


def test_a_row_may_not_take_a_record_out_of_the_own_district(world: World, load: Import) -> None:
    code = synthetic_code(877)
    load(f"{HEAD}重庆去留有限公司,{code},铜梁区,址\n")
    report = load(f"{HEAD}重庆去留有限公司,{code},两江新区,址\n", "tongliang", partial=True)
    assert counts(report)[3] == 1
    assert find(world, "重庆去留有限公司")["district"] == "铜梁区"
