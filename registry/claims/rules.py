"""What a claim must say, and when one may be made and decided. Pure functions."""

from __future__ import annotations

import re
from typing import NamedTuple

from registry.errors import Objection

MOST_STATEMENT = 1000
MOST_POSITION = 64
MOST_REASON = 500
MOST_PROOFS = 5
LEAST_STATEMENT = 10

_PHONE = re.compile(r"[0-9+\-() （）]{5,20}(?:[转,x]\d{1,6})?")


class Facts(NamedTuple):
    """What there is to know of an account and of a record before one claims the other."""

    claimable: bool
    has_record: bool
    waits_already: bool
    withdrawn: bool


def objections(position: str, phone: str, statement: str, proofs: int) -> list[Objection]:
    """Everything that is wrong with what a claim says."""
    found = []
    if not 1 <= len(position.strip()) <= MOST_POSITION:
        found.append(Objection(f"请填写您在企业的职务，不超过 {MOST_POSITION} 字。", "position", "职务"))
    if not _PHONE.fullmatch(phone.strip()) or not any(character.isdigit() for character in phone):
        found.append(Objection("请填写能联系到您的电话，如023-00000000。", "phone", "联系电话"))
    length = len(statement.strip())
    if not LEAST_STATEMENT <= length <= MOST_STATEMENT:
        told = f"请写明您凭什么代表这家企业，{LEAST_STATEMENT} 至 {MOST_STATEMENT} 字。"
        found.append(Objection(told, "statement", "证明说明"))
    if proofs > MOST_PROOFS:
        found.append(Objection(f"证明材料至多 {MOST_PROOFS} 份。", "proof", "证明材料"))
    return found


def refusal(facts: Facts) -> str:
    """Why a claim cannot be made at all; "" when it can."""
    if not facts.claimable:
        return "这类记录不由企业认领。"
    if facts.has_record:
        return "您的账号已有自己的企业记录；要换一家，请与所在区县联系。"
    if facts.waits_already:
        return "您已提交过一份认领，正在等候审核；要改认另一家，请先撤销那一份。"
    return "这条记录已撤回，不能认领。" if facts.withdrawn else ""


def reason_missing(reason: str, *, approving: bool) -> list[Objection]:
    """Who refuses a claim says why; the enterprise reads it."""
    if len(reason) > MOST_REASON:
        return [Objection(f"理由不超过 {MOST_REASON} 字。", "reason", "理由")]
    if approving or reason.strip():
        return []
    return [Objection("请写明不予通过的理由，企业会看到它。", "reason", "理由")]
