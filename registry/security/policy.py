"""Changing the policy: within bounds, noted with what it was and what it became."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from registry import audit, database, password_policy
from registry.errors import Invalid, Objection
from registry.history import Occasion
from registry.password_policy import Policy

BOUNDS = {
    "min_length": ("密码最少位数", 8, 64),
    "min_classes": ("字符至少几种（大写、小写、数字、其他）", 1, 4),
    "passphrase_length": ("多少位以上的长句不问字符种类", 12, 128),
    "remembered": ("不得与最近几次的密码相同", 0, 24),
    "max_age_days": ("密码多少天须更换（0 为不要求）", 0, 3650),
    "audit_days": ("日志保存天数（依法不少于 180）", 180, 36_500),
    "personal_days": ("撤回的记录，个人信息再保存多少天（0 为不自动清除）", 0, 36_500),
}
"""What each part is called, and between which numbers it may be."""


async def change(occasion: Occasion, given: Mapping[str, Any]) -> Policy:
    """Change parts of the policy; the new one comes back. Invalid with everything that is wrong."""
    if objections := [one for name, value in given.items() for one in _wrong(name, value)]:
        raise Invalid(objections)
    async with database.transaction():
        old = msgspec.structs.asdict(await password_policy.current())
        changed = {name: value for name, value in given.items() if value != old[name]}
        for name, value in changed.items():
            await database.execute(f"UPDATE security_policy SET {name} = $1", value)
        if changed:
            detail = {name: {"from": old[name], "to": value} for name, value in changed.items()}
            await audit.note(occasion, "修改安全策略", "security/policy", detail)
        return await password_policy.current()


def _wrong(name: str, value: Any) -> list[Objection]:
    if name not in BOUNDS:
        return [Objection(f"没有“{name[:40]}”这一项。", name[:40])]
    label, least, most = BOUNDS[name]
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return []
    return [Objection(f"{label}：应为 {least} 至 {most} 的整数。", name, label)]
