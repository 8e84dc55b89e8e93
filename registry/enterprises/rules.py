"""What an enterprise's record must satisfy as a whole: pure functions of its values and a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from registry import taxonomy
from registry.enterprises.fields import FIELDS
from registry.errors import Objection

_LABELS = {field.name: field.label for field in FIELDS}
_WEBSITE = re.compile(r"(?:https?://)?(?:[\w\-]+\.)+[\w\-]{2,}(?::\d{1,5})?(?:/\S*)?", re.IGNORECASE)
_PHONE = re.compile(r"[0-9+\-() （）]{5,20}(?:[转,x]\d{1,6})?")


def check(values: Mapping[str, Any], today: date) -> list[Objection]:
    """Everything that is wrong with a record on that day; empty when it may be filed."""
    objections = (
        _name(values.get("name")),
        _district(values, today),
        _past(values, "founded_on", today),
        _past(values, "as_of", today),
        _capital(values.get("registered_capital")),
        _website(values.get("website")),
        _phone(values.get("contact_phone")),
    )
    return [objection for objection in objections if objection is not None]


def default_as_of(values: Mapping[str, Any], today: date) -> date | None:
    """The day a row describes when it does not say so itself: the end of its title's year (`title_year`).

    A row that names an abolished district in the year of its abolition describes that district's last day at the
    latest. None when the row gives no year, or one that is not over: a day is never made up, so an abolished district
    without a year stays an objection that asks for the day.
    """
    said: date | None = values.get("as_of")
    if said:
        return said
    year = values.get("title_year")
    if not isinstance(year, int) or not date.min.year <= year < today.year:
        return None
    year_end = date(year, 12, 31)
    place = taxonomy.district(values.get("district") or "")
    if place and place.valid_to and place.valid_to.year == year:
        return place.valid_to
    return year_end


def _name(name: str | None) -> Objection | None:
    if not name or any(character.isalpha() for character in name):
        return None
    return _object("name", f"企业名称“{name[:20]}”里没有文字，请填写营业执照上的全称。")


def _district(values: Mapping[str, Any], today: date) -> Objection | None:
    """A district of the home city exists on the day described (区划调整 2025-11-06); elsewhere the text is free."""
    name, home = values.get("district"), taxonomy.city().name
    if not name:
        return None
    place = taxonomy.district(name)
    province = values.get("province")
    if province not in (None, home):
        return _zone_elsewhere(place, province)
    if place is None:
        elsewhere = province is None and name.endswith(("市", "州", "盟", "地区"))
        return None if elsewhere else _unknown_district(name)
    day = values.get("as_of") or today
    if taxonomy.district_valid(name, day) or place.valid_to is None:
        return None
    return _object(
        "district",
        f"{name}已于{place.valid_to}撤销，现由{place.succeeded_by}管辖；请填现行区县，或在“数据时点”注明撤销前的日期。",
    )


def _unknown_district(name: str) -> Objection:
    near = taxonomy.vocabulary("districts").nearest(name)
    hint = f"，是否为{'、'.join(near)}？" if near else "，请填区县全称。"
    return _object("district", f"{taxonomy.city().name}没有“{name[:20]}”这个区县{hint}")


def _zone_elsewhere(place: taxonomy.District | None, province: str) -> Objection | None:
    # 高新区 and the like are completed to the home city's zone when read; another province's zone must be spelt out.
    if place is None or place.type != "开发区":
        return None
    home = taxonomy.city().name
    return _object(
        "district", f"“{place.name}”属于{home}，与省份“{province}”不符；外地请填城市，如“某某市”，本地请改省份。"
    )


def _past(values: Mapping[str, Any], name: str, today: date) -> Objection | None:
    day = values.get(name)
    if day is None or day <= today:
        return None
    return _object(name, f"{_LABELS[name]}{day}晚于今天，请核对。")


def _capital(capital: Decimal | None) -> Objection | None:
    if capital is None or capital >= 0:
        return None
    return _object("registered_capital", "注册资本不能是负数，请核对。")


def _website(website: str | None) -> Objection | None:
    """A bare domain or an http(s) address: anything else would become a link that does not lead to a site."""
    if website is None or _WEBSITE.fullmatch(website):
        return None
    return _object("website", f"网址“{website[:30]}”看不懂，请写成 https://www.example.cn 或 www.example.cn。")


def _phone(phone: str | None) -> Objection | None:
    if phone is None or (_PHONE.fullmatch(phone) and any(character.isdigit() for character in phone)):
        return None
    return _object("contact_phone", "联系电话只能有数字、加号、横线和空格，5至20位，如023-00000000。")


def _object(field: str, message: str) -> Objection:
    return Objection(message, field, _LABELS[field])
