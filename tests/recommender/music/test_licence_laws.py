"""What holds of every licence, however it is written."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from recommender.music.licence import (
    MAX_LENGTH,
    WARNINGS,
    licence_class,
    licence_clause,
    licence_name,
)

KINDS = ("by", "by-sa", "by-nc", "by-nd", "by-nc-sa", "by-nc-nd")
WORDS = {"by": "Attribution", "nc": "NonCommercial", "nd": "NoDerivatives", "sa": "ShareAlike"}

kinds = st.sampled_from(KINDS)
versions = st.sampled_from(("1.0", "2.0", "2.5", "3.0", "4.0"))
ports = st.sampled_from(("", "de", "us", "igo", "uk"))
pieces = st.sampled_from(
    ("cc", "by", "-", " ", "nc", "4.0", "v", "attribution", "share alike", "public domain", "0")
)
texts = st.text() | st.lists(pieces).map("".join) | st.text(min_size=MAX_LENGTH)


def spellings(kind: str, version: str, port: str) -> list[str]:
    """Return how one licence of Creative Commons is written in the wild."""
    words = "-".join(WORDS[letters] for letters in kind.split("-"))
    place = f"-{port}" if port else ""
    address = f"creativecommons.org/licenses/{kind}/{version}" + (f"/{port}" if port else "")
    return [
        f"CC-{kind}-{version}{place}",
        f"cc {kind} {version}{place.replace('-', ' ')}",
        f"CC {kind.upper()} v{version}{place}",
        f"  Creative  Commons {words} {version}{place}",
        f"{words} {version} {port or 'International'}",
        f"https://{address}/",
        f"http://www.{address}/legalcode",
        address,
    ]


@given(kinds, versions, ports)
def test_all_spellings_have_one_name(kind: str, version: str, port: str) -> None:
    names = {licence_name(each) for each in spellings(kind, version, port)}
    assert names == {"-".join(part for part in ("CC", kind, version, port) if part).upper()}


@given(kinds, versions, ports)
def test_what_is_not_free_is_never_published(kind: str, version: str, port: str) -> None:
    for each in spellings(kind, version, port):
        found = licence_class(licence_name(each))
        if {"nc", "nd"} & {*kind.split("-")}:
            assert found == "listening"
        else:
            assert found == ("share_alike" if "sa" in kind else "publishable")


@given(kinds, versions, ports)
def test_the_clause_names_an_address_that_reads_as_the_licence(
    kind: str, version: str, port: str
) -> None:
    name = licence_name(f"CC-{kind}-{version}-{port}".removesuffix("-"))
    address = licence_clause(name).partition("(")[2].removesuffix(")")
    assert licence_name(address) == name


@given(texts)
@example("a" * (MAX_LENGTH - 1) + " b")
def test_a_name_is_its_own_and_short(text: str) -> None:
    name = licence_name(text)
    assert licence_name(name) == name
    assert 0 < len(name) <= MAX_LENGTH
    assert name == " ".join(name.split())
    assert licence_clause(name)
    assert (licence_class(name) == "publishable") != (licence_class(name) in WARNINGS)


@given(texts)
def test_a_word_that_forbids_is_not_lost(text: str) -> None:
    if licence_class(licence_name(text)) == "publishable":
        letters = {part for word in text.casefold().split() for part in word.split("-")}
        assert not letters & {"nc", "nd", "sa"}
