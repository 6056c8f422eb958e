"""The command line of Moodcue."""


def main() -> None:
    """Run the command line."""
