"""A session for the cutting room, the spreadsheet and the client.

All formats are pure functions of a :class:`web.sessions.record.Record` and a :class:`Timebase`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

from web.export.captions import captions
from web.export.cut import Cut, cut
from web.export.document import document
from web.export.drawing import png, svg
from web.export.edl import edl
from web.export.fcpxml import fcpxml
from web.export.language import Language
from web.export.problem import ExportError, OptionError
from web.export.report import report
from web.export.stretches import Stretch, stretches
from web.export.table import table
from web.export.text import file_name, line
from web.export.timebase import RATES, ZERO, Rate, Timebase
from web.export.timeline import otio, require_library
from web.sessions.record import Record

__all__ = [
    "FORMATS",
    "MEDIA_TYPES",
    "RATES",
    "ZERO",
    "Cut",
    "ExportError",
    "Format",
    "Language",
    "OptionError",
    "Rate",
    "Stretch",
    "Timebase",
    "cut",
    "export",
    "file_of",
    "require",
    "stretches",
]

Format: TypeAlias = Literal["json", "csv", "vtt", "edl", "otio", "fcpxml", "svg", "png", "html"]

FORMATS: Final[tuple[Format, ...]] = get_args(Format)


MEDIA_TYPES: Final[Mapping[Format, str]] = MappingProxyType(
    {
        "json": "application/json",
        "csv": "text/csv; charset=utf-8",
        "vtt": "text/vtt; charset=utf-8",
        "edl": "text/plain; charset=utf-8",
        "otio": "application/json",
        "fcpxml": "application/xml",
        "svg": "image/svg+xml",
        "png": "image/png",
        "html": "text/html; charset=utf-8",
    }
)


def require(format_: Format) -> None:
    """See that this machine has what a format needs.

    Raises
    ------
    ExportError
        If it has not.
    """
    if format_ == "otio":
        require_library()


def export(record: Record, format_: Format, base: Timebase, language: Language = "en") -> bytes:
    """Return a session in a format, text as UTF-8.

    Parameters
    ----------
    record : Record
        The session.
    format_ : Format
        The format.
    base : Timebase
        How its frames are counted. WebVTT and pictures count seconds.
    language : Language
        Of the report; programs and their users go by the English names of markers.

    Raises
    ------
    ExportError
        If this machine lacks what the format needs.
    """
    require(format_)
    laid_out = cut(record, language if format_ == "html" else "en")
    match format_:
        case "json":
            text = document(laid_out, base)
        case "csv":
            text = table(laid_out, base)
        case "vtt":
            text = captions(laid_out)
        case "edl":
            text = edl(laid_out, base)
        case "otio":
            text = otio(laid_out, base)
        case "fcpxml":
            text = fcpxml(laid_out, base)
        case "svg":
            text = svg(laid_out)
        case "html":
            text = report(laid_out, base)
        case "png":
            return png(laid_out)
    return text.encode()


def file_of(record: Record, format_: Format) -> str:
    """Return what to call the file."""
    name = line(record.title) or f"Session {record.id}"
    return f"{file_name(name)}.{format_}"
