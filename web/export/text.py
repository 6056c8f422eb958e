"""Words and figures as people read them."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final
from urllib.parse import quote

from web.export.language import Language, said

_BREAKS: Final = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_CONTROLS: Final = frozenset(("Cc", "Cs"))
_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They could turn around what stands beside a title."""
_NOT_IN_NAMES: Final = re.compile(r'[/\\:*?"<>|]')


def line(text: str) -> str:
    r"""Return a text in one line, without characters that XML or an edit list cannot hold.

    >>> line("Rain\r\n on\x00 glass\ud800")
    'Rain on glass'
    """
    return " ".join("".join(map(_printable, text)).split())


def _printable(character: str) -> str:
    if character in _BREAKS:
        return " "
    bare = unicodedata.category(character) in _CONTROLS or character in _DIRECTIONS
    return "" if bare or ord(character) & 0xFFFE == 0xFFFE else character


def file_name(name: str) -> str:
    """Return a name as every file system takes it.

    >>> file_name("AC/DC: live?")
    'AC_DC_ live_'
    """
    return _NOT_IN_NAMES.sub("_", name).strip(". ")[:150] or "untitled"


def beside(name: str) -> str:
    """Return the address of a file that lies beside the one that names it."""
    return f"./{quote(file_name(name))}"


def clock(seconds: float) -> str:
    """Return seconds as people read them.

    >>> clock(247.9), clock(3847)
    ('4:07', '1:04:07')
    """
    minutes, seconds = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def percent(fraction: float) -> str:
    """Return a fraction as a percentage, with the narrow space that belongs before the sign."""
    return f"{round(fraction * 100)}\u202f%"


def day_and_time(moment: datetime, language: Language) -> str:
    """Return a moment to the minute, with its time zone.

    >>> from datetime import UTC
    >>> day_and_time(datetime(2026, 11, 2, 9, 5, tzinfo=UTC), "en")
    '2 November 2026, 9:05 UTC'
    """
    return said(
        "{day} {month} {year}, {time}",
        language,
        day=moment.day,
        month=f"{moment:%B}",
        month_number=moment.month,
        year=moment.year,
        time=f"{moment.hour}:{moment:%M %Z}",
    )
