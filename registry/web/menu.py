"""The left menu of the back office, as data: what stands where, and who sees it."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from plugins import manager
from registry.access import Actor, Permission


class Item(NamedTuple):
    """One entry: its group, its words, where it leads, and the right that shows it; `deep` marks pages below it too."""

    group: str
    label: str
    url: str
    permission: Permission
    deep: bool = False


class Entry(NamedTuple):
    """An entry as it is drawn."""

    label: str
    url: str
    current: bool


ITEMS: tuple[Item, ...] = (
    Item("", "工作台", "/", Permission.OPEN),
    Item("", "综合检索", "/search", Permission.SEARCH_QUERY),
    Item("数据", "任务中心", "/jobs", Permission.JOB_USE, deep=True),
    Item("办理", "待跟进", "/notes", Permission.NOTE_KEEP),
    Item("检索", "保存的检索", "/saved", Permission.SEARCH_KEEP, deep=True),
    Item("数据", "导入批次", "/imports", Permission.RECORD_IMPORT, deep=True),
    Item("数据", "历史核验", "/history", Permission.HISTORY_VERIFY),
    Item("办理", "可能重复", "/duplicates", Permission.RECORD_MERGE, deep=True),
    Item("检索", "找不到的检索", "/misses", Permission.MISS_READ),
    Item("检索", "同义词与专业词", "/wording", Permission.WORDING_MANAGE),
    Item("办理", "分歧裁定", "/conflicts", Permission.CONFLICT_DECIDE),
    Item("办理", "企业认领", "/claims", Permission.CLAIM_DECIDE),
    Item("管理", "账号安全", "/security/accounts", Permission.SECURITY_MANAGE, deep=True),
    Item("管理", "运行情况", "/operations", Permission.OPERATIONS_READ),
    Item("管理", "日志", "/audit", Permission.AUDIT_READ),
    Item("管理", "单位与人员", "/organisations", Permission.ORGANISATION_READ, deep=True),
    Item("管理", "账号与授权", "/accounts", Permission.ACCOUNT_MANAGE, deep=True),
    Item("管理", "授权变更记录", "/access/changes", Permission.ACCOUNT_MANAGE),
    Item("管理", "字段权限", "/access/fields", Permission.FIELD_MANAGE),
    Item("管理", "为何看得到、看不到", "/access/explain", Permission.ACCESS_EXPLAIN),
    Item("其他", "我的账号", "/me", Permission.SESSION_USE),
    Item("其他", "开放数据", "/open", Permission.OPEN),
    Item("其他", "接口说明", "/api", Permission.OPEN),
)
"""Everything but the registers. An area adds its lines here, in the group where officers would look for them."""

_ORDER = ("", "登记簿", "办理", "数据", "检索", "管理", "其他")


def _registers() -> list[Item]:
    items = []
    for register in manager.registers().values():
        base, group = f"/{register.plural}", "登记簿"
        items.append(Item(group, f"{register.label}名单", base, Permission.RECORD_READ))
    return items


def menu(actor: Actor, path: str) -> list[tuple[str, list[Entry]]]:
    """Groups with the entries this actor may open; the page that is open is marked."""
    shown = [item for item in (*ITEMS, *_registers()) if actor.may(item.permission)]
    shown.sort(key=lambda item: _ORDER.index(item.group))
    return [
        (group, [Entry(item.label, item.url, _is_current(item, path)) for item in items])
        for group, items in groupby(shown, key=lambda item: item.group)
    ]


def _is_current(item: Item, path: str) -> bool:
    below = item.deep or item.group == "登记簿"
    return path == item.url or (below and path.startswith(f"{item.url}/"))
