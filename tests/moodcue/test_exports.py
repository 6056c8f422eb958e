"""The public face of the package."""

from __future__ import annotations

import inspect
from types import ModuleType

import moodcue


def test_exported_members() -> None:
    public = {
        name
        for name, member in vars(moodcue).items()
        if not name.startswith("_") and not isinstance(member, ModuleType)
    } - {"version"}
    assert public | {"__version__"} == set(moodcue.__all__)
    assert list(moodcue.__all__) == sorted(
        moodcue.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name)
    )


def test_every_exported_member_is_documented() -> None:
    undocumented = [
        name
        for name in moodcue.__all__
        if inspect.isroutine(member := getattr(moodcue, name)) or inspect.isclass(member)
        if not member.__doc__
    ]
    assert undocumented == []
