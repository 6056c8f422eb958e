"""Run the command line by ``python -m moodcue``."""

from moodcue.commands import main

main()
