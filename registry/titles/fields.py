"""The columns of a list that speak of a title; its source and district are those of the record's row."""

from __future__ import annotations

from registry.register import Field, FieldType

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
