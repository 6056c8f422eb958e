"""What holds of every address that a user may name."""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream import SessionClock, SourceError, UrlSource
from stream.egress import is_public

PRIVATE = [
    ip_network(net)
    for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16")
]
private = st.sampled_from(PRIVATE).flatmap(lambda net: st.ip_addresses(network=str(net)))
INSIDE = (
    *("::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::"),  # IPv4 in the last 32 bits
)


async def opened(address: str) -> None:
    source = UrlSource(address, SessionClock(), live=False, allow_private=False)
    try:
        await source.open()
    finally:
        await source.close()


def refused(address: str) -> str | None:
    """Open an address that must not be opened, and return the code of what is said."""
    with pytest.raises(SourceError) as caught:
        asyncio.run(opened(address))
    assert "\n" not in str(caught.value)
    return caught.value.code


@given(private, st.sampled_from(["http", "https"]), st.none() | st.integers(0, 65_535))
def test_no_private_address_is_opened(ip: IPv4Address, scheme: str, port: int | None) -> None:
    place = f":{port}" if port is not None else ""
    assert refused(f"{scheme}://{ip}{place}/clip.mp4") == "private_address"


@given(private, st.sampled_from(INSIDE))
def test_no_private_address_is_public_by_another_name(ip: IPv4Address, prefix: str) -> None:
    assert not is_public(str(ip))
    assert not is_public(str(IPv6Address(int(IPv6Address(prefix)) + int(ip))))
    assert not is_public(str(IPv6Address((0x2002 << 112) + (int(ip) << 80) + 1)))


@given(st.ip_addresses(v=6))
def test_what_is_public_of_ipv6_lies_in_the_space_that_is_given_out(ip: IPv6Address) -> None:
    if is_public(str(ip)):
        assert ip in ip_network("2000::/3")
    assert not is_public(f"{ip}%eth0") or is_public(str(ip))


labels = st.text(st.sampled_from("aé-%_xn\x00\ud800"), max_size=70)
# No name that could be looked up: an empty label, or one that is too long.
names = st.tuples(labels, st.sampled_from(["..", ".", "." + "a" * 64]), labels).map("".join)
unnameable = names.filter(lambda name: any(not 0 < len(part) < 64 for part in name.split(".")[:-1]))
# Nothing of which a name could be made.
odd = st.text(st.sampled_from(":/@[?#\t\n"), max_size=20)


@given(unnameable)
def test_a_name_that_cannot_be_one_is_told(name: str) -> None:
    assert refused(f"http://{name}/") in ("unknown_host", "invalid_address")


@given(st.sampled_from(["", "http:", "http://[", "rtsp://", "ftp://", "http://:", "//"]), odd)
def test_what_is_no_address_is_told(start: str, rest: str) -> None:
    assert refused(start + rest) == "invalid_address"
