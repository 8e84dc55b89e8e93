"""The verbs of the office on a title, as data: from which stage, to which step, by which clause.

The marks are those of `kinds.toml`: a clause that was not read at first hand is shown to people as 待核实.
"""

from __future__ import annotations

from enum import StrEnum

from registry.titles.schemas import IN_FORCE, RESTORED, Stage, Verb


class Act(StrEnum):
    """What an officer does with a title."""

    RECOMMEND = "recommend"
    PUBLICISE = "publicise"
    RECOGNISE = "recognise"
    REVIEW = "review"
    UPDATE = "update"
    CHANGE = "change"
    REVOKE = "revoke"
    RESTORE = "restore"


_ON_THE_WAY = (None, Stage.UNCLEAR, Stage.RECOMMENDED, Stage.PUBLICISED)

VERBS: dict[Act, Verb] = {
    Act.RECOMMEND: Verb(
        "推荐",
        Stage.RECOMMENDED,
        (None, Stage.UNCLEAR),
        "区县初审推荐，市级审核（渝经信规范〔2023〕5号；各级分工见年度通知）",
        "M",
        help="区县初审后向市级推荐；推荐不是认定。",
    ),
    Act.PUBLICISE: Verb(
        "公示",
        Stage.PUBLICISED,
        (None, Stage.UNCLEAR, Stage.RECOMMENDED),
        "认定前应当公示（工信部企业〔2026〕2号“认定程序”）；公示天数全国无统一规定，由发文机关定",
        "R",
        help="公示不是认定；填公示截止日，期满前不能认定。",
    ),
    Act.RECOGNISE: Verb(
        "认定",
        Stage.RECOGNISED,
        _ON_THE_WAY,
        "审核、公示无异议后认定（工信部企业〔2026〕2号“认定程序”）；有效期三年",
        "R",
        decides=True,
        needs=("document",),
        help="填认定文件的文号；有效期不填则按该类称号的规定年限推算。",
    ),
    Act.REVIEW: Verb(
        "复核通过",
        Stage.REVIEWED,
        (*IN_FORCE, Stage.EXPIRED),
        "有效期届满复核，通过的有效期延长（工信部企业〔2022〕63号；2026年小巨人复核仍用该标准）",
        "R",
        decides=True,
        needs=("document",),
        help="新的有效期不填则自原有效期止再延一个规定年限。复核未通过的，办理撤销。",
    ),
    Act.UPDATE: Verb(
        "更新",
        Stage.UPDATED,
        IN_FORCE,
        "每年5月31日前更新信息，同一有效期内累计两次未更新的取消认定（工信部企业〔2026〕2号；2026年前为4月30日）",
        "R",
        help="记下企业已更新当年信息；有效期不变。",
    ),
    Act.CHANGE: Verb(
        "变更",
        Stage.CHANGED,
        IN_FORCE,
        "更名、合并、重组、跨省迁移等重大变化，三个月内报告（工信部企业〔2022〕63号）",
        "R",
        needs=("note",),
        help="写明变了什么；有效期不变。变化后不再符合条件的，办理撤销。",
    ),
    Act.REVOKE: Verb(
        "撤销",
        Stage.REVOKED,
        (Stage.UNCLEAR, Stage.RECOMMENDED, Stage.PUBLICISED, *IN_FORCE, Stage.EXPIRED),
        "不再符合条件、数据造假、发生重大事故或严重失信的取消认定（工信部企业〔2022〕63号、工信厅企业函〔2026〕117号）",
        "R",
        decides=True,
        needs=("ground",),
        help="自撤销日起不再有效；此前的仍算有效。",
    ),
    Act.RESTORE: Verb(
        "恢复",
        RESTORED,
        (Stage.REVOKED,),
        "撤销有误的，由作出撤销的机关自行纠正；恢复后视为未曾撤销",
        "F",
        decides=True,
        needs=("note",),
        help="写明撤销为何有误；恢复后视为未曾撤销。",
    ),
}

FIELD_LABELS = {
    "title": "称号",
    "on": "日期",
    "document": "文号",
    "until": "公示截止",
    "valid_from": "有效期起",
    "valid_until": "有效期止",
    "ground": "撤销缘由",
    "note": "说明",
    "batch": "批次",
    "year": "年度",
    "source": "来源",
}
