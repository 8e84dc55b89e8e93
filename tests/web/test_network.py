"""The drawing of references: everything has its place, every group its share, and little is not drawn at all."""

from __future__ import annotations

from registry.web.network import HEIGHT, MOST_NODES, WIDTH, network
from registry.web.references import Group, Linked


def group(label: str, number: int) -> Group:
    linked = [Linked(f"{label}{n}（模拟）很长很长的名字", f"/{label}/{n}", "") for n in range(number)]
    return Group(label, number, linked)


def test_one_reference_is_no_drawing() -> None:
    assert network("甲", [group("产品", 1)]) is None
    assert network("甲", [Group("起草单位", 5, [Linked("没有登记的", "", "")] * 5)]) is None


def test_each_group_gets_its_share_of_the_room_and_the_rest_is_told() -> None:
    drawn = network("甲", [group("产品", 20), group("标准", 3), group("园区", 1)])
    assert drawn is not None
    relations = [node.relation for node in drawn.nodes]
    assert len(relations) == MOST_NODES
    assert relations.count("标准") == 3
    assert relations.count("园区") == 1
    assert drawn.left_out == 24 - MOST_NODES
    assert "产品 20" in drawn.words


def test_all_of_it_lies_within_the_picture_and_no_two_on_one_place() -> None:
    drawn = network("甲", [group("产品", 9)])
    assert drawn is not None
    places = [(node.x, node.y) for node in drawn.nodes]
    assert len(set(places)) == len(places)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    assert all(len(node.text) <= 12 for node in drawn.nodes)
