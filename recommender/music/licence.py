"""Normalize licence names and classify what they allow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

LicenceClass: TypeAlias = Literal["publishable", "share_alike", "listening", "unknown"]

LICENCE_CLASSES: Final[tuple[LicenceClass, ...]] = get_args(LicenceClass)
"""What a licence allows, from most to least permissive.

``publishable``: may be used in a published video. ``share_alike`` (including the GPL): the same,
but the video must have the same licence. ``listening``: no commercial use or no derivatives; since
a video is a derivative, it is never offered for publishing. ``unknown``: all rights reserved.
"""

UNKNOWN: Final = "unknown"
"""Licence of a track that does not state one."""

MAX_LENGTH: Final = 64
"""Maximum length of a licence name, in characters."""

WARNINGS: Final[Mapping[LicenceClass, str]] = MappingProxyType(
    {
        "share_alike": "Share-alike: publish what you make with it under the same licence.",
        "listening": "For listening only: its licence does not let you publish a video with it.",
        "unknown": "No licence known: to publish a video with it you need its owner's permission.",
    }
)
"""Warnings to show before a track of a class is published."""

_CREATIVE_COMMONS: Final = re.compile(
    r"(?P<cc>creative\s?commons|cc)?[\s-]*"
    r"(?P<kind>by(?:[\s-]+(?:nc|nd|sa))*)"
    r"(?:[\s-]+v?(?P<version>\d\.\d))?(?:[\s-]+(?P<port>[a-z]{2,3}))?"
)
_ADDRESS: Final = re.compile(
    r"(?:https?://)?(?:www\.)?creativecommons\.org/"
    r"(?:licenses/(?P<kind>by(?:-(?:nc|nd|sa))*)/(?P<version>\d\.\d)(?:/(?P<port>[a-z]{2,3}))?"
    r"|publicdomain/(?P<domain>zero|mark)/1\.0)\b.*"
)
_WORDS: Final = (
    ("attribution", "by"),
    ("non-commercial", "nc"),
    ("noncommercial", "nc"),
    ("no derivatives", "nd"),
    ("noderivatives", "nd"),
    ("noderivs", "nd"),
    ("share-alike", "sa"),
    ("share alike", "sa"),
    ("sharealike", "sa"),
)
_NAMES: Final = (
    (r"cc[\s-]?(?:0|zero)(?:[\s-]1\.0)?(?: universal)?", "CC0-1.0"),
    (r"(?:cc[\s-])?(?:pdm|public domain mark)(?:[\s-]1\.0)?", "CC-PDM-1.0"),
    (r"public[\s-]domain", "public domain"),
    (r"(?:the )?mit(?: licen[cs]e)?", "MIT"),
    (r"unknown|", UNKNOWN),
)
_SHARE_ALIKE: Final = re.compile(r"(?:CC-BY-SA|[AL]?GPL|GFDL|LAL)(?:-.*)?", re.IGNORECASE)
_LISTENING: Final = re.compile(r"CC-BY(?:-(?:NC|ND|SA))*-(?:NC|ND)(?:-.*)?")
_PUBLISHABLE: Final = re.compile(r"CC0-1\.0|CC-PDM-1\.0|public domain|MIT|CC-BY(?:-\d.*)?")


def licence_name(text: str) -> str:
    """Return the SPDX identifier of a licence, or the text itself if it is not recognized.

    Unrecognized text is truncated to :data:`MAX_LENGTH` characters.

    >>> licence_name("https://creativecommons.org/licenses/by-sa/3.0/de/")
    'CC-BY-SA-3.0-DE'
    >>> licence_name("Creative Commons Attribution 4.0 International")
    'CC-BY-4.0'
    >>> licence_name("All rights reserved")
    'All rights reserved'
    >>> licence_name("")
    'unknown'
    """
    written = " ".join(text.split())
    plain = written.casefold()
    for name, spdx in _NAMES:
        if re.fullmatch(name, plain):
            return spdx
    if match := _ADDRESS.fullmatch(plain):
        if domain := match["domain"]:
            return {"zero": "CC0-1.0", "mark": "CC-PDM-1.0"}[domain]
        return _spdx(match)
    for word, letters in _WORDS:
        plain = plain.replace(word, letters)
    plain = re.sub(r"[\s-]+(?:international|unported|generic|licen[cs]e)\b", "", plain)
    match = _CREATIVE_COMMONS.fullmatch(plain)
    if match and (match["cc"] or match["version"]):
        return _spdx(match)
    return written[:MAX_LENGTH].rstrip()


def licence_class(licence: str) -> LicenceClass:
    """Return the class of a licence.

    Parameters
    ----------
    licence : str
        A name that :func:`licence_name` returned.
    """
    if _PUBLISHABLE.fullmatch(licence):
        return "publishable"
    if _LISTENING.fullmatch(licence):
        return "listening"
    if _SHARE_ALIKE.fullmatch(licence):
        return "share_alike"
    return "unknown"


def licence_clause(licence: str) -> str:
    """Return the clause that names a licence in a credit line.

    Creative Commons licences come with their address.

    >>> licence_clause("CC-BY-4.0")
    'licensed under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)'
    """
    if match := re.fullmatch(r"CC-(BY(?:-[A-Z]{2})*)-(\d\.\d)(?:-([A-Z]{2,3}))?", licence):
        kind, version, port = match.groups()
        address = "/".join(part.lower() for part in (kind, version, port) if part)
        name = " ".join(part for part in ("CC", kind, version, port) if part)
        return f"licensed under {name} (https://creativecommons.org/licenses/{address}/)"
    match licence:
        case "CC0-1.0":
            return "dedicated to the public domain (https://creativecommons.org/publicdomain/zero/1.0/)"
        case "CC-PDM-1.0" | "public domain":
            return "public domain"
        case "unknown":
            return "licence unknown"
        case _ if licence_class(licence) == "unknown":
            return licence
        case _:
            return f"{licence} licence"


def _spdx(match: re.Match[str]) -> str:
    parts = ("cc", *re.split(r"[\s-]+", match["kind"]), match["version"], match["port"])
    return "-".join(part.upper() for part in parts if part)
