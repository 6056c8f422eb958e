"""Export sessions for editing software, spreadsheets and reports.

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
from web.export.segments import Segment, segments
from web.export.table import table
from web.export.text import file_name, one_line
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
    "Segment",
    "Timebase",
    "cut",
    "export",
    "file_of",
    "require",
    "segments",
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
    """Check that the libraries of a format are installed.

    Raises
    ------
    ExportError
        If one is missing.
    """
    if format_ == "otio":
        require_library()


def export(record: Record, format_: Format, base: Timebase, language: Language = "en") -> bytes:
    """Export a session; text formats are UTF-8.

    Parameters
    ----------
    record : Record
        The session.
    format_ : Format
        The format.
    base : Timebase
        Frame rate and start timecode; WebVTT and pictures use seconds instead.
    language : Language
        Language of the report; other formats have English names, which programs may rely on.

    Raises
    ------
    ExportError
        If a library that the format needs is not installed.
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
    """Return the file name of an export."""
    name = one_line(record.title) or f"Session {record.id}"
    return f"{file_name(name)}.{format_}"
