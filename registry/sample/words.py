"""What synthetic names and records are made of. Shares are chosen to look plausible; they are no statistics."""

from __future__ import annotations

from typing import NamedTuple

FIRST = "安宝百博朝春德鼎恩芳福高光广和恒红宏鸿华怀辉惠吉佳嘉金锦景敬久康"
SECOND = "乐利龄隆美民明宁鹏平普启千勤庆仁荣瑞润善尚盛顺松泰天同万望祥欣和怡颖雅晓"
THIRD = "信兴秀轩颐亿益逸银盈永优友裕源悦云泽长臻振正之知智众卓尊佑晴阳川"


class Offer(NamedTuple):
    """A title held by those whose draw lies below the cumulated share (of 1) and above the offer before."""

    share: float
    title: str
    status: str
    validity_years: int


class Trade(NamedTuple):
    """A line of business: the end of a name, the class of 养老产业统计分类（2020）, products, scope."""

    ending: str
    industry: str
    products: tuple[str, ...]
    scope: str
    titles: tuple[Offer, ...]


LADDER = (
    Offer(0.002, "国家级制造业单项冠军企业", "公布", 3),
    Offer(0.005, "省级制造业单项冠军企业", "公布", 3),
    Offer(0.045, "国家级专精特新“小巨人”企业", "公布", 3),
    Offer(0.050, "国家级专精特新“小巨人”企业", "公示", 0),
    Offer(0.170, "市级专精特新中小企业", "公布", 3),
    Offer(0.175, "市级专精特新中小企业", "撤销", 3),
    Offer(0.360, "创新型中小企业", "公布", 3),
)
"""What those that make or program hold."""

STARS = (
    Offer(0.010, "五星级养老机构", "评定名单", 0),
    Offer(0.040, "四星级养老机构", "评定名单", 0),
    Offer(0.090, "三星级养老机构", "评定名单", 0),
)
"""What residential homes hold."""

SERVICES = (Offer(0.020, "创新型中小企业", "公布", 3),)
"""What all others hold."""


def _trades(
    endings: str,
    industry: str,
    products: str,
    scope: str,
    titles: tuple[Offer, ...] = SERVICES,
) -> list[Trade]:
    return [Trade(ending, industry, tuple(products.split("|")), scope, titles) for ending in endings.split("|")]


TRADES = (
    *_trades(
        "养老服务有限公司|颐养中心|老年公寓|养老产业发展有限公司|康养服务集团有限公司|托老中心",
        "0130",
        "机构养老照护、失能老人长期照护|医养结合床位、认知症照护专区|短期托养、日间照料",
        "机构养老服务；健康咨询服务（不含诊疗服务）；护理机构服务",
        STARS,
    ),
    *_trades(
        "居家养老服务有限公司|家政服务有限公司|居家护理有限公司",
        "0110",
        "上门助浴、助餐、助洁服务|居家照护、家庭养老床位",
        "家政服务；养老服务；病人陪护服务",
    ),
    *_trades(
        "社区养老服务有限公司|社区养老服务中心",
        "0120",
        "社区老年食堂、日间照料|社区嵌入式养老服务",
        "养老服务；餐饮服务；社区文化活动组织",
    ),
    *_trades(
        "康复辅具有限公司|医疗器械有限公司|康复设备制造有限公司",
        "1070；0232",
        "电动护理床、移位机|助听器、助行器、轮椅|外骨骼康复训练设备",
        "第二类医疗器械生产；康复辅具制造与适配服务",
        LADDER,
    ),
    *_trades(
        "智慧养老科技有限公司|信息技术有限公司|数据科技有限公司",
        "0721；0723",
        "智慧养老服务平台、跌倒监测雷达|适老化改造软件、紧急呼叫系统",
        "软件开发；物联网技术服务；养老大数据服务",
        LADDER,
    ),
    *_trades(
        "智能穿戴设备有限公司|智能科技股份有限公司",
        "1080",
        "老年智能手环、定位鞋|健康监测床垫、陪伴机器人",
        "可穿戴智能设备制造与销售；智能机器人研发",
        LADDER,
    ),
    *_trades(
        "适老家居有限公司|无障碍工程有限公司",
        "1220",
        "居家适老化改造、扶手与防滑地面|加装电梯、无障碍坡道",
        "住宅室内装饰装修；无障碍设施建设",
    ),
    *_trades(
        "老年食品有限公司|营养食品有限公司",
        "1010",
        "易咀嚼食品、低糖糕点|中老年奶粉、特殊膳食",
        "食品生产；保健食品销售",
        LADDER,
    ),
    *_trades(
        "老年用品销售有限公司|银发用品商贸有限公司",
        "1112",
        "成人纸尿裤、防滑鞋|老花镜、放大镜、助听设备零售",
        "日用百货销售；老年用品批发零售",
    ),
    *_trades(
        "旅居康养有限公司|老年旅行社有限公司", "0330", "旅居养老、康养线路|银发专列、慢游线路", "旅游业务；健康咨询服务"
    ),
    *_trades(
        "老年教育咨询有限公司|护理职业培训有限公司",
        "0512",
        "养老护理员培训、老年能力评估师培训|家庭照护者培训",
        "职业技能培训；教育咨询",
    ),
    *_trades(
        "中医养生有限公司|健康管理有限公司",
        "0210；0341",
        "慢病管理、中医理疗|老年体检与健康档案",
        "健康管理服务；中医养生保健服务（非医疗）",
    ),
)

SIZES = (("大型", 10_000, 80_000), ("中型", 2_000, 10_000), ("小型", 200, 2_000), ("微型", 10, 200))
"""Size class and the range of registered capital in 万元; the draw favours what stands last."""
