"""What holds of every token, every origin and every length that a caller may send."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import Message, Scope

from web.security import MAX_BODY, Guard, hashed, matches, new_token, token_of

# As HTTP has it: the bytes of a header are Latin-1, without controls.
latin = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]))
token_characters = st.text(st.sampled_from("abcABC019-_"), min_size=1)
texts = st.text(st.characters(exclude_categories=["Cs"]))
hosts = st.sampled_from(
    ["127.0.0.1:8600", "localhost:8600", "[::1]:8600", "moodcue.example", "a.b", "a.b:1"]
)
schemes = st.sampled_from(["http", "https"])


def scope(kind: str, headers: dict[str, str], query: str = "") -> Scope:
    return {
        "type": kind,
        "method": "POST",
        "path": "/",
        "query_string": query.encode("latin-1"),
        "headers": Headers(headers).raw,
    }


def answered(headers: dict[str, str]) -> int:
    """Return the status with which the guard answers a POST."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    guard = Guard(PlainTextResponse("in"), uploads={})
    asyncio.run(guard(scope("http", headers), receive, send))
    status: int = sent[0]["status"]
    return status


def told(headers: dict[str, str], query: str = "") -> str:
    return token_of(HTTPConnection(scope("http", headers, query)))


@given(texts, st.sampled_from(["Bearer", "bearer", "BEARER"]), token_characters)
def test_a_token_arrives_as_it_was_sent(text: str, scheme: str, token: str) -> None:
    assert told({"authorization": f"{scheme} {token}"}, "token=other") == token
    assert told({}, f"token={quote(text, safe='')}") == text


@given(latin, latin)
def test_what_is_no_bearer_token_is_none(text: str, query: str) -> None:
    found = told({"authorization": text}, query)
    if text.partition(" ")[0].lower() == "bearer":
        assert found == text.partition(" ")[2]
    else:
        assert found == told({}, query)


@given(texts, texts)
def test_only_equal_secrets_match(one: str, two: str) -> None:
    assert matches(one, one)
    for other in (two, one.swapcase(), one + two):
        assert matches(one, other) == (hashed(one) == hashed(other)) == (one == other)


def test_a_new_token_passes_through_a_url() -> None:
    token = new_token()
    assert told({}, f"token={token}") == token == quote(token)


@given(schemes, hosts, hosts)
def test_a_page_of_the_same_host_may_and_no_other(scheme: str, host: str, other: str) -> None:
    found = answered({"host": host, "origin": f"{scheme}://{other}", "content-length": "0"})
    assert found == (200 if host == other else 403)


origins = st.sampled_from(["http://[", "http://[::1", "null", "http://a.b:x", "//", "\x00", "ws:["])


@given(hosts, origins | latin)
def test_an_odd_origin_is_that_of_another_page(host: str, origin: str) -> None:
    found = answered({"host": host, "origin": origin, "content-length": "0"})
    assert found == (200 if origin in (f"http://{host}", f"https://{host}") else 403)


@given(st.integers(0, 10**9).map(str) | latin | st.sampled_from(["²", "+1", "1_0", "9" * 5_000]))
def test_a_length_is_a_number_within_the_limit(length: str) -> None:
    found = answered({"content-length": length})
    if not re.fullmatch("[0-9]{1,18}", length):
        assert found == 411
    else:
        assert found == (200 if int(length) <= MAX_BODY else 413)


@given(st.dictionaries(st.sampled_from(["origin", "host", "x"]), latin))
def test_a_program_without_an_origin_always_passes(headers: dict[str, Any]) -> None:
    headers.pop("origin", None)
    assert answered({**headers, "content-length": "1"}) == 200
