"""Choice of the local addresses that WebRTC offers (ICE host candidates)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import aioice.ice

_offered: ContextVar[tuple[str, ...]] = ContextVar("offered", default=())
_all_addresses: Final = aioice.ice.get_host_addresses


@contextmanager
def host_candidates(addresses: Sequence[str]) -> Iterator[None]:
    """Make peer connections that gather candidates inside this context offer these addresses only.

    aiortc has no setting for this, and aioice omits 127.0.0.1, so that no connection works on a
    machine without a network. This module therefore replaces aioice's public function
    ``get_host_addresses`` with one that reads a context variable first.

    Parameters
    ----------
    addresses : sequence of str
        IPv4 or IPv6 addresses; empty for all of the machine's but loopback.

    Raises
    ------
    ValueError
        If one of them is not an IP address.
    """
    token = _offered.set(tuple(str(ipaddress.ip_address(address)) for address in addresses))
    try:
        yield
    finally:
        _offered.reset(token)


def _host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    versions = {4: use_ipv4, 6: use_ipv6}
    return [a for a in _offered.get() if versions[ipaddress.ip_address(a).version]] or (
        _all_addresses(use_ipv4, use_ipv6)
    )


aioice.ice.get_host_addresses = _host_addresses
