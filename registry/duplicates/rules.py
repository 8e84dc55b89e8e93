"""How much two records look alike, and what that means. Pure: evidence in, a score with its reasons out."""

from __future__ import annotations

from typing import NamedTuple

CERTAIN = 90
"""From here on the two are near-certainly the same: filing a new one demands a decision."""

LIKELY = 75
"""From here on a person is asked."""

_PRIVATE = "phone"


class Evidence(NamedTuple):
    """What is known of two records. `name` and `address` say how alike (0 to 1); None: one of them does not say.

    `places` and `numbers` are those within the names; `branch`: one of the two is a branch of something;
    `identity`: what else tells records of one name apart (the owner of a brand, the edition of a listing).
    """

    name: float
    code: bool | None = None
    phone: bool | None = None
    address: float | None = None
    district: bool | None = None
    places: bool | None = None
    numbers: bool | None = None
    branch: bool = False
    identity: bool | None = None
    former: bool = False


class Likeness(NamedTuple):
    """How alike, from 0 to 100, and why: (trait, words)."""

    score: int
    reasons: tuple[tuple[str, str], ...]

    @property
    def band(self) -> str:
        """What the score means to a person."""
        return "几乎可以肯定" if self.score >= CERTAIN else "很可能" if self.score >= LIKELY else "不大像"


NOTHING = Likeness(0, ())


def weigh(evidence: Evidence) -> Likeness:
    """The likeness that follows from what is known of two records.

    An equal code is proof; two valid codes that differ are near-proof of the contrary, whatever else agrees.
    """
    if evidence.code:
        return Likeness(100, (("code", "代码相同"), *_words_of_name(evidence)))
    found = [one for one in (*_for(evidence), *_against(evidence)) if one[0]]
    score = round(90 * evidence.name) + sum(points for points, _, _ in found)
    if evidence.code is False:
        return Likeness(min(score, 30), (("code", "代码不同"),))
    reasons = (*_words_of_name(evidence), *((trait, words) for _, trait, words in found))
    return Likeness(max(0, min(99, score)), reasons)


def _words_of_name(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    what = "曾用名" if evidence.former else "名称"
    if evidence.name >= 0.999:
        return (("name", f"除地名、组织形式外{what}相同"),)
    return (("name", f"{what}相近"),) if evidence.name >= 0.6 else ()


def _for(evidence: Evidence) -> list[tuple[int, str, str]]:
    address = evidence.address or 0
    return [
        (12 if evidence.phone else 0, _PRIVATE, "联系电话相同"),
        (
            12 if address >= 0.999 else 8 if address >= 0.85 else 0,
            "address",
            "地址相同" if address >= 0.999 else "地址相近",
        ),
        (3 if evidence.district else 0, "district", "区县相同"),
    ]


def _against(evidence: Evidence) -> list[tuple[int, str, str]]:
    return [
        (-10 if evidence.district is False else 0, "district", "区县不同"),
        (-35 if evidence.places is False else 0, "places", "名称中的区县不同"),
        (-35 if evidence.numbers is False else 0, "numbers", "名称中的编号不同"),
        (-25 if evidence.branch else 0, "branch", "一方是分支机构"),
        (-40 if evidence.identity is False else 0, "identity", "同名而所属不同"),
    ]


def readable(reasons: tuple[tuple[str, str], ...], *, private: bool) -> list[str]:
    """The reasons in words; what follows from private fields for those only who may read them."""
    return [words for trait, words in reasons if private or trait != _PRIVATE]
