"""Translate the texts of exports.

As in GNU gettext, the source code has the English text, and a catalogue, ``LANGUAGE.json``, maps it
to the translation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "zh-Hant"]
"""BCP 47 tags."""


def translate(text: str, language: Language, /, **values: object) -> str:
    """Translate an English text and fill in its placeholders.

    >>> translate("{count} tracks", "en", count=3)
    '3 tracks'
    """
    translated = text if language == "en" else catalogue(language).get(text, text)
    return translated.format(**values) if values else translated


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return all translations into a language by their English text."""
    text = files("web.export").joinpath(f"{language}.json").read_text(encoding="utf-8")
    texts: dict[str, str] = json.loads(text)
    return texts
