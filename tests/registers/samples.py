"""What the contract test needs to know of each register: data only. A register without an entry fails the tests."""

from __future__ import annotations

from typing import Any, NamedTuple

from registry.naming import synthetic_code


class Sample(NamedTuple):
    """A record as JSON, a change to it, what is wrong with `wrong` (in which field), and a second record.

    `search` is a word by which the first is found, `filter` one that holds it and not the second.
    `taken` files the same record once more in other words: it must be refused.
    """

    record: dict[str, Any]
    change: dict[str, Any]
    wrong: dict[str, Any]
    wrong_field: str
    second: dict[str, Any]
    taken: dict[str, Any]
    search: str
    filter: dict[str, str]


OWNER = "重庆契约康养（模拟）有限公司"
"""An enterprise that the samples name; the contract test files it."""

_SAID = {"visibility": "public", "province": "重庆市", "synthetic": True, "source": "模拟数据"}

SAMPLES: dict[str, Sample] = {
    "enterprise": Sample(
        record={
            **_SAID,
            "name": "重庆契约银龄（模拟）有限公司",
            "credit_code": synthetic_code(900_001),
            "district": "渝中区",
            "chains": ["assistive"],
            "products": "契约轮椅；\n契约助行器",
            "contact_name": "模拟联系人",
            "contact_phone": "023-00000000",
            "figures": [
                {"year": 2024, "indicator": "revenue", "value": 1234.5, "unit": "wan", "day": "2025-03-01"},
                {"year": 2025, "indicator": "staff", "value": 42, "unit": "person", "source": "模拟"},
            ],
        },
        change={"products": "契约轮椅", "figures": [{"year": 2025, "indicator": "staff", "value": 43, "unit": "人"}]},
        wrong={"figures": [{"year": 2024, "indicator": "revenue", "value": "很多", "unit": "wan"}]},
        wrong_field="figures",
        second={**_SAID, "name": "重庆契约养老（模拟）有限公司", "district": "铜梁区", "chains": ["care"]},
        taken={"name": "重庆契约別名（模拟）有限公司", "credit_code": synthetic_code(900_001)},
        search="契约银龄",
        filter={"chains": "康复辅助器具"},
    ),
    "park": Sample(
        record={
            **_SAID,
            "name": "契约康养产业园（模拟）",
            "code": "MN0001",
            "district": "永川区",
            "level": "provincial",
            "focus": "契约康复辅具",
            "operator": OWNER,
            "area": 1500,
            "vacant_area": "2.5",
            "carriers": [{"carrier": "一号厂房", "area": 12000, "vacant": 3000.5}],
            "residents": [{"enterprise": OWNER, "began": "2024-01-01"}],
            "leaders": [OWNER],
            "goals": [{"year": 2027, "goal": "产值", "value": 20, "unit": "wan"}],
        },
        change={"carriers": [{"carrier": "一号厂房", "area": 12000, "vacant": 0}]},
        wrong={"carriers": [{"carrier": "二号厂房", "area": 10, "vacant": 11}]},
        wrong_field="carriers",
        second={**_SAID, "name": "契约生物园（模拟）", "district": "巴南区", "level": "district"},
        taken={"name": "契约康养产业园（模拟）"},
        search="契约康养",
        filter={"level": "省级"},
    ),
    "brand": Sample(
        record={
            **_SAID,
            "name": "契约牌（模拟）",
            "owner": OWNER,
            "trademark_no": "90000001",
            "brand_kind": "enterprise",
            "industry": ["01"],
            "trademarks": [{"number": "90000002", "mark": "契约二"}],
            "honours": [{"honour": "模拟之星", "day": "2025-05-10"}],
        },
        change={"story": "讲契约的品牌。"},
        wrong={"trademark_no": "第九号"},
        wrong_field="trademark_no",
        # Two owners may call theirs alike.
        second={**_SAID, "name": "契约牌（模拟）", "owner": "别家（模拟）有限公司", "brand_kind": "cluster"},
        taken={"name": "契约牌（模拟）", "owner": "別家（模擬）有限公司"},
        search="契约牌",
        filter={"brand_kind": "企业品牌"},
    ),
    "standard": Sample(
        record={
            **_SAID,
            "name": "契约服务规范（模拟）",
            "code": "DB50/T 99901-2025",
            "state": "in_force",
            "published_on": "2025-01-01",
            "effective_on": "2025-03-01",
            "replaces": ["DB50/T 99900-2020"],
            "drafters": [OWNER, "没有登记的单位（模拟）"],
            "states": [{"day": "2025-03-01", "state": "in_force"}],
            "pilots": [{"pilot": "契约试点（模拟）", "enterprise": OWNER, "began": "2025-06-01"}],
        },
        change={"content": "适用于契约测试。"},
        wrong={"effective_on": "2024-12-31"},
        wrong_field="effective_on",
        second={**_SAID, "name": "契约旧规范（模拟）", "code": "db50/t99900—2020", "state": "已被代替"},
        taken={"name": "同号的规范（模拟）", "code": "DB50／T 99901－2025"},
        search="契约服务",
        filter={"state": "现行"},
    ),
    "listing": Sample(
        record={
            **_SAID,
            "name": "契约护理床（模拟）",
            "scheme": "LN",
            "edition": "2022",
            "category": "LN03",
            "enterprise": OWNER,
            "model": "QY-1",
            "brand": "契约牌（模拟）",
            "standards": ["DB50/T 99901-2025"],
            "price": 1999,
            "warnings": [{"warning": "recall", "day": "2026-01-05", "text": "护栏松动（模拟）"}],
        },
        change={"price": "1888.5"},
        wrong={"category": "KF02"},
        wrong_field="category",
        # The same product in the next edition is another listing.
        second={**_SAID, "name": "契约护理床（模拟）", "scheme": "LN", "edition": "2024", "enterprise": OWNER},
        taken={"name": "契约护理床（模拟）", "scheme": "LN", "edition": "2022", "enterprise": OWNER, "model": "qy1"},
        search="契约护理床",
        filter={"edition": "2022"},
    ),
}
