"""What a network address is counted under, where anything is limited by it."""

from __future__ import annotations

import ipaddress

_IPV6_SITE = 64
"""Bits of an IPv6 address that one household or company has."""


def site_of(address: str | None) -> str | None:
    """Return what an address is counted under, None for one that says nothing about who asks.

    Loopback is this machine, or a proxy that does not tell for whom it asks: limiting it would
    punish everybody at once.
    """
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    if mapped.is_loopback:
        return None
    if mapped.version == 4:  # noqa: PLR2004 - the protocol's number
        return str(mapped)
    return str(ipaddress.ip_network((mapped, _IPV6_SITE), strict=False))
