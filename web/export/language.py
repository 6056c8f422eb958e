"""Moodcue's own words in an export, in the language of whoever reads it.

They are written in English where they are said; a catalogue, ``LANGUAGE.json``, has the others by
that, as in GNU gettext.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "zh-Hant"]
"""As BCP 47 names them."""


def said(text: str, language: Language, **mentioned: object) -> str:
    """Return an English text of Moodcue's own in a language, with what it mentions filled in.

    >>> said("{count} pieces", "en", count=3)
    '3 pieces'
    """
    found = text if language == "en" else catalogue(language).get(text, text)
    return found.format(**mentioned) if mentioned else found


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return all texts in a language, by the English ones."""
    text = files("web.export").joinpath(f"{language}.json").read_text(encoding="utf-8")
    texts: dict[str, str] = json.loads(text)
    return texts
