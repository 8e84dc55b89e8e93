"""What every record must satisfy as a statement, whatever its register: its name, its place, its day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry import taxonomy
from registry.errors import Objection
from registry.register import Register


def check(register: Register, values: Mapping[str, Any], today: date) -> list[Objection]:
    """Everything that is wrong with a record on that day, the room's own rule included; empty when it may be filed."""
    objections = (_name(register, values), _district(values, today), _day(values, today))
    return [objection for objection in objections if objection is not None] + register.check(values, today)


def complete(register: Register, values: dict[str, Any], today: date) -> dict[str, Any]:
    """What follows from what was said: the day from the title's year, the province from a district of the home city."""
    day = default_as_of(values, today)
    if day:
        values = values | {"as_of": day}
    if not values.get("province") and taxonomy.district(values.get("district") or ""):
        values = values | {"province": taxonomy.city().name}
    return register.complete(values, today)


def default_as_of(values: Mapping[str, Any], today: date) -> date | None:
    """The day a row describes when it does not say so itself: the end of its title's year (`title_year`).

    A row that names an abolished district in the year of its abolition describes that district's last day at the
    latest. None when the row gives no year, or one that is not over: a day is never made up, so an abolished district
    without a year stays an objection that asks for the day. A row of an export of titles (`title_id`) says the
    record's own day, or that it has none.
    """
    said: date | None = values.get("as_of")
    if said or values.get("title_id"):
        return said
    year = values.get("title_year")
    if not isinstance(year, int) or not date.min.year <= year < today.year:
        return None
    year_end = date(year, 12, 31)
    place = taxonomy.district(values.get("district") or "")
    if place and place.valid_to and place.valid_to.year == year:
        return place.valid_to
    return year_end


def _name(register: Register, values: Mapping[str, Any]) -> Objection | None:
    name = values.get(register.name_field)
    if not name or any(character.isalpha() for character in name):
        return None
    label = register.by_name[register.name_field].label
    return Objection(f"{label}“{name[:20]}”里没有文字，请填写全称。", register.name_field, label)


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
    return _place(
        f"{name}已于{place.valid_to}撤销，现由{place.succeeded_by}管辖；请填现行区县，或在“数据时点”注明撤销前的日期。",
    )


def _unknown_district(name: str) -> Objection:
    near = taxonomy.vocabulary("districts").nearest(name)
    hint = f"，是否为{'、'.join(near)}？" if near else "，请填区县全称。"
    return _place(f"{taxonomy.city().name}没有“{name[:20]}”这个区县{hint}")


def _zone_elsewhere(place: taxonomy.District | None, province: str) -> Objection | None:
    # 高新区 and the like are completed to the home city's zone when read; another province's zone must be spelt out.
    if place is None or place.type != "开发区":
        return None
    home = taxonomy.city().name
    return _place(f"“{place.name}”属于{home}，与省份“{province}”不符；外地请填城市，如“某某市”，本地请改省份。")


def _day(values: Mapping[str, Any], today: date) -> Objection | None:
    day = values.get("as_of")
    if day is None or day <= today:
        return None
    return Objection(f"数据时点{day}晚于今天，请核对。", "as_of", "数据时点")


def _place(message: str) -> Objection:
    return Objection(message, "district", "区县")
