"""Network addresses: where a request comes from, and whether it comes from where an account may be used. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from registry.errors import Objection

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MOST_NETWORKS = 50
_LENGTH = 64


def of_client(peer: str, headers: Iterable[tuple[bytes, bytes]], *, trusted_proxy: bool) -> str:
    """The address a request comes from; a proxy's word only when the settings trust it."""
    if trusted_proxy:
        told = next((value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"), "")
        forwarded = told.rpartition(",")[2].strip()
        if forwarded:
            return forwarded[:_LENGTH]
    return peer[:_LENGTH]


def networks(lines: Sequence[str]) -> tuple[list[str], list[Objection]]:
    """Addresses and networks as they are kept, and what is wrong with the others; empty lines say nothing."""
    kept, objections = [], []
    for line in filter(None, map(str.strip, lines)):
        try:
            kept.append(str(ipaddress.ip_network(line, strict=False)))
        except ValueError:
            words = f"“{line[:40]}”不是地址或网段；应如 10.1.2.3 或 10.1.0.0/16。"
            objections.append(Objection(words, "allowed_addresses", "允许登录的地址"))
    if len(kept) > MOST_NETWORKS:
        objections.append(Objection(f"至多 {MOST_NETWORKS} 个地址或网段。", "allowed_addresses", "允许登录的地址"))
    return list(dict.fromkeys(kept)), objections


def allows(allowed: Sequence[Network], address: str) -> bool:
    """Whether an account bound to these networks may be used from the address; bound to none, it may from anywhere."""
    if not allowed:
        return True
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(given, "ipv4_mapped", None) or given
    return any(mapped in network for network in allowed)


def parsed(kept: Iterable[str]) -> tuple[Network, ...]:
    """The networks that `networks` kept."""
    return tuple(map(ipaddress.ip_network, kept))
