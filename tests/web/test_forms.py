"""Forms between server and browser: only what was really changed is sent on, and both sides of a conflict are kept."""

from __future__ import annotations

from typing import Any

import pytest

from registry.access import Actor, Role
from registry.register import Register
from registry.web import forms, preferences
from registry.web.forms import State

SEEN: dict[str, forms.Typed] = {"name": "甲", "address": "旧址", "industry": ["0110"], "website": ""}


class Form(dict[str, Any]):
    """A submitted form, as far as `of_form` asks."""

    def getall(self, name: str, default: list[Any]) -> list[Any]:
        """All values of one name."""
        value = self.get(name, default)
        return value if isinstance(value, list) else [value]


def test_only_what_was_changed_is_sent_on() -> None:
    assert State(1, SEEN, {**SEEN, "address": "新址"}).changes() == {"address": "新址"}
    assert State(1, SEEN, {**SEEN, "industry": []}).changes() == {"industry": []}
    assert State(1, {}, {"name": "甲", "website": "", "industry": []}).changes() == {"name": "甲"}


def test_a_conflict_is_what_both_changed_differently(enterprises: Register) -> None:
    fields = [enterprises.by_name[name] for name in SEEN]
    mine = State(1, SEEN, {**SEEN, "address": "我的", "website": "a.cn"})
    current: dict[str, forms.Typed] = {**SEEN, "address": "对方的", "name": "乙"}
    assert set(forms.clashes(mine, current, fields)) == {"address"}
    merged = forms.merged(mine, current, 2)
    assert merged.changes() == {"address": "我的", "website": "a.cn"}
    assert merged.typed["name"] == "乙"
    assert not forms.clashes(mine, {**SEEN, "address": "我的"}, fields)


def test_what_is_there_now_may_be_preferred(enterprises: Register) -> None:
    fields = [enterprises.by_name[name] for name in ("name", "address")]
    sent = Form({"seen": State(2, SEEN, {}).seen_text(), "name": "丙", "address": "我的", "take.address": "current"})
    assert forms.of_form(fields, sent, 2).changes() == {"name": "丙"}


@pytest.mark.parametrize("seen", ["", "no json", '{"name": 1}', "[]"])
def test_a_tampered_memory_counts_as_nothing_seen(enterprises: Register, seen: str) -> None:
    sent = Form({"seen": seen, "name": "丁"})
    assert forms.of_form([enterprises.by_name["name"]], sent, 1).changes() == {"name": "丁"}


def test_every_field_of_a_record_comes_back_from_its_own_form(enterprises: Register) -> None:
    record = {
        "name": "戊", "credit_code": None, "former_names": ["己", "庚"], "industry": ["0110", "0232"],
        "founded_on": "2020-02-29", "registered_capital": 1234.5, "synthetic": True, "visibility": "public",
        "products": "一\n二", "private": {"contact_name": "辛"},
    }  # fmt: skip
    fields = forms.fields_of(enterprises, Actor(Role.MUNICIPAL))
    typed = forms.of_record(fields, record)
    again = forms.of_form(fields, Form({**typed, "seen": State(1, typed, {}).seen_text()}), 1)
    assert again.typed == typed
    assert again.changes() == {}
    assert typed["registered_capital"] == "1234.5"
    assert typed["contact_name"] == "辛"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/enterprises?a=b", "/enterprises?a=b"),
        ("//x", "/"),
        ("https://x", "/"),
        ("/\\x", "/"),
        ("/a\nb", "/"),
        ("", "/"),
    ],
)
def test_only_paths_of_this_site_are_gone_on_to(text: str, path: str) -> None:
    assert preferences.local_path(text) == path
