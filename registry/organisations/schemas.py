"""What an organisation is, and who grants."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from registry.access import Actor


class Sort(StrEnum):
    """The sorts of organisation."""

    BUREAU = "bureau"
    DEPARTMENT = "department"
    DISTRICT = "district"
    ENTERPRISE = "enterprise"

    @property
    def label(self) -> str:
        """What people call it."""
        return _SORT_LABELS[self]


_SORT_LABELS = {
    Sort.BUREAU: "市级单位",
    Sort.DEPARTMENT: "部门处室",
    Sort.DISTRICT: "区县单位",
    Sort.ENTERPRISE: "企业",
}


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """One node of the tree. `path` is the ids from the top down to its own; `kind` and `record` an enterprise's."""

    id: str = ""
    parent: str | None = None
    path: tuple[str, ...] = ()
    sort: Sort = Sort.DEPARTMENT
    name: str = ""
    district: str = ""
    kind: str = ""
    record: str | None = None
    active: bool = True
    version: int = 0

    @property
    def sort_label(self) -> str:
        """What its sort is called."""
        return self.sort.label

    @property
    def depth(self) -> int:
        """How far below the top it stands."""
        return len(self.path) - 1


class Granter(msgspec.Struct, frozen=True):
    """Who grants: the actor, the organisations it administers (None: all), the records among the granted it reaches."""

    actor: Actor
    administers: frozenset[str] | None
    records: frozenset[str] = frozenset()

    def runs(self, organisation: str | None) -> bool:
        """Whether accounts of the organisation are its to manage; those of none are the administrator's of all."""
        return self.administers is None or (organisation is not None and organisation in self.administers)
