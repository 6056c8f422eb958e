"""Format text and numbers for people."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final
from urllib.parse import quote

from web.export.language import Language, translate

_BREAKS: Final = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_CONTROLS: Final = frozenset(("Cc", "Cs"))
_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional controls, which could reverse the text beside a title."""
_NOT_IN_NAMES: Final = re.compile(r'[/\\:*?"<>|]')


def one_line(text: str) -> str:
    r"""Return a text in one line, without characters that XML or an edit list cannot contain.

    >>> one_line("Rain\r\n on\x00 glass\ud800")
    'Rain on glass'
    """
    return " ".join("".join(map(_printable, text)).split())


def _printable(character: str) -> str:
    if character in _BREAKS:
        return " "
    control = unicodedata.category(character) in _CONTROLS or character in _DIRECTIONS
    return "" if control or ord(character) & 0xFFFE == 0xFFFE else character


def file_name(name: str) -> str:
    """Return a name that is valid on every file system.

    >>> file_name("AC/DC: live?")
    'AC_DC_ live_'
    """
    return _NOT_IN_NAMES.sub("_", name).strip(". ")[:150] or "untitled"


def relative_url(name: str) -> str:
    """Return the relative URL of a file in the same folder."""
    return f"./{quote(file_name(name))}"


def clock_time(seconds: float) -> str:
    """Return a time in minutes and seconds, with hours if there are any.

    >>> clock_time(247.9), clock_time(3847)
    ('4:07', '1:04:07')
    """
    minutes, seconds = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def percent(fraction: float) -> str:
    """Return a fraction as a percentage, with a narrow no-break space before the sign."""
    return f"{round(fraction * 100)}\u202f%"


def day_and_time(moment: datetime, language: Language) -> str:
    """Return a date and time to the minute, with the time zone.

    >>> from datetime import UTC
    >>> day_and_time(datetime(2026, 11, 2, 9, 5, tzinfo=UTC), "en")
    '2 November 2026, 9:05 UTC'
    """
    return translate(
        "{day} {month} {year}, {time}",
        language,
        day=moment.day,
        month=f"{moment:%B}",
        month_number=moment.month,
        year=moment.year,
        time=f"{moment.hour}:{moment:%M %Z}",
    )
