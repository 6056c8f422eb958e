"""Write the API reference of the package ``moodcue`` into a folder: ``make docs``."""

import sys
from pathlib import Path

import pdoc

import moodcue

# pdoc looks names up in the module's dictionary, where those imported on first use are not yet.
for name in moodcue.__all__:
    setattr(moodcue, name, getattr(moodcue, name))

pdoc.render.configure(docformat="numpy")
pdoc.pdoc("moodcue", r"!moodcue\.", output_directory=Path(sys.argv[1]))
