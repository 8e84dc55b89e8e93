"""The columns of a list that speak of a title; its source and district are those of the record's row.

The last of them come with an export of titles, so that it can be imported again.
"""

from __future__ import annotations

from registry.register import Field, FieldType

STEP_FIELDS: tuple[Field, ...] = (
    Field("on", "日期", FieldType.DATE),
    Field("act", "环节", FieldType.CHOICE, vocabulary="title_steps", required=True),
    Field("document", "文号", max_length=100),
    Field("until", "期限至", FieldType.DATE),
    Field("ground", "缘由", FieldType.CHOICE, vocabulary="title_grounds"),
    Field("note", "说明", max_length=200),
)
"""One step of a title, as a line of its column."""

TITLE_FIELDS: tuple[Field, ...] = (
    Field(
        "title",
        "称号",
        aliases=(
            "称号名称",
            "称号类别",
            "认定类别",
            "认定称号",
            "荣誉名称",
            "荣誉称号",
            "入选名单",
            "名单名称",
            "奖项名称",
            "评定等级",
            "tier_or_title",
            "title",
        ),
        help="按名单原文填写；公示的、已撤销的在“名单状态”中注明。",
    ),
    Field("title_batch", "批次", aliases=("认定批次", "入选批次", "届次", "batch"), max_length=64),
    Field("title_year", "年度", FieldType.INTEGER, aliases=("年份", "认定年度", "认定年份", "year"), unit="年"),
    Field("title_document", "文号", aliases=("认定文号", "发文字号", "文件号", "document_no"), max_length=100),
    Field(
        "title_status",
        "名单状态",
        aliases=("状态", "称号状态", "认定状态", "list_status"),
        help="公示、公布、认定、撤销等；公示不算认定。",
        max_length=100,
    ),
    Field(
        "title_from",
        "有效期起",
        FieldType.DATE,
        aliases=("有效期开始", "有效期自", "生效日期", "发证日期", "valid_from"),
    ),
    Field(
        "title_until",
        "有效期止",
        FieldType.DATE,
        aliases=("有效期至", "有效期截止", "有效期结束", "到期日期", "有效期", "valid_until", "valid_to"),
    ),
    Field(
        "title_presumed",
        "有效期推定",
        FieldType.FLAG,
        help="有效期由年度和规定年限推算的填“是”。",
    ),
    Field(
        "title_steps",
        "称号经过",
        FieldType.ROWS,
        help="每行一步：日期｜环节｜文号｜期限至｜缘由｜说明；环节为推荐、公示、认定、更新、变更、复核、到期、撤销、恢复。",
        columns=STEP_FIELDS,
    ),
    Field("title_district", "称号区县", help="认定时所在区县；导出称号时带出。", max_length=64),
    Field("title_source", "称号来源", help="称号所据的名单；导出称号时带出。", max_length=300),
    Field(
        "title_id", "称号编号", help="导出称号时带出；有编号的行，区县和来源以称号区县、称号来源为准。", max_length=36
    ),
)

DERIVED_FIELDS: tuple[Field, ...] = (
    Field(
        "tier",
        "现行梯次",
        FieldType.CHOICE,
        aliases=("梯次", "tier"),
        help="由有效的称号推出，不能填报。",
        vocabulary="tiers",
        derived=True,
        filter=True,
        facet="tier",
    ),
)
"""What follows from a record's titles."""
