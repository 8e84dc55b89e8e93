"""Several statements about one title: what stands, whichever list comes first; the pure rule and the SQL agree."""

from __future__ import annotations

import itertools
from typing import Any

import asyncpg
import pytest

from registry import history as past
from registry import imports
from registry.errors import Conflict
from registry.register import Register
from tests.conftest import World
from tests.imports.test_import import Import, counts, find, history, load

__all__ = ["load"]

HEAD = "企业名称,称号,批次,年度,文号,名单状态,有效期起,有效期止,称号经过,来源\n"
SRDI = "专精特新中小企业"

STATEMENTS = {
    "publicised": ("公示1号", "公示", "", ""),
    "recognised": ("认定2号", "认定", "", ""),
    "unstated": ("", "", "", ""),
    "revoked": ("撤销3号", "撤销", "", ""),
    "rumoured end": ("", "据悉已撤销", "", ""),
    "dated": ("", "认定", "2024-07-01", "2026-12-31"),
    "begun": ("认定5号", "认定", "2024-07-01", ""),
    "hearsay": ("", "新闻", "", "2030-12-31"),
    "ending": ("", "公示", "", "2028-06-30"),
    "recommended": ("推荐6号", "区县推荐", "", ""),
    "updated": ("", "信息已更新", "", ""),
    "reviewed": ("复核7号", "复核通过", "", "2030-06-30"),
    "expired": ("", "已到期", "", "2025-12-31"),
    "stepped": ("认定8号", "认定", "2024-07-01", "2027-06-30"),
    "ended": ("", "已撤销", "", ""),
}

STEPS = {
    "stepped": "2024-05-01｜公示｜公示8号｜2024-05-08\n2024-07-01｜认定｜认定8号",
    "ended": "2024-07-01｜认定\n2025-02-01｜撤销｜撤9号｜｜数据造假",
}


def row(name: str, statement: str, title: str = SRDI) -> str:
    """A row that states one title of 2024."""
    document, status, begins, ends = STATEMENTS[statement]
    return f'{name},{title},,2024,{document},{status},{begins},{ends},"{STEPS.get(statement, "")}",\n'


def title_of(world: World, name: str) -> dict[str, Any]:
    """The one title of the record of this name, without its id."""
    [title] = find(world, name)["titles"]
    return {field: value for field, value in title.items() if field != "id"}


@pytest.mark.parametrize("order", [("recognised", "publicised"), ("publicised", "recognised")])
@pytest.mark.parametrize("in_one_file", [True, False])
def test_a_publicity_list_undoes_no_recognition(
    world: World, load: Import, order: tuple[str, str], in_one_file: bool
) -> None:
    name = f"重庆先后{order[0]}{in_one_file}有限公司"
    rows = [row(name, statement) for statement in order]
    for text in ["".join(rows)] if in_one_file else rows:
        load(HEAD + text)
    title = title_of(world, name)
    assert (title["stage"], title["status_text"], title["document_no"]) == ("recognised", "认定", "认定2号")
    assert find(world, name)["tier"] == "srdi"


def test_only_a_revocation_takes_a_title_away(world: World, load: Import) -> None:
    name = "重庆被撤有限公司"
    for statement, stage in (
        ("unstated", "recognised"),
        ("publicised", "recognised"),
        ("recognised", "recognised"),
        ("rumoured end", "recognised"),
        ("revoked", "revoked"),
        ("recognised", "revoked"),
    ):
        load(HEAD + row(name, statement))
        assert title_of(world, name)["stage"] == stage, statement


def test_an_official_word_corrects_a_rumour_of_the_end(world: World, load: Import) -> None:
    load(HEAD + row("重庆谣传有限公司", "rumoured end"))
    assert title_of(world, "重庆谣传有限公司")["stage"] == "revoked"
    load(HEAD + row("重庆谣传有限公司", "recognised"))
    assert title_of(world, "重庆谣传有限公司")["stage"] == "recognised"


@pytest.mark.parametrize("order", [("dated", "recognised"), ("recognised", "dated"), ("dated", "begun")])
def test_a_presumed_validity_never_replaces_a_stated_one(world: World, load: Import, order: tuple[str, str]) -> None:
    name = f"重庆{'之后'.join(order)}有限公司"
    for statement in order:
        load(HEAD + row(name, statement))
    title = title_of(world, name)
    assert (title["valid_from"], title["valid_until"], title["presumed"]) == ("2024-07-01", "2026-12-31", False)


@pytest.mark.parametrize("order", [("begun", "recognised"), ("recognised", "begun")])
def test_a_stated_begin_outweighs_a_year(world: World, load: Import, order: tuple[str, str]) -> None:
    name = f"重庆{'在前'.join(order)}有限公司"
    for statement in order:
        load(HEAD + row(name, statement))
    title = title_of(world, name)
    assert (title["valid_from"], title["valid_until"], title["presumed"]) == ("2024-07-01", "2027-06-30", True)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_begin_after_the_end_of_another_list_is_objected_to_on_the_row(
    world: World, load: Import, dry_run: bool
) -> None:
    name = f"重庆矛盾{dry_run}有限公司"
    head = "企业名称,称号,年度,名单状态,有效期起,有效期止\n"
    load(head + f"{name},街道好邻居,2024,认定,2025-01-01,\n")
    report = load(head + f"{name},街道好邻居,2024,认定,,2024-06-30\n{name},别的奖,2024,认定,,\n", dry_run=dry_run)
    if not dry_run:
        assert report["status"] == 422
        report = report["report"]
    assert counts(report) == (0, 0, 0, 2)
    assert {objection["row"] for objection in report["objections"]} == {2, 3}
    assert "有效期" in report["objections"][0]["message"]
    assert len(find(world, name)["titles"]) == 1


def test_a_begin_after_the_end_of_another_row_is_objected_to_on_both(load: Import) -> None:
    head = "企业名称,称号,年度,名单状态,有效期起,有效期止\n"
    rows = "重庆同表矛盾有限公司,好邻居,2024,认定,2025-01-01,\n重庆同表矛盾有限公司,好邻居,2024,认定,,2024-06-30\n"
    report = load(head + rows, dry_run=True)
    assert counts(report) == (0, 0, 0, 2)


def test_a_check_of_the_database_is_a_refusal_and_no_fault(world: World, enterprises: Register, make_list: Any) -> None:
    """The last net: whatever the rules let pass and the tables do not."""
    from registry import database

    async def strict(condition: str) -> None:
        await database.execute("ALTER TABLE title DROP CONSTRAINT IF EXISTS title_probe")
        await database.execute(f"ALTER TABLE title ADD CONSTRAINT title_probe CHECK ({condition}) NOT VALID")

    work = imports.import_file(
        past.SYSTEM,
        enterprises,
        make_list(HEAD + row("重庆末网有限公司", "recognised", "禁奖")),
        "名单.csv",
        imports.Options(),
        annotated_dir=world.settings.uploads_dir,
    )
    world.run(strict("as_printed <> '禁奖'"))
    with pytest.raises(Conflict, match="未导入") as refused:
        world.run(work)
    world.run(strict("true"))
    assert isinstance(refused.value.__cause__, asyncpg.CheckViolationError)


def test_history_has_a_changed_title_as_it_was_and_as_it_is(world: World, load: Import) -> None:
    name = "重庆史实有限公司"
    load(HEAD + row(name, "dated"))
    load(HEAD + row(name, "publicised") + row(name, "recognised", "某街道好邻居"))
    entry = history(world, find(world, name))[0]
    [before] = entry["before"]["titles"]
    after, new = sorted(entry["after"]["titles"], key=lambda title: str(title["label"] == "某街道好邻居"))
    assert (before["document_no"], after["document_no"]) == ("", "公示1号")
    assert (after["stage"], after["status_text"], after["valid_until"]) == ("recognised", "认定", "2026-12-31")
    assert before["id"] == after["id"]
    assert new["stage"] == "recognised"
    stored = {title["id"]: title["stage"] for title in find(world, name)["titles"]}
    assert stored == {after["id"]: "recognised", new["id"]: "recognised"}


def test_another_source_of_a_title_alone_is_no_change(load: Import) -> None:
    text = HEAD + row("重庆题源有限公司", "dated")
    load(text.replace(",\n", ",甲报\n"))
    assert counts(load(text.replace(",\n", ",乙报\n"))) == (0, 0, 1, 0)


def test_two_rows_say_what_two_lists_say(world: World, load: Import) -> None:
    """Every pair of statements: rows of one file are merged by the pure rule, lists by SQL."""
    pairs = list(itertools.product(STATEMENTS, repeat=2))
    for tag, lists in (
        (
            "行",
            [
                "".join(
                    row(f"重庆行{n}有限公司", one) + row(f"重庆行{n}有限公司", two)
                    for n, (one, two) in enumerate(pairs)
                )
            ],
        ),
        ("表", ["".join(row(f"重庆表{n}有限公司", pair[at]) for n, pair in enumerate(pairs)) for at in (0, 1)]),
    ):
        for text in lists:
            assert load(HEAD + text)["applied"], tag
        assert load(HEAD + lists[-1])["changed"] == 0, tag
    for n, pair in enumerate(pairs):
        by_rule, by_sql = (title_of_id(world, f"重庆{tag}{n}有限公司") for tag in ("行", "表"))
        assert by_rule == by_sql, pair


def title_of_id(world: World, name: str) -> dict[str, Any]:
    """The one title of a record in a long list, from the database."""
    from registry import database

    async def read() -> dict[str, Any]:
        rows = await database.fetch(
            "SELECT t.* FROM title t JOIN enterprise r ON r.id = t.record_id WHERE r.name = $1", name
        )
        [title] = rows
        return {key: value for key, value in title.items() if key not in {"id", "record_id", "created_at"}}

    return world.run(read())
