"""Sessions and accounts as those who look after them see them."""

from __future__ import annotations

import msgspec


class SessionRow(msgspec.Struct, frozen=True):
    """A browser that is signed in; moments are ISO 8601."""

    id: str
    username: str
    name: str
    agent: str
    address: str
    created_at: str
    seen_at: str
    expires_at: str
    current: bool = False


class TokenRow(msgspec.Struct, frozen=True):
    """A token by which a program acts as an account; of the token itself nothing is kept in clear."""

    label: str
    created_at: str
    expires_at: str


class AccountState(msgspec.Struct, frozen=True):
    """How an account stands: locked by hand or by failures, how old its password is, from where it may be used.

    `place` is the organisation it belongs to, or its district.
    """

    username: str
    name: str
    role: str
    place: str
    active: bool
    locked_at: str | None
    locked_reason: str
    failures: int
    must_change: bool
    password_set_at: str
    allowed_addresses: list[str]
    sessions: int
    last_seen_at: str | None
    own: bool = False
