"""What returns by an undo is again the word of whose it was."""

from __future__ import annotations

from typing import Any

from tests.imports.test_import import Import, load
from tests.provenance.conftest import Office

__all__ = ["load"]


def test_an_undone_amendment_leaves_the_list_its_word(office: Office, load: Import) -> None:
    text = "企业名称,区县,注册地址,注册资本（万元）,数据时点\n重庆撤销有限公司,铜梁区,{},{},{}\n"
    load(text.format("名单址", "100", "2025-01-31"))
    desk = office.listed("重庆撤销有限公司")
    desk.amend(address="改错了", registered_capital="999")
    assert desk.sources()["address"]["origin"] == "verified"
    undone = desk.client.post(f"{desk.place}/undo", json=undo(2), headers={"If-Match": '"2"'})
    assert undone.status_code == 200, undone.text
    assert (desk.read()["address"], desk.read()["registered_capital"]) == ("名单址", 100)
    assert {desk.sources()[name]["origin"] for name in ("address", "registered_capital")} == {"list"}
    assert load(text.format("新名单址", "200", "2026-01-31"))["conflicts"] == 0
    assert desk.read()["address"] == "新名单址"


def undo(version: int) -> dict[str, Any]:
    """The body of an undo."""
    return {"version": version, "reason": "改错了"}
