"""What a password must be, how long it lasts, how long things are kept: one row that administrators may change."""

from __future__ import annotations

import itertools

import msgspec

from registry import database
from registry.errors import Objection

MAX_LENGTH = 128
"""Characters: hashing a longer one would only cost time."""

_COMMON = frozenset(
    [
        "password",
        "passw0rd",
        "administrator",
        "welcome",
        "qwertyuiop",
        "1234567890",
        "0123456789",
        "qwerty1234",
        "abcd123456",
        "abc1234567",
        "woaini1314",
        "iloveyou",
        "letmein",
        "admin12345",
        "admin@1234",
        "p@ssw0rd",
        "p@ssw0rd1",
        "admin123456",
        "qwer1234",
        "1qaz2wsx",
        "1qaz@wsx",
        "asdfghjkl",
        "zhongguo",
        "chongqing",
        "yinfajingji",
    ]
)
_RUN = 5


class Policy(msgspec.Struct, frozen=True):
    """`min_classes` of lower case, upper case, digits and others, unless it is a passphrase of `passphrase_length`.

    The last `remembered` passwords may not come back; after `max_age_days` (0: never) a new one is due. The log is kept
    `audit_days`, personal data of withdrawn records `personal_days` (0: until they are erased by hand).
    """

    min_length: int = 10
    min_classes: int = 3
    passphrase_length: int = 15
    remembered: int = 5
    max_age_days: int = 180
    audit_days: int = 1095
    personal_days: int = 0


NAMES = Policy.__struct_fields__


async def current() -> Policy:
    """The policy in force."""
    row = await database.fetchrow(f"SELECT {', '.join(NAMES)} FROM security_policy")
    return Policy(*row)


def objections(policy: Policy, password: str, username: str = "") -> list[Objection]:
    """Everything that is wrong with a password."""
    found = _length(policy, password) or _mixture(policy, password)
    plain = password.lower()
    if username and len(username) >= 3 and username.lower() in plain:
        found.append("密码不能包含账号。")
    if any(plain.startswith(common) and len(plain) - len(common) < 3 for common in _COMMON):
        found.append("这个密码太常见，容易被猜到，请换一个。")
    if _has_run(plain):
        found.append(f"密码不能有连续 {_RUN} 个相同或依次相邻的字符（如 11111、12345、abcde）。")
    return [Objection(words, "password", "密码") for words in found]


def _length(policy: Policy, password: str) -> list[str]:
    if len(password) < policy.min_length:
        return [f"密码至少 {policy.min_length} 位。"]
    return [f"密码不超过 {MAX_LENGTH} 位。"] if len(password) > MAX_LENGTH else []


def _mixture(policy: Policy, password: str) -> list[str]:
    classes = {_class(character) for character in password}
    if len(classes) >= policy.min_classes or len(password) >= policy.passphrase_length:
        return []
    told = f"密码须含大写字母、小写字母、数字、其他字符中的 {policy.min_classes} 种"
    return [f"{told}；或用 {policy.passphrase_length} 位以上的长句。"]


def _class(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "upper" if character.isupper() else "lower" if character.islower() else "other"


def _has_run(text: str) -> bool:
    """Whether characters repeat or follow each other `_RUN` times in a row."""
    steps = [ord(b) - ord(a) for a, b in itertools.pairwise(text)]
    windows = (steps[start : start + _RUN - 1] for start in range(len(steps) - _RUN + 2))
    return any(len(set(window)) == 1 and window[0] in {-1, 0, 1} for window in windows)
