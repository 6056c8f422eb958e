"""The program ``moodcue``, also run by ``python -m moodcue``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        # Imported here, because it takes a second in which Ctrl+C would print a traceback.
        from moodcue.commands import app
    except KeyboardInterrupt:
        sys.exit(130)
    app()


if __name__ == "__main__":
    main()
