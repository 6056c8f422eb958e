from __future__ import annotations

import pytest

from recommender.music.licence import (
    LICENCE_CLASSES,
    MAX_LENGTH,
    UNKNOWN,
    WARNINGS,
    LicenceClass,
    licence_class,
    licence_clause,
    licence_name,
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("CC-BY-4.0", "CC-BY-4.0"),
        ("cc by 4.0", "CC-BY-4.0"),
        ("CC BY", "CC-BY"),
        ("cc-by-nc-sa 3.0", "CC-BY-NC-SA-3.0"),
        ("CC-BY-3.0-US", "CC-BY-3.0-US"),
        ("http://creativecommons.org/licenses/by-nd/2.0/", "CC-BY-ND-2.0"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode", "CC-BY-4.0"),
        ("Attribution-NonCommercial-ShareAlike 4.0 International", "CC-BY-NC-SA-4.0"),
        ("Creative Commons Attribution-ShareAlike 3.0 Unported", "CC-BY-SA-3.0"),
        ("CC0", "CC0-1.0"),
        ("CC0 1.0 Universal", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("Public  Domain", "public domain"),
        ("MIT License", "MIT"),
        ("GPL-3.0-or-later", "GPL-3.0-or-later"),
        ("© 2011 Somebody", "© 2011 Somebody"),
        ("", UNKNOWN),
        ("  ", UNKNOWN),
        ("Unknown", UNKNOWN),
    ],
)
def test_a_licence_has_one_spelling(written: str, name: str) -> None:
    assert licence_name(written) == name
    assert licence_name(name) == name


@pytest.mark.parametrize(
    ("licence", "what"),
    [
        ("CC0-1.0", "publishable"),
        ("CC-PDM-1.0", "publishable"),
        ("public domain", "publishable"),
        ("CC-BY", "publishable"),
        ("CC-BY-3.0", "publishable"),
        ("CC-BY-3.0-US", "publishable"),
        ("MIT", "publishable"),
        ("CC-BY-SA-4.0", "share_alike"),
        ("GPL-3.0-only", "share_alike"),
        ("LGPL-2.1-or-later", "share_alike"),
        ("CC-BY-NC-4.0", "listening"),
        ("CC-BY-ND-4.0", "listening"),
        ("CC-BY-NC-SA-4.0", "listening"),
        ("CC-BY-NC-ND-2.5", "listening"),
        ("All rights reserved", "unknown"),
        ("MIT and others", "unknown"),
        ("CC-BY-SOMETHING", "unknown"),
        (UNKNOWN, "unknown"),
    ],
)
def test_a_licence_says_what_a_track_may_be_used_for(licence: str, what: LicenceClass) -> None:
    assert licence_class(licence) == what


@pytest.mark.parametrize("written", ["by", "Attribution", "by the artist", "made by nd", "CC"])
def test_words_that_only_resemble_a_licence_allow_nothing(written: str) -> None:
    assert licence_class(licence_name(written)) == "unknown"


def test_what_may_not_be_published_as_it_is_comes_with_a_warning() -> None:
    assert set(WARNINGS) == set(LICENCE_CLASSES) - {"publishable"}


def test_a_long_text_is_cut() -> None:
    assert len(licence_name("for-my-friends-" * 100)) == MAX_LENGTH


@pytest.mark.parametrize(
    ("licence", "clause"),
    [
        (
            "CC-BY-SA-3.0-DE",
            "licensed under CC BY-SA 3.0 DE (https://creativecommons.org/licenses/by-sa/3.0/de/)",
        ),
        (
            "CC0-1.0",
            "dedicated to the public domain (https://creativecommons.org/publicdomain/zero/1.0/)",
        ),
        ("public domain", "public domain"),
        ("GPL-3.0-only", "GPL-3.0-only licence"),
        ("All rights reserved", "All rights reserved"),
        (UNKNOWN, "licence unknown"),
    ],
)
def test_credits_name_the_licence(licence: str, clause: str) -> None:
    assert licence_clause(licence) == clause
