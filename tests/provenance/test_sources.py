"""Each value of a record knows whose word it is, from which list or act, of which day."""

from __future__ import annotations

from tests.conftest import World
from tests.imports.test_import import Import, load
from tests.provenance.conftest import Office

__all__ = ["load"]


def test_a_value_of_a_list_tells_list_day_and_batch(office: Office, load: Import) -> None:
    text = "企业名称,区县,注册地址,数据时点,来源,公开范围\n重庆溯源有限公司,铜梁区,{},{},{},公开\n"
    load(text.format("甲址", "2024-12-31", "2024年名单"))
    report = load(text.format("乙址", "2025-12-31", "2025年名单"))
    told = office.listed("重庆溯源有限公司").sources()
    address, district = told["address"], told["district"]
    assert (address["origin"], address["source"], address["as_of"]) == ("list", "2025年名单", "2025-12-31")
    assert (address["batch_id"], address["actor"]) == (report["batch_id"], "市级经办（演示）")
    assert (district["source"], district["as_of"]) == ("2024年名单", "2024-12-31")
    assert district["batch_id"] != report["batch_id"]


def test_a_value_an_officer_entered_is_verified_and_names_no_list(office: Office, load: Import) -> None:
    load("企业名称,区县,注册地址,来源\n重庆手改有限公司,铜梁区,甲址,某名单\n")
    desk = office.listed("重庆手改有限公司")
    desk.amend(address="手改址")
    told = desk.sources()
    assert (told["address"]["origin"], told["address"]["source"]) == ("verified", "")
    assert (told["name"]["origin"], told["name"]["source"]) == ("list", "某名单")


def test_the_public_learns_origin_and_list_but_neither_officer_nor_private_fields(world: World, office: Office) -> None:
    desk = office.filed("重庆公开溯源有限公司", address="甲址", contact_phone="023-00000000")
    told = desk.sources(world.client())
    assert (told["address"]["origin"], told["address"]["actor"]) == ("verified", "")
    assert "contact_phone" not in told
    assert desk.sources()["contact_phone"]["actor"] == "市级经办（演示）"


def test_of_what_a_record_was_before_it_became_public_the_public_learns_no_day(world: World, office: Office) -> None:
    desk = office.filed("重庆先内溯源有限公司", address="甲址", visibility="internal")
    assert world.client().get(f"{desk.place}/sources").status_code == 404
    desk.amend(visibility="public")
    assert desk.sources(world.client())["address"]["at"] is None
    assert desk.sources()["address"]["at"] is not None
