"""What holds of every list of addresses that may be set."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from aiortc.rtcicetransport import parse_stun_turn_uri
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from web import Settings

hosts = st.from_regex(r"[a-z][a-z0-9-]{0,8}(\.[a-z]{1,3}){0,2}", fullmatch=True) | st.ip_addresses(
    v=4
).map(str)
ports = st.none() | st.integers(0, 70_000)
spaces = st.sampled_from(["", " ", "  "])


@given(st.lists(st.tuples(st.sampled_from(["stun", "stuns"]), hosts, ports), max_size=4), spaces)
def test_stun_addresses_are_read_as_they_are_used(
    servers: list[tuple[str, str, int | None]], space: str
) -> None:
    texts = [f"{scheme}:{host}" + (f":{port}" if port else "") for scheme, host, port in servers]
    try:
        found = Settings(ice_servers=f"{space},{space}".join(texts)).ice_servers  # type: ignore[arg-type]
    except ValidationError:
        assert any(port is not None and port > 65_535 for *_, port in servers)
        return
    assert [*found] == texts
    for server, (scheme, host, port) in zip(found, servers, strict=True):
        used = parse_stun_turn_uri(server)
        assert (used["scheme"], used["host"]) == (scheme, host)
        if port:
            assert used["port"] == port
            assert port <= 65_535


@given(st.text(st.sampled_from("stun:/.-[]@?=x1 "), max_size=24))
def test_what_is_no_stun_address_is_refused(text: str) -> None:
    try:
        found = Settings(ice_servers=text).ice_servers  # type: ignore[arg-type]
    except ValidationError:
        return
    for server in found:
        assert parse_stun_turn_uri(server)["host"]
        assert not {*server} & {*"/[]@?= "}


@given(st.lists(st.ip_addresses(), max_size=4), spaces)
def test_addresses_of_this_machine_are_kept(addresses: list[object], space: str) -> None:
    texts = [str(address) for address in addresses]
    found = Settings(ice_addresses=f"{space},{space}".join(texts)).ice_addresses  # type: ignore[arg-type]
    assert [*found] == texts


networks = st.sampled_from(["127.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16", "::1/128", "fc00::/7"])


@given(st.ip_addresses() | networks.flatmap(lambda network: st.ip_addresses(network=network)))
def test_only_loopback_needs_no_token(address: object) -> None:
    if ip_address(str(address)).is_loopback:
        assert Settings(host=str(address)).loopback
    else:
        with pytest.raises(ValidationError, match="MOODCUE_TOKEN"):
            Settings(host=str(address))
