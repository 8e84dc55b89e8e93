"""The order of words, and an enterprise's own part, as tables."""

from __future__ import annotations

import itertools

import pytest

from registry.access import Actor, Role
from registry.history import Occasion
from registry.provenance import rules, weighing
from registry.provenance.rules import Origin, Weighed
from registry.register import PLACE, Field, FieldType, Opening, Register

HELD = Register(
    kind="thing",
    plural="things",
    label="物",
    own=(
        Field("name", "名称", FieldType.NAME, required=True),
        Field("code", "代码"),
        Field("former_names", "曾用名", FieldType.NAMES),
        *PLACE,
        Field("address", "地址"),
        Field("phone", "电话", opening=Opening.CONDITIONAL),
        Field("secret", "密项", opening=Opening.CLOSED),
        Field("leader", "链主", FieldType.FLAG),
    ),
    code_field="code",
    kept_by_office=("leader",),
)


@pytest.mark.parametrize(
    ("standing", "said", "written"),
    [
        ("", Origin.LIST, True),
        ("", Origin.CLAIM, True),
        ("", Origin.VERIFIED, True),
        ("claim", Origin.LIST, False),
        ("claim", Origin.CLAIM, True),
        ("claim", Origin.VERIFIED, True),
        ("verified", Origin.LIST, False),
        ("verified", Origin.CLAIM, False),
        ("verified", Origin.VERIFIED, True),
    ],
)
def test_verified_stands_above_claim_above_list(standing: str, said: Origin, written: bool) -> None:
    origins = {"address": standing} if standing else {}
    weighed = rules.weigh(origins, said, {"address": "新址"})
    assert weighed == (Weighed({"address": "新址"}, {}) if written else Weighed({}, {"address": "新址"}))


def test_of_any_two_words_at_least_one_gives_way() -> None:
    for one, other in itertools.product(Origin, repeat=2):
        assert rules.yields(one, other) or rules.yields(other, one)
        assert rules.yields(one, one)


def test_a_single_act_is_weighed_field_by_field() -> None:
    weighed = rules.weigh({"address": "verified", "phone": "claim"}, Origin.CLAIM, {"address": "a", "phone": "b"})
    assert weighed == Weighed({"phone": "b"}, {"address": "a"})


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.MUNICIPAL, Role.ADMINISTRATOR])
def test_what_an_officer_enters_is_verified_and_what_an_enterprise_enters_is_claimed(role: Role) -> None:
    assert weighing.word_of(Occasion(Actor(role))) is Origin.VERIFIED
    assert weighing.word_of(Occasion(Actor(Role.ENTERPRISE))) is Origin.CLAIM


def test_a_written_word_leaves_its_mark_but_for_lists_and_for_the_statement_itself() -> None:
    origins = {"address": "claim", "phone": "verified"}
    names = ["address", "source", "as_of", "former_names"]
    assert rules.marked(HELD, origins, Origin.VERIFIED, names) == {"address": "verified", "phone": "verified"}
    assert rules.marked(HELD, origins, Origin.LIST, names) == {"phone": "verified"}


def test_an_enterprise_edits_neither_what_names_it_nor_what_the_office_says_of_it() -> None:
    assert [field.name for field in rules.own_part(HELD)] == ["address", "phone"]


def test_what_is_not_ones_own_part_is_objected_to_by_name() -> None:
    [wrong] = rules.not_own(HELD, Origin.CLAIM, {"address": "x", "district": "万州区"})
    assert (wrong.field, wrong.label) == ("district", "区县")
    assert rules.not_own(HELD, Origin.VERIFIED, {"district": "万州区"}) == []
