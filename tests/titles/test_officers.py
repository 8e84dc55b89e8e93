"""Titles by officers: given, taken further, corrected; whose act it is; what history keeps; lists do not overrule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from registry import clock
from tests.conftest import World
from tests.imports.test_import import Import, find, history, load

__all__ = ["load"]

BASE = "/api/v1/enterprises"
SRDI = "专精特新中小企业"
GIVEN = {"title": SRDI, "act": "recognise", "on": "2025-05-01", "document": "渝经信〔2025〕9号", "reason": "市级认定"}


class Firm:
    """A record, and acts on its titles in one breath."""

    def __init__(self, world: World, plural: str = "enterprises", **fields: Any) -> None:
        self.world, self.base = world, f"/api/v1/{plural}"
        body = {
            "name": f"重庆称号{clock.now().timestamp()}（模拟）有限公司",
            "district": "铜梁区",
            "visibility": "public",
        }
        answer = world.client("city").post(self.base, json=body | fields)
        assert answer.status_code == 201, answer.text
        self.name, self.id = answer.json()["name"], answer.json()["id"]

    @property
    def path(self) -> str:
        return f"{self.base}/{self.id}/titles"

    def read(self, username: str = "city", **params: str) -> dict[str, Any]:
        answer = self.world.client(username).get(self.path, params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def send(
        self, below: str, body: dict[str, Any], username: str = "city", method: str = "POST", version: int = 0
    ) -> httpx.Response:
        seen = version or self.read()["version"]
        headers = {"if-match": f'"{seen}"'}
        return self.world.client(username).request(method, f"{self.path}{below}", json=body, headers=headers)

    def give(self, **said: Any) -> dict[str, Any]:
        answer = self.send("", GIVEN | said)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def act(self, title: dict[str, Any], act: str, username: str = "city", **said: Any) -> httpx.Response:
        return self.send(f"/{title['id']}/{act}", {"reason": "依文件办理"} | said, username)


@pytest.fixture
def firm(world: World) -> Firm:
    return Firm(world)


def test_a_recognition_gives_the_tier_at_once_and_says_by_what_document(world: World, firm: Firm) -> None:
    made = firm.give()
    assert (made["stage"], made["held"], made["valid_until"], made["presumed"]) == (
        "recognised", True, "2028-04-30", True,
    )  # fmt: skip
    assert made["steps"] == [{"act": "recognised", "on": "2025-05-01", "document": "渝经信〔2025〕9号"}]
    record = find(world, firm.name)
    assert (record["tier"], record["version"]) == ("srdi", 2)
    newest = history(world, record)[0]
    assert (newest["label"], newest["reason"], newest["before"]) == ("称号认定", "市级认定", {})
    assert newest["after"]["titles"][0]["document_no"] == "渝经信〔2025〕9号"


def test_it_goes_from_the_district_s_recommendation_to_revocation_and_back(world: World, firm: Firm) -> None:
    answer = firm.send("", {"title": SRDI, "act": "recommend", "on": "2025-01-05", "reason": "初审通过"}, "tongliang")
    made = answer.json()
    assert (answer.status_code, made["stage"], made["acts"]) == (201, "recommended", ["publicise"])
    day = clock.today()
    for act, said, stage in (
        ("publicise", {"on": "2025-02-01", "until": "2025-02-08"}, "publicised"),
        ("recognise", {"on": "2025-03-01", "document": "认定1号"}, "recognised"),
        ("update", {"on": "2025-05-20"}, "updated"),
        ("change", {"on": "2025-06-01", "note": "更名"}, "changed"),
        ("review", {"document": "复核1号", "valid_until": "2031-02-28"}, "reviewed"),
        ("revoke", {"ground": "fraud", "document": "撤1号"}, "revoked"),
        ("restore", {"note": "查无造假"}, "reviewed"),
    ):
        answer = firm.act(made, act, **said)
        assert (answer.status_code, answer.json().get("stage")) == (200, stage), answer.text
    assert firm.read()["tier"] == "srdi"
    assert [firm.read(on=on)["tier"] for on in ("2025-02-28", "2025-03-01", "2031-02-28", "2031-03-01")] == [
        "", "srdi", "srdi", "",
    ]  # fmt: skip
    assert [entry["label"] for entry in history(world, find(world, firm.name))][:3] == [
        "称号恢复",
        "称号撤销",
        "称号复核",
    ]
    [shown] = firm.read(on="2025-02-10")["items"]
    assert (shown["stage"], len(shown["steps"]), shown["acts"]) == ("publicised", 2, [])
    assert firm.read(on="2025-01-04")["items"] == []
    assert firm.read(on=str(day))["items"][0]["stage_label"] == "复核通过"


def test_a_revoked_title_counted_until_then_on_any_day_asked(firm: Firm) -> None:
    made = firm.give(on="2024-01-01", valid_until="2026-12-31")
    revoked = firm.act(made, "revoke", on="2025-07-01", ground="unqualified").json()
    assert (revoked["ended"], revoked["held"]) == ("2025-07-01", False)
    assert [firm.read(on=on)["tier"] for on in ("2025-06-30", "2025-07-01")] == ["srdi", ""]
    assert firm.read()["cautions"] == []


def test_whoever_gives_another_title_is_cautioned_of_fraud(firm: Firm) -> None:
    firm.act(firm.give(), "revoke", ground="fraud")
    [told] = firm.read()["cautions"]
    assert "数据造假" in told
    assert firm.read("")["cautions"] == []


def test_an_expired_title_is_derived_and_may_only_be_reviewed_or_revoked(firm: Firm) -> None:
    yesterday = clock.today() - timedelta(days=1)
    made = firm.give(on="2022-01-01", valid_until=str(yesterday))
    assert (made["stage"], made["held"], made["acts"]) == ("expired", False, ["review", "revoke"])
    refused = firm.act(made, "update").json()
    assert "已到期" in refused["errors"][0]["message"]
    assert firm.act(made, "review", document="复核9号").json()["held"]


def test_one_record_holds_several_titles_and_each_once(firm: Firm) -> None:
    firm.give()
    firm.give(title="giant", document="工信部〔2025〕1号")
    again = firm.send("", GIVEN)
    assert (again.status_code, "已有" in again.json()["detail"]) == (409, True)
    firm.give(batch="第二批")
    listed = firm.read()
    assert (listed["tier"], len(listed["items"])) == ("giant", 3)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "中华老字号", "act": "review"}, "act"),
        ({"title": "国家级示范园区"}, "title"),
        ({"title": SRDI, "product": "己二酸"}, "product"),
        ({"title": SRDI, "year": 24}, "year"),
        ({"title": SRDI, "on": "昨天"}, "on"),
        ({"title": SRDI, "tier": "giant"}, "tier"),
        ({"title": SRDI, "document": ""}, "document"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(firm: Firm, body: dict[str, Any], field: str) -> None:
    answer = firm.send("", GIVEN | body)
    assert answer.status_code == 422, answer.text
    assert field in {one["field"] for one in answer.json()["errors"]}
    assert firm.read()["items"] == []


def test_all_errors_come_at_once(firm: Firm) -> None:
    answer = firm.send("", {"act": "recognise", "year": 24, "on": "昨天", "reason": "试"})
    assert {one["field"] for one in answer.json()["errors"]} == {"title", "year", "on", "document"}


def test_an_act_needs_the_version_that_was_seen(world: World, firm: Firm) -> None:
    made = firm.give()
    stale = firm.send(f"/{made['id']}/update", {"reason": "更新"}, version=1)
    assert stale.status_code == 412
    bare = world.client("city").post(f"{firm.path}/{made['id']}/update", json={"reason": "更新"})
    assert bare.status_code == 428
    assert len(firm.read()["items"][0]["steps"]) == 1


def test_the_answer_carries_the_new_version(world: World, firm: Firm) -> None:
    answer = firm.send("", GIVEN)
    assert answer.headers["etag"].startswith('"2-')
    assert answer.headers["location"] == f"{firm.path}/{answer.json()['id']}"
    assert world.client("").get(answer.headers["location"]).json()["label"] == answer.json()["label"]


@pytest.mark.parametrize(
    ("username", "act", "status"),
    [
        ("tongliang", "update", 200),
        ("tongliang", "change", 200),
        ("tongliang", "review", 403),
        ("tongliang", "revoke", 403),
        ("liangjiang", "update", 403),
        ("invest", "update", 403),
        ("company", "update", 403),
        ("", "update", 401),
        ("admin", "revoke", 200),
    ],
)
def test_deciding_is_the_municipal_office_s_and_a_district_s_records_are_its_own(
    firm: Firm, username: str, act: str, status: int
) -> None:
    made = firm.give(valid_until="2027-01-01")
    said = {"review": {"document": "1号"}, "change": {"note": "更名"}, "revoke": {"ground": "other"}}.get(act, {})
    assert firm.act(made, act, username, **said).status_code == status


def test_a_district_recognises_nothing_and_corrects_nothing(firm: Firm) -> None:
    refused = firm.send("", GIVEN, "tongliang")
    assert (refused.status_code, "市级" in refused.json()["detail"]) == (403, True)
    made = firm.give()
    assert firm.send(f"/{made['id']}", {"batch": "一", "reason": "改"}, "tongliang", "PATCH").status_code == 403


def test_titles_of_an_internal_record_are_seen_only_with_it(world: World) -> None:
    inside = Firm(world, visibility="internal")
    made = inside.give()
    for username in ("", "liangjiang", "company"):
        assert world.client(username).get(inside.path).status_code == 404
        assert world.client(username).get(f"{inside.path}/{made['id']}").status_code == 404
    assert len(inside.read("tongliang")["items"]) == 1


def test_a_withdrawn_record_gets_no_title(world: World, firm: Firm) -> None:
    world.client("city").post(f"{BASE}/{firm.id}/withdraw", json={"reason": "重复"}, headers={"if-match": '"1"'})
    assert firm.send("", GIVEN, version=2).status_code == 409


def test_a_correction_mends_what_was_written_wrong_and_leaves_the_stage(world: World, firm: Firm) -> None:
    made = firm.give()
    body = {"document": "渝经信〔2025〕10号", "valid_until": "2028-06-30", "reason": "文号抄错"}
    answer = firm.send(f"/{made['id']}", body, method="PATCH")
    mended = answer.json()
    assert (mended["document_no"], mended["valid_until"], mended["presumed"], mended["stage"]) == (
        "渝经信〔2025〕10号", "2028-06-30", False, "recognised",
    )  # fmt: skip
    newest = history(world, find(world, firm.name))[0]
    assert newest["label"] == "称号更正"
    assert newest["before"]["titles"][0]["document_no"] == "渝经信〔2025〕9号"
    same = firm.send(f"/{made['id']}", body, method="PATCH")
    assert same.headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize(
    ("body", "status"),
    [({"valid_until": "2020-01-01"}, 422), ({"title": "小巨人"}, 422), ({"batch": "第二批"}, 409), ({"year": 3}, 422)],
)
def test_a_correction_must_not_contradict_or_become_another_title(
    firm: Firm, body: dict[str, Any], status: int
) -> None:
    firm.give(batch="第二批")
    made = firm.give()
    assert firm.send(f"/{made['id']}", body | {"reason": "改"}, method="PATCH").status_code == status


@pytest.mark.parametrize("path", ["?on=2024-13-01", "?on=昨天", "?on=0001-01-01"])
def test_a_day_that_is_none_is_refused(world: World, firm: Firm, path: str) -> None:
    assert world.client("city").get(f"{firm.path}{path}").status_code == 400


def test_no_such_title_and_no_such_act_are_told_apart(firm: Firm) -> None:
    made = firm.give()
    assert firm.act({"id": firm.id}, "update").status_code == 404
    assert firm.act({"id": "1"}, "update").status_code == 404
    assert firm.act(made, "promote").status_code == 400


@pytest.mark.parametrize(
    ("plural", "title", "fields"),
    [
        ("parks", "市级示范园区", {}),
        ("parks", "国家康复辅助器具产业综合创新试点地区", {}),
        ("brands", "重庆老字号", {}),
        ("brands", "知名商标", {}),
        ("standards", "银发经济领域标准化试点", {"code": "DB50/T 9999-2025"}),
        ("listings", "老年用品产品推广目录", {"scheme": "LN"}),
    ],
)
def test_records_of_every_register_hold_titles_of_their_kind(
    world: World, plural: str, title: str, fields: dict[str, Any]
) -> None:
    record = Firm(world, plural, **fields)
    made = record.give(title=title)
    assert (made["kind"] != "", made["held"], made["level"] != "") == (True, True, True)
    assert made["confirmed"] is (title not in {"市级示范园区", "知名商标", "老年用品产品推广目录"})
    assert record.read()["items"][0]["label"] == made["label"]


HEAD = "企业名称,称号,批次,年度,文号,名单状态,有效期起,有效期止\n"


def test_a_list_does_not_overrule_an_officer_and_says_so(load: Import, firm: Firm) -> None:
    firm.act(firm.give(), "revoke", ground="unqualified", on=str(date(2025, 9, 1)))
    before = firm.read()["items"]
    report = load(HEAD + f"{firm.name},{SRDI},,2025,别的号,认定,2025-01-01,2030-12-31\n")
    assert report["changed_records"][0]["hanging"] == []
    [told] = [note for note in report["notes"] if "经办" in note]
    assert "第 2 行" in told
    assert "已撤销" in told
    assert firm.read()["items"] == before


def test_a_list_s_revocation_of_a_title_that_an_officer_recognised_waits_for_the_officer(
    load: Import, firm: Firm
) -> None:
    firm.give()
    report = load(HEAD + f"{firm.name},{SRDI},,2025,,撤销,,\n", dry_run=True)
    assert any("经办：已认定，名单：已撤销" in note for note in report["notes"])
    load(HEAD + f"{firm.name},{SRDI},,2025,,撤销,,\n")
    assert firm.read()["items"][0]["stage"] == "recognised"


def test_a_list_that_agrees_is_silent_and_another_title_of_it_goes_in(load: Import, firm: Firm) -> None:
    firm.give()
    rows = f"{firm.name},{SRDI},,2025,,认定,,\n{firm.name},国家级专精特新“小巨人”企业,,2025,,认定,,\n"
    report = load(HEAD + rows)
    assert not [note for note in report["notes"] if "经办" in note]
    assert firm.read()["tier"] == "giant"


def test_the_bureau_s_list_recognises_what_an_officer_only_publicised(load: Import, firm: Firm) -> None:
    firm.send("", {"title": SRDI, "year": 2025, "act": "publicise", "on": "2025-04-01", "reason": "公示"})
    load(HEAD + f"{firm.name},{SRDI},,2025,认定5号,认定,,\n")
    [title] = firm.read()["items"]
    assert (title["stage"], title["held"], title["document_no"]) == ("recognised", True, "认定5号")
    assert title["steps"][-1] == {"act": "recognised", "document": "认定5号"}


def test_an_officer_takes_a_title_of_a_list_further(load: Import, firm: Firm) -> None:
    load(HEAD + f"{firm.name},{SRDI},,2024,认定6号,认定,2024-07-01,2027-06-30\n")
    [title] = firm.read()["items"]
    updated = firm.act(title, "update", "tongliang").json()
    assert [step["act"] for step in updated["steps"]] == ["recognised", "updated"]
    assert updated["steps"][0] == {"act": "recognised", "on": "2024-07-01", "document": "认定6号"}
    assert (updated["valid_until"], updated["decided"]) == ("2027-06-30", False)


def test_the_last_act_is_taken_back_step_by_step_until_the_title_was_never_there(world: World, firm: Firm) -> None:
    made = firm.give()
    firm.act(made, "change", note="更名")
    back = firm.act(made, "undo", reason="误办")
    assert back.status_code == 200, back.text
    assert {**back.json(), "acts": []} == {**made, "acts": []}
    again = firm.act(made, "undo", reason="误办")
    assert again.status_code == 409
    record = find(world, firm.name)
    assert [entry["label"] for entry in history(world, record)][:2] == ["撤回称号办理", "称号重大变化"]
    other = Firm(world)
    wrong = other.give()
    gone = other.act(wrong, "undo", reason="登记错了企业")
    assert (gone.status_code, other.read()["items"]) == (204, [])
    assert history(world, find(world, other.name))[0]["before"]["titles"][0]["id"] == wrong["id"]
    other.give()


def test_a_district_takes_back_its_own_kind_of_act_only(firm: Firm) -> None:
    made = firm.give()
    assert firm.act(made, "undo", "tongliang").status_code == 403
    firm.act(made, "update", "tongliang")
    assert firm.act(made, "undo", "liangjiang").status_code == 403
    assert firm.act(made, "undo", "tongliang").status_code == 200


def test_what_a_list_said_since_is_not_taken_back_with_an_act(load: Import, firm: Firm) -> None:
    made = firm.send("", {"title": SRDI, "year": 2025, "act": "publicise", "on": "2025-04-01", "reason": "公示"}).json()
    load(HEAD + f"{firm.name},{SRDI},,2025,认定5号,认定,,\n")
    assert firm.act(made, "undo").status_code == 409


def test_the_record_s_own_undo_takes_an_act_on_a_title_back(world: World, firm: Firm) -> None:
    made = firm.give()
    firm.act(made, "revoke", ground="other")
    body = {"reason": "误撤", "version": 3}
    answer = world.client("city").post(f"{BASE}/{firm.id}/undo", json=body, headers={"if-match": '"3"'})
    assert answer.status_code == 200, answer.text
    assert firm.read()["tier"] == "srdi"
