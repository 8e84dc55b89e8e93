"""An enterprise claims its record with proof; the officer in charge decides; the account then has its record."""

from __future__ import annotations

import pytest

from tests.claims.conftest import GIVEN, Hire
from tests.conftest import World


def test_an_approved_claim_makes_the_record_the_accounts_own(world: World, company: Hire) -> None:
    one = company(contact_phone="023-11111111")
    assert one.mine()["record"] is None
    assert "private" not in one.client.get(one.place).json() or one.client.get(one.place).json()["private"] is None
    assert one.claim().status_code == 201
    assert [claim["state_label"] for claim in one.mine()["claims"]] == ["待审核"]
    assert one.mine()["claims"][0]["phone"] == GIVEN["phone"]
    assert one.decide("approve", reason="电话核实").status_code == 204
    assert "*" in one.mine()["claims"][0]["phone"]
    record = one.mine()["record"]
    assert f"/api/v1/enterprises/{record['id']}" == one.place
    assert record["private"]["contact_phone"]
    newest = world.client("city").get(f"{one.place}/history").json()[0]
    assert (newest["act"], newest["label"], newest["reason"]) == ("claimed", "企业认领", "电话核实")


def test_a_refused_claim_tells_why_and_leaves_the_account_as_it_was(company: Hire) -> None:
    one = company()
    one.claim()
    assert one.decide("refuse").status_code == 422
    assert one.decide("refuse", reason="请补交加盖公章的委托书").status_code == 204
    mine = one.mine()
    assert mine["record"] is None
    assert (mine["claims"][0]["state"], mine["claims"][0]["decided_reason"]) == ("refused", "请补交加盖公章的委托书")
    assert one.claim().status_code == 201


@pytest.mark.parametrize(
    ("field", "value"), [("position", " "), ("phone", "打给我"), ("statement", "是我的"), ("statement", "长" * 1001)]
)
def test_a_claim_without_proof_is_refused_with_all_that_is_wrong(company: Hire, field: str, value: str) -> None:
    answer = company().claim(**{field: value})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_one_account_has_one_claim_at_a_time_and_one_record(company: Hire) -> None:
    one, other = company(), company()
    one.claim()
    again = one.client.post(f"{other.place}/claims", json=GIVEN)
    assert (again.status_code, "正在等候审核" in again.json()["detail"]) == (409, True)
    claim_id = one.mine()["claims"][0]["id"]
    assert other.client.post(f"/api/v1/claims/{claim_id}/take-back").status_code == 404
    assert one.client.post(f"/api/v1/claims/{claim_id}/take-back").status_code == 204
    assert one.owned().client.post(f"{other.place}/claims", json=GIVEN).status_code == 409


def test_an_officer_decides_claims_of_the_own_scope_only(world: World, company: Hire) -> None:
    one = company()
    one.claim()
    claim_id = one.mine()["claims"][0]["id"]

    def seen(username: str) -> bool:
        listed = world.client(username).get("/api/v1/claims").json()
        return claim_id in [claim["id"] for claim in listed]

    assert (seen("tongliang"), seen("city"), seen("liangjiang")) == (True, True, False)
    assert one.decide("approve", "liangjiang").status_code == 403
    assert one.decide("approve", "invest").status_code == 403
    assert one.decide("approve", one.username).status_code == 403
    assert one.mine()["record"] is None
    assert one.decide("approve").status_code == 204
    assert one.decide("refuse", reason="晚了").status_code == 409
    assert not seen("city")


def test_who_may_not_see_a_record_may_not_claim_it(company: Hire) -> None:
    assert company(visibility="internal").claim().status_code == 404


def test_proof_is_for_the_officers_in_charge_and_nobody_elses_file_will_do(world: World, company: Hire) -> None:
    one, other = company(), company()
    files = {"file": ("营业执照.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")}
    kept = one.client.post("/api/v1/attachments", files=files, data={"level": "owner"})
    assert kept.status_code == 201, kept.text
    proof, place = kept.json()["id"], f"/api/v1/attachments/{kept.json()['id']}"
    assert other.claim(proofs=[proof]).status_code == 404
    assert world.client("tongliang").get(place).status_code == 404
    assert one.claim(proofs=[proof]).status_code == 201
    [claim] = [claim for claim in world.client("tongliang").get("/api/v1/claims").json() if proof in claim["proofs"]]
    assert claim["name"] == world.client("city").get(one.place).json()["name"]
    seen = {who: world.client(who).get(place).status_code for who in ("tongliang", "liangjiang", other.username, "")}
    assert seen == {"tongliang": 200, "liangjiang": 404, other.username: 404, "": 404}


def test_a_record_withdrawn_meanwhile_is_not_given_away(world: World, company: Hire) -> None:
    one = company()
    one.claim()
    city = world.client("city")
    tag = city.get(one.place).headers["etag"]
    assert city.post(f"{one.place}/withdraw", json={"reason": "注销"}, headers={"If-Match": tag}).status_code == 200
    assert one.decide("approve").status_code == 409
    assert one.decide("refuse", reason="企业已注销").status_code == 204


def test_an_account_that_got_a_record_meanwhile_gets_no_second_one(world: World, company: Hire) -> None:
    from registry import database

    one = company()
    one.claim()
    own = world.client("city").get(company().place).json()["id"]
    world.run(database.execute("UPDATE account SET enterprise_id = $1::uuid WHERE username = $2", own, one.username))
    assert one.decide("approve").status_code == 409


def test_officers_learn_who_else_holds_the_record(world: World, company: Hire) -> None:
    one, other = company().owned(), company()
    assert other.client.post(f"{one.place}/claims", json=GIVEN).status_code == 201
    listed = world.client("city").get("/api/v1/claims").json()
    assert [claim["holders"] for claim in listed if claim["account"] == other.mine()["claims"][0]["account"]] == [1]


@pytest.mark.parametrize("username", ["city", "tongliang", "invest", ""])
def test_only_enterprises_claim(world: World, company: Hire, username: str) -> None:
    answer = world.client(username).post(f"{company().place}/claims", json=GIVEN)
    assert answer.status_code == (403 if username else 401)
